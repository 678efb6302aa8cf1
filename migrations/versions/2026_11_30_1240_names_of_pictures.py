"""names of pictures

Revision: 0003, after 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Expand: what the version that runs now still understands."""
    for name in ("still_name", "preview_name"):
        op.create_index(
            f"ix_renders_{name}", "renders", [name], unique=False, postgresql_where=sa.text(f"{name} IS NOT NULL")
        )


def downgrade() -> None:
    """Undo."""
    for name in ("preview_name", "still_name"):
        op.drop_index(f"ix_renders_{name}", table_name="renders", postgresql_where=sa.text(f"{name} IS NOT NULL"))
