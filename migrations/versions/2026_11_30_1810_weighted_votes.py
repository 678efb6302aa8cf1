"""weighted votes

Revision: 6c1f4a90d3e7, after 5b0d7e92c4a6
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "6c1f4a90d3e7"
down_revision = "5b0d7e92c4a6"
branch_labels = None
depends_on = None

_LISTED = sa.text("listed")
_SCORED = """
    UPDATE shaders SET weighted_score = 100 * score,
        hot = {sign} log(1 + abs(score))
            + extract(epoch FROM coalesce(published_at, created_at) - '2025-01-01+00') / 45000
    WHERE score {side} 0
"""


def _by(column: str) -> list[Any]:
    return [sa.literal_column(f"{column} DESC"), sa.literal_column("id DESC")]


def upgrade() -> None:
    """Each vote counts as it did, until the worker has weighed it by its account's age."""
    op.add_column("votes", sa.Column("weight", sa.SmallInteger(), server_default="2", nullable=False))
    op.add_column("votes", sa.Column("network", sa.BigInteger(), nullable=True))
    op.create_index("ix_votes_shader_network", "votes", ["shader_id", "network"], unique=False)
    op.create_index("ix_votes_growing", "votes", ["shader_id"], unique=False, postgresql_where=sa.text("weight < 100"))
    op.drop_index("ix_votes_shader_id", table_name="votes")
    op.add_column("shaders", sa.Column("weighted_score", sa.Integer(), server_default="0", nullable=False))
    op.execute(_SCORED.format(sign="", side=">"))
    op.execute(_SCORED.format(sign="-", side="<"))
    op.drop_index("ix_shaders_listed_top", table_name="shaders", postgresql_where=_LISTED)
    op.create_index("ix_shaders_listed_top", "shaders", _by("weighted_score"), unique=False, postgresql_where=_LISTED)


def downgrade() -> None:
    """Undo. The hot scores stay; they differ by less than four hours of age."""
    op.drop_index("ix_shaders_listed_top", table_name="shaders", postgresql_where=_LISTED)
    op.create_index("ix_shaders_listed_top", "shaders", _by("score"), unique=False, postgresql_where=_LISTED)
    op.drop_column("shaders", "weighted_score")
    op.create_index("ix_votes_shader_id", "votes", ["shader_id"], unique=False)
    op.drop_index("ix_votes_growing", table_name="votes", postgresql_where=sa.text("weight < 100"))
    op.drop_index("ix_votes_shader_network", table_name="votes")
    op.drop_column("votes", "network")
    op.drop_column("votes", "weight")
