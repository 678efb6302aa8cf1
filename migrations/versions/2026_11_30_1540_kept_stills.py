"""kept stills

Revision: 9b2e64d7f013, after b7d3f0a91c24
"""

import sqlalchemy as sa
from alembic import op

revision = "9b2e64d7f013"
down_revision = "b7d3f0a91c24"
branch_labels = None
depends_on = None

_UNKEPT = "kept_width IS NULL AND rendered_version IS NOT NULL AND deleted_at IS NULL AND visibility <> 'draft'"


def upgrade() -> None:
    """Expand: what the version that runs now still understands."""
    op.add_column("renders", sa.Column("kept_status", sa.String(), server_default="pending", nullable=False))
    op.add_column("renders", sa.Column("kept_attempts", sa.SmallInteger(), server_default="0", nullable=False))
    for table in ("renders", "shaders"):
        op.add_column(table, sa.Column("kept_name", sa.String(length=100), nullable=True))
        op.add_column(table, sa.Column("kept_width", sa.SmallInteger(), nullable=True))
    op.create_index(
        "ix_renders_kept_name",
        "renders",
        ["kept_name"],
        unique=False,
        postgresql_where=sa.text("kept_name IS NOT NULL"),
    )
    op.create_index(
        "ix_renders_lease_until",
        "renders",
        ["lease_until"],
        unique=False,
        postgresql_where=sa.text("lease_until IS NOT NULL"),
    )
    op.create_index(
        "ix_shaders_unkept",
        "shaders",
        [sa.literal_column("created_at DESC")],
        unique=False,
        postgresql_where=sa.text(_UNKEPT),
    )


def downgrade() -> None:
    """Undo."""
    op.drop_index("ix_shaders_unkept", table_name="shaders", postgresql_where=sa.text(_UNKEPT))
    op.drop_index("ix_renders_lease_until", table_name="renders", postgresql_where=sa.text("lease_until IS NOT NULL"))
    op.drop_index("ix_renders_kept_name", table_name="renders", postgresql_where=sa.text("kept_name IS NOT NULL"))
    for table in ("shaders", "renders"):
        op.drop_column(table, "kept_width")
        op.drop_column(table, "kept_name")
    op.drop_column("renders", "kept_attempts")
    op.drop_column("renders", "kept_status")
