"""near works

Revision: 8d04e7b1f95c, after c41f7a90b2d6
"""

import sqlalchemy as sa
from alembic import op

revision = "8d04e7b1f95c"
down_revision = "c41f7a90b2d6"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Expand: what the version that runs now still understands."""
    op.add_column("style_tastes", sa.Column("near", sa.ARRAY(sa.String()), server_default="{}", nullable=False))


def downgrade() -> None:
    """Undo."""
    op.drop_column("style_tastes", "near")
