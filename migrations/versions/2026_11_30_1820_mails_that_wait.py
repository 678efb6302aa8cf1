"""mails that wait

Revision: 7d2a5b01e4f8, after 6c1f4a90d3e7
"""

import sqlalchemy as sa
from alembic import op

revision = "7d2a5b01e4f8"
down_revision = "6c1f4a90d3e7"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Find the oldest of them without looking at all mails."""
    waiting = sa.text("state = 'queued'")
    op.create_index("ix_mails_queued", "mails", ["created_at"], unique=False, postgresql_where=waiting)


def downgrade() -> None:
    """Undo."""
    op.drop_index("ix_mails_queued", table_name="mails", postgresql_where=sa.text("state = 'queued'"))
