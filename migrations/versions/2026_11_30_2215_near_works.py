"""near works

Revision: 8d04e7b1f95c, after 8e2d47b1c903
"""

import sqlalchemy as sa
from alembic import op

revision = "8d04e7b1f95c"
down_revision = "8e2d47b1c903"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Expand: what the version that runs now still understands."""
    op.add_column("style_tastes", sa.Column("near", sa.ARRAY(sa.String()), server_default="{}", nullable=False))


def downgrade() -> None:
    """Undo."""
    op.drop_column("style_tastes", "near")
