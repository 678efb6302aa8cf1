"""entitlements

Revision: 5f1c8a20b6e4, after 3b7e90c5d418
"""

import sqlalchemy as sa
from alembic import op

revision = "5f1c8a20b6e4"
down_revision = "3b7e90c5d418"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Expand: what the version that runs now still understands."""
    op.create_table(
        "entitlements",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("entitled_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_entitlements_user_id_users")),
        sa.PrimaryKeyConstraint("user_id", "source", name=op.f("pk_entitlements")),
    )


def downgrade() -> None:
    """Undo."""
    op.drop_table("entitlements")
