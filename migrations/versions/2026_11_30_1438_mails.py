"""mails

Revision: 7d3f0b6a51ce, after 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "7d3f0b6a51ce"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Expand: what the version that runs now still understands."""
    op.create_table(
        "mails",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=50), nullable=False),
        sa.Column("topic", sa.String(length=50), nullable=True),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("sealed", sa.String(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("deferrals", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("reply_code", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mails")),
    )
    op.create_index(
        "ix_mails_user_id", "mails", ["user_id"], unique=False, postgresql_where=sa.text("user_id IS NOT NULL")
    )
    op.create_table(
        "mail_optouts",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("topic", sa.String(length=50), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("user_id", "topic", name=op.f("pk_mail_optouts")),
    )


def downgrade() -> None:
    """Undo."""
    op.drop_table("mail_optouts")
    op.drop_index("ix_mails_user_id", table_name="mails", postgresql_where=sa.text("user_id IS NOT NULL"))
    op.drop_table("mails")
