"""what the feed knows

Revision: 6f1c2d9ab034, after 7c1e5b2f90d8
"""

import sqlalchemy as sa
from alembic import op

revision = "6f1c2d9ab034"
down_revision = "7c1e5b2f90d8"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Expand: what the version that runs now still understands. It writes events without a day."""
    op.add_column("feed_events", sa.Column("day", sa.Date(), nullable=True))
    op.create_index(
        "uq_feed_events_daily",
        "feed_events",
        ["user_id", "day", "shader_id", "kind"],
        unique=True,
        postgresql_where=sa.text("day IS NOT NULL"),
    )
    op.add_column("exposures", sa.Column("looked", sa.Integer(), server_default="0", nullable=False))
    op.create_table(
        "feed_choices",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("learning", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_feed_choices_user_id_users")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_feed_choices")),
    )
    op.create_table(
        "feed_mutes",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("muted_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_feed_mutes_user_id_users")),
        sa.PrimaryKeyConstraint("user_id", "kind", "name", name=op.f("pk_feed_mutes")),
    )
    op.create_table(
        "feed_forgotten",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_feed_forgotten_user_id_users")),
        sa.PrimaryKeyConstraint("user_id", "kind", "name", name=op.f("pk_feed_forgotten")),
    )


def downgrade() -> None:
    """Undo."""
    op.drop_table("feed_forgotten")
    op.drop_table("feed_mutes")
    op.drop_table("feed_choices")
    op.drop_column("exposures", "looked")
    op.drop_index("uq_feed_events_daily", table_name="feed_events", postgresql_where=sa.text("day IS NOT NULL"))
    op.drop_column("feed_events", "day")
