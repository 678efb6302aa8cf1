"""bytes of the sources that are there

Revision: 4d92a7c5e10b, after e83d16c0b4f7
"""

import sqlalchemy as sa
from alembic import op

revision = "4d92a7c5e10b"
down_revision = "e83d16c0b4f7"
branch_labels = None
depends_on = None

_COUNT = sa.text(
    """
    WITH batch AS (SELECT id FROM shaders WHERE id > :after ORDER BY id LIMIT 1000),
    counted AS (
        UPDATE shaders SET kept_bytes =
            (SELECT coalesce(sum(octet_length(source)), 0) FROM shader_versions WHERE shader_id = shaders.id)
        FROM batch WHERE batch.id = shaders.id
    )
    SELECT max(id) FROM batch
    """
)


def upgrade() -> None:
    """In small transactions after the one that added the column, so that nobody waits for all of them."""
    with op.get_context().autocommit_block():
        after: str | None = ""
        while after is not None:
            after = op.get_bind().scalar(_COUNT, {"after": after})


def downgrade() -> None:
    """There is nothing to undo."""
