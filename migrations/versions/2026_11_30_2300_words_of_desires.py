"""words of desires

Revision: d70a4c15e9b3, after 61d0f3b8a2c7
"""

import sqlalchemy as sa
from alembic import op

revision = "d70a4c15e9b3"
down_revision = "61d0f3b8a2c7"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Expand: what the version that runs now still understands."""
    op.create_index(
        "ix_desires_words", "desires", [sa.literal_column("to_tsvector('english', prompt)")], postgresql_using="gin"
    )


def downgrade() -> None:
    """Undo."""
    op.drop_index("ix_desires_words", table_name="desires", postgresql_using="gin")
