"""closed inboxes

Revision: b3d81f60c2a7, after 9d2c4e7f10ab
"""

import sqlalchemy as sa
from alembic import op

revision = "b3d81f60c2a7"
down_revision = "9d2c4e7f10ab"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Expand: what the version that runs now still understands."""
    op.add_column("inboxes", sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    """Undo."""
    op.execute("DELETE FROM inboxes WHERE closed_at IS NOT NULL")
    op.drop_column("inboxes", "closed_at")
