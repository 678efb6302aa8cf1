"""fair shares in the render queue

Revision: a1f5c07e92b4, after c4e1a90b72d8
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "a1f5c07e92b4"
down_revision = "c4e1a90b72d8"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Expand: what the version that runs now still understands."""
    op.create_table(
        "render_queue",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("shares", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.add_column("renders", sa.Column("request_id", sa.String(length=64), nullable=True))


def downgrade() -> None:
    """Undo."""
    op.drop_column("renders", "request_id")
    op.drop_table("render_queue")
