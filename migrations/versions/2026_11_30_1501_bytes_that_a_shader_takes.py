"""bytes that a shader takes

Revision: e83d16c0b4f7, after a1f5c07e92b4
"""

import sqlalchemy as sa
from alembic import op

revision = "e83d16c0b4f7"
down_revision = "a1f5c07e92b4"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Expand: what the version that runs now still understands. Pictures that exist are not counted."""
    op.add_column("renders", sa.Column("picture_bytes", sa.BigInteger(), server_default="0", nullable=False))
    op.add_column("shaders", sa.Column("kept_bytes", sa.BigInteger(), server_default="0", nullable=False))


def downgrade() -> None:
    """Undo."""
    op.drop_column("shaders", "kept_bytes")
    op.drop_column("renders", "picture_bytes")
