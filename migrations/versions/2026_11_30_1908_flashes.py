"""flashes

Revision: 6e1f4b8d20c7, after 7d1f3a95c2e8
"""

import sqlalchemy as sa
from alembic import op

revision = "6e1f4b8d20c7"
down_revision = "7d1f3a95c2e8"
branch_labels = None
depends_on = None

_UNMEASURED = "flash_count IS NULL AND animated AND status = 'ready' AND preview_status IN ('ready', 'skipped')"


def upgrade() -> None:
    """Expand: what the version that runs now still understands."""
    op.add_column("renders", sa.Column("flash_count", sa.SmallInteger(), nullable=True))
    op.add_column("renders", sa.Column("flash_attempts", sa.SmallInteger(), server_default="0", nullable=False))
    op.add_column("renders", sa.Column("flash_due_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("shaders", sa.Column("flash_count", sa.SmallInteger(), nullable=True))
    op.create_index(
        "ix_renders_unmeasured",
        "renders",
        [sa.literal_column("created_at DESC")],
        unique=False,
        postgresql_where=sa.text(_UNMEASURED),
    )


def downgrade() -> None:
    """Undo."""
    op.drop_index("ix_renders_unmeasured", table_name="renders", postgresql_where=sa.text(_UNMEASURED))
    op.drop_column("shaders", "flash_count")
    for name in ("flash_due_at", "flash_attempts", "flash_count"):
        op.drop_column("renders", name)
