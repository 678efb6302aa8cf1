"""linked identities

Revision: 5b0d7e92c4a6, after 5a0d7c31be94
"""

import sqlalchemy as sa
from alembic import op

revision = "5b0d7e92c4a6"
down_revision = "5a0d7c31be94"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Expand: what the version that runs now still understands."""
    op.create_table(
        "linked_identities",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("issuer", sa.String(length=300), nullable=False),
        sa.Column("subject", sa.String(length=255), nullable=False),
        sa.Column("email", sa.String(length=320), nullable=False),
        sa.Column("linked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_linked_identities_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_linked_identities")),
        sa.UniqueConstraint("issuer", "subject", name="uq_linked_identities_issuer_subject"),
    )
    op.create_index(op.f("ix_linked_identities_user_id"), "linked_identities", ["user_id"], unique=False)


def downgrade() -> None:
    """Undo."""
    op.drop_index(op.f("ix_linked_identities_user_id"), table_name="linked_identities")
    op.drop_table("linked_identities")
