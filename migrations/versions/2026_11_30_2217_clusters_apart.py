"""clusters apart

Revision: 8e2d50b7c1f4, after 8d04e7b1f95c
"""

import sqlalchemy as sa
from alembic import op

revision = "8e2d50b7c1f4"
down_revision = "8d04e7b1f95c"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Expand: what the version that runs now still understands."""
    op.create_table(
        "desire_clusters_apart",
        sa.Column("low_id", sa.String(length=16), nullable=False),
        sa.Column("high_id", sa.String(length=16), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("low_id < high_id", name=op.f("ck_desire_clusters_apart_order")),
        sa.ForeignKeyConstraint(
            ["low_id"], ["desire_clusters.id"], name=op.f("fk_desire_clusters_apart_low_id_desire_clusters")
        ),
        sa.ForeignKeyConstraint(
            ["high_id"], ["desire_clusters.id"], name=op.f("fk_desire_clusters_apart_high_id_desire_clusters")
        ),
        sa.PrimaryKeyConstraint("low_id", "high_id", name=op.f("pk_desire_clusters_apart")),
    )
    op.create_index("ix_desire_clusters_apart_high", "desire_clusters_apart", ["high_id"])


def downgrade() -> None:
    """Undo."""
    op.drop_table("desire_clusters_apart")
