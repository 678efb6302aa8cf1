"""decisions of moderators

Revision: 3c81f0d7a5e2, after c14f6a0d8e37
"""

import sqlalchemy as sa
from alembic import op

revision = "3c81f0d7a5e2"
down_revision = "c14f6a0d8e37"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Expand: what the version that runs now still understands."""
    op.create_table(
        "moderation_decisions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("shader_id", sa.String(length=16), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("moderator_id", sa.Uuid(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("was_hidden", sa.Boolean(), nullable=False),
        sa.Column("reports", sa.Integer(), nullable=False),
        sa.Column("final", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer", sa.String(length=2000), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["author_id"], ["users.id"], name=op.f("fk_moderation_decisions_author_id_users")),
        sa.ForeignKeyConstraint(
            ["moderator_id"], ["users.id"], name=op.f("fk_moderation_decisions_moderator_id_users")
        ),
        sa.ForeignKeyConstraint(["shader_id"], ["shaders.id"], name=op.f("fk_moderation_decisions_shader_id_shaders")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_moderation_decisions")),
    )
    for name, columns in {
        "log": ["created_at DESC", "id DESC"],
        "author": ["author_id", "created_at DESC", "id DESC"],
        "shader": ["shader_id", "created_at DESC"],
    }.items():
        op.create_index(
            f"ix_moderation_decisions_{name}", "moderation_decisions", [sa.literal_column(column) for column in columns]
        )
    op.create_index(
        "ix_moderation_decisions_answered",
        "moderation_decisions",
        ["answered_at"],
        postgresql_where=sa.text("answered_at IS NOT NULL AND superseded_at IS NULL"),
    )


def downgrade() -> None:
    """Undo."""
    op.drop_table("moderation_decisions")
