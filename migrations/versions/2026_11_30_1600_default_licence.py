"""default licence of an account

Revision: a94f1c27e5d0, after 5d0c7be92a46
"""

import sqlalchemy as sa
from alembic import op

revision = "a94f1c27e5d0"
down_revision = "5d0c7be92a46"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Expand: what the version that runs now still understands."""
    op.add_column("users", sa.Column("default_licence", sa.String(length=64), nullable=True))


def downgrade() -> None:
    """Undo."""
    op.drop_column("users", "default_licence")
