"""counted looks

Revision: 3b7e90c5d418, after b7d40c1e96a3
"""

import sqlalchemy as sa
from alembic import op

revision = "3b7e90c5d418"
down_revision = "b7d40c1e96a3"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Expand: what the version that runs now still understands."""
    op.add_column("feed_events", sa.Column("counted", sa.SmallInteger(), server_default="0", nullable=False))


def downgrade() -> None:
    """Undo."""
    op.drop_column("feed_events", "counted")
