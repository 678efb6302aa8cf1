"""purge

Revision: c14f6a0d8e37, after a94f1c27e5d0
"""

import sqlalchemy as sa
from alembic import op

revision = "c14f6a0d8e37"
down_revision = "a94f1c27e5d0"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """When a deleted shader was emptied for good."""
    op.add_column("shaders", sa.Column("purged_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "ix_shaders_deleted",
        "shaders",
        ["deleted_at"],
        unique=False,
        postgresql_where=sa.text("deleted_at IS NOT NULL"),
    )


def downgrade() -> None:
    """Undo."""
    op.drop_index("ix_shaders_deleted", table_name="shaders", postgresql_where=sa.text("deleted_at IS NOT NULL"))
    op.drop_column("shaders", "purged_at")
