"""style tastes

Revision: 6f2a3e7c91d5, after 8d27f1c05ab4
"""

import sqlalchemy as sa
from alembic import op
from pgvector.sqlalchemy import HALFVEC

revision = "6f2a3e7c91d5"
down_revision = "8d27f1c05ab4"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Expand: what the version that runs now still understands."""
    op.create_table(
        "style_tastes",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("embedder_id", sa.String(length=40), nullable=False),
        sa.Column("vector", HALFVEC(512), nullable=False),
        sa.Column("weight", sa.Float(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_style_tastes_user_id_users")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_style_tastes")),
    )
    op.create_index(op.f("ix_style_tastes_embedder_id"), "style_tastes", ["embedder_id"], unique=False)


def downgrade() -> None:
    """Undo."""
    op.drop_index(op.f("ix_style_tastes_embedder_id"), table_name="style_tastes")
    op.drop_table("style_tastes")
