"""suspended accounts and the audit log

Revision: 5d0c7be92a46, after 0b3b91fdb43f
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "5d0c7be92a46"
down_revision = "0b3b91fdb43f"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Accounts that were suspended before had their shaders shown; they are hidden now."""
    op.add_column("users", sa.Column("suspended_reason", sa.String(length=300), nullable=True))
    op.add_column("shaders", sa.Column("withheld", sa.Boolean(), server_default="false", nullable=False))
    op.execute(
        "UPDATE shaders SET withheld = true, listed = false"
        " FROM users WHERE users.id = shaders.author_id AND users.suspended_at IS NOT NULL"
    )
    op.create_table(
        "audit_entries",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("actor", sa.String(length=100), nullable=False),
        sa.Column("action", sa.String(length=50), nullable=False),
        sa.Column("subject", sa.String(length=100), nullable=False),
        sa.Column("details", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entries")),
    )
    op.create_index("ix_audit_entries_at", "audit_entries", ["at", "id"], unique=False)
    op.create_index("ix_audit_entries_subject", "audit_entries", ["subject", "at"], unique=False)


def downgrade() -> None:
    """Undo."""
    op.drop_table("audit_entries")
    op.drop_column("shaders", "withheld")
    op.drop_column("users", "suspended_reason")
