"""review of the first works of new accounts

Revision: 8d27f1c05ab4, after 6f1c2d9ab034
"""

import sqlalchemy as sa
from alembic import op

revision = "8d27f1c05ab4"
down_revision = "6f1c2d9ab034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Expand: what the version that runs now still understands."""
    op.add_column("shaders", sa.Column("review_asked_at", sa.DateTime(timezone=True), nullable=True))
    # Nothing awaits review yet, so the table is only read once.
    op.create_index(
        "ix_shaders_review", "shaders", ["review_asked_at"], postgresql_where=sa.text("review_asked_at IS NOT NULL")
    )


def downgrade() -> None:
    """Undo."""
    op.drop_index("ix_shaders_review", table_name="shaders")
    op.drop_column("shaders", "review_asked_at")
