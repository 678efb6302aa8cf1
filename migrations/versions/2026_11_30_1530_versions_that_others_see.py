"""versions that others see

Revision: b7d3f0a91c24, after 4d92a7c5e10b
"""

import sqlalchemy as sa
from alembic import op

revision = "b7d3f0a91c24"
down_revision = "4d92a7c5e10b"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """What is public stays public with all its versions; of the others, publishing shows the newest."""
    op.add_column("shaders", sa.Column("public_from", sa.Integer(), server_default="1", nullable=False))
    op.execute("UPDATE shaders SET public_from = current_version WHERE visibility IN ('private', 'draft')")


def downgrade() -> None:
    """Undo."""
    op.drop_column("shaders", "public_from")
