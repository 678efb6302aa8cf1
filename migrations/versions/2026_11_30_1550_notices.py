"""notices

Revision: 0b3b91fdb43f, after 9b2e64d7f013
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0b3b91fdb43f"
down_revision = "9b2e64d7f013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Expand: what the version that runs now still understands."""
    op.create_table(
        "inboxes",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("last_position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_inboxes")),
    )
    op.create_table(
        "notice_choices",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=50), nullable=False),
        sa.Column("page", sa.Boolean(), nullable=False),
        sa.Column("mail", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("user_id", "kind", name=op.f("pk_notice_choices")),
    )
    op.create_table(
        "notice_digests",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("user_id", "day", name=op.f("pk_notice_digests")),
    )
    op.create_table(
        "notice_occasions",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=50), nullable=False),
        sa.Column("about", sa.String(length=64), nullable=False),
        sa.Column("occasion", sa.String(length=64), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("user_id", "kind", "about", "occasion", name=op.f("pk_notice_occasions")),
    )
    op.create_table(
        "notices",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=50), nullable=False),
        sa.Column("about", sa.String(length=64), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.Column("facts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("grows", sa.Boolean(), nullable=False),
        sa.Column("shown", sa.Boolean(), nullable=False),
        sa.Column("mail_due", sa.String(), nullable=True),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
        sa.UniqueConstraint("user_id", "position", name=op.f("uq_notices_user_id_position")),
    )
    op.create_index(
        "ix_notices_by_id", "notices", ["by_id"], unique=False, postgresql_where=sa.text("by_id IS NOT NULL")
    )
    op.create_index(
        "ix_notices_digest",
        "notices",
        ["told_at", "user_id"],
        unique=False,
        postgresql_where=sa.text("mail_due = 'digest'"),
    )
    op.create_index(
        "ix_notices_unread", "notices", ["user_id"], unique=False, postgresql_where=sa.text("shown AND read_at IS NULL")
    )
    op.create_index(
        "uq_notices_growing",
        "notices",
        ["user_id", "kind", "about"],
        unique=True,
        postgresql_where=sa.text("grows AND read_at IS NULL"),
    )


def downgrade() -> None:
    """Undo."""
    op.drop_index("uq_notices_growing", table_name="notices", postgresql_where=sa.text("grows AND read_at IS NULL"))
    op.drop_index("ix_notices_unread", table_name="notices", postgresql_where=sa.text("shown AND read_at IS NULL"))
    op.drop_index("ix_notices_digest", table_name="notices", postgresql_where=sa.text("mail_due = 'digest'"))
    op.drop_index("ix_notices_by_id", table_name="notices", postgresql_where=sa.text("by_id IS NOT NULL"))
    op.drop_table("notices")
    op.drop_table("notice_occasions")
    op.drop_table("notice_digests")
    op.drop_table("notice_choices")
    op.drop_table("inboxes")
