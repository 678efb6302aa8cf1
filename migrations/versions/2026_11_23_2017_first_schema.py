"""first schema

Revision: 0001, the first
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Expand: what the version that runs now still understands."""
    op.execute("CREATE EXTENSION IF NOT EXISTS vector")
    op.create_table(
        "dead_letters",
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("actor", sa.String(length=100), nullable=False),
        sa.Column("queue", sa.String(length=50), nullable=False),
        sa.Column("payload", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("request_id", sa.String(length=64), nullable=True),
        sa.Column("error", sa.String(length=200), nullable=False),
        sa.Column("failed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("redriven_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("message_id", name=op.f("pk_dead_letters")),
    )
    op.create_index("ix_dead_letters_failed_at", "dead_letters", ["failed_at"], unique=False)
    op.create_table(
        "idempotency_records",
        sa.Column("scope", sa.String(length=100), nullable=False),
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("content_type", sa.String(length=100), nullable=True),
        sa.Column("location", sa.String(length=300), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("scope", "key", name=op.f("pk_idempotency_records")),
    )
    op.create_index("ix_idempotency_records_created_at", "idempotency_records", ["created_at"], unique=False)
    op.create_table(
        "outbox",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("actor", sa.String(length=100), nullable=False),
        sa.Column("queue", sa.String(length=50), nullable=False),
        sa.Column("payload", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("request_id", sa.String(length=64), nullable=True),
        sa.Column("run_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("message_id", name=op.f("uq_outbox_message_id")),
    )
    op.create_index("ix_outbox_run_at", "outbox", ["run_at", "id"], unique=False)
    op.create_table(
        "ticks",
        sa.Column("task", sa.String(length=100), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("task", "due_at", name=op.f("pk_ticks")),
    )
    op.create_table(
        "users",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("handle", sa.String(length=40), nullable=False),
        sa.Column("email", sa.String(length=320), nullable=False),
        sa.Column("display_name", sa.String(length=80), nullable=False),
        sa.Column("bio", sa.String(length=2000), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=True),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("plan", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("suspended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
    )
    op.create_index("uq_users_email", "users", ["email"], unique=True, postgresql_where=sa.text("deleted_at IS NULL"))
    op.create_index("uq_users_handle", "users", ["handle"], unique=True)
    op.create_table(
        "auth_sessions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("user_agent", sa.String(length=300), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_reason", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_auth_sessions_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_auth_sessions")),
    )
    op.create_index(op.f("ix_auth_sessions_user_id"), "auth_sessions", ["user_id"], unique=False)
    op.create_table(
        "publish_usage",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_publish_usage_user_id_users")),
        sa.PrimaryKeyConstraint("user_id", "month", name=op.f("pk_publish_usage")),
    )
    op.create_table(
        "shaders",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("tags", postgresql.ARRAY(sa.String()), nullable=False),
        sa.Column("search_words", sa.Text(), nullable=False),
        sa.Column("licence", sa.String(length=64), nullable=False),
        sa.Column("ai_label", sa.String(), nullable=False),
        sa.Column("dialect", sa.String(), nullable=False),
        sa.Column("visibility", sa.String(), nullable=False),
        sa.Column("current_version", sa.Integer(), nullable=False),
        sa.Column("still_time", sa.Float(), nullable=True),
        sa.Column("parent_id", sa.String(length=16), nullable=True),
        sa.Column("parent_version", sa.Integer(), nullable=True),
        sa.Column("root_id", sa.String(length=16), nullable=True),
        sa.Column("inherited_licence", sa.String(length=64), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("hidden_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("hidden_reason", sa.String(), nullable=True),
        sa.Column("listed", sa.Boolean(), nullable=False),
        sa.Column("rendered_version", sa.Integer(), nullable=True),
        sa.Column("still_name", sa.String(length=100), nullable=True),
        sa.Column("preview_name", sa.String(length=100), nullable=True),
        sa.Column("average_color", sa.String(length=7), nullable=True),
        sa.Column("animated", sa.Boolean(), nullable=True),
        sa.Column("up", sa.Integer(), nullable=False),
        sa.Column("down", sa.Integer(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("hot", sa.Float(), nullable=False),
        sa.Column("forks", sa.Integer(), nullable=False),
        sa.Column(
            "title_words",
            postgresql.TSVECTOR(),
            sa.Computed("to_tsvector('english', title) || to_tsvector('simple', title)", persisted=True),
            nullable=True,
        ),
        sa.Column(
            "search",
            postgresql.TSVECTOR(),
            sa.Computed(
                "setweight(to_tsvector('english', title) || to_tsvector('simple', title), 'A')"
                " || setweight(to_tsvector('english', search_words) || to_tsvector('simple', search_words), 'B')"
                " || setweight(to_tsvector('english', description), 'C')",
                persisted=True,
            ),
            nullable=True,
        ),
        sa.ForeignKeyConstraint(["author_id"], ["users.id"], name=op.f("fk_shaders_author_id_users")),
        sa.ForeignKeyConstraint(["parent_id"], ["shaders.id"], name=op.f("fk_shaders_parent_id_shaders")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shaders")),
    )
    op.create_index(
        "ix_shaders_author",
        "shaders",
        ["author_id", sa.literal_column("created_at DESC"), sa.literal_column("id DESC")],
        unique=False,
    )
    op.create_index(
        "ix_shaders_listed_hot",
        "shaders",
        [sa.literal_column("hot DESC"), sa.literal_column("id DESC")],
        unique=False,
        postgresql_where=sa.text("listed"),
    )
    op.create_index(
        "ix_shaders_listed_new",
        "shaders",
        [sa.literal_column("published_at DESC"), sa.literal_column("id DESC")],
        unique=False,
        postgresql_where=sa.text("listed"),
    )
    op.create_index(
        "ix_shaders_listed_top",
        "shaders",
        [sa.literal_column("score DESC"), sa.literal_column("id DESC")],
        unique=False,
        postgresql_where=sa.text("listed"),
    )
    op.create_index(
        "ix_shaders_parent", "shaders", ["parent_id"], unique=False, postgresql_where=sa.text("parent_id IS NOT NULL")
    )
    op.create_index("ix_shaders_search", "shaders", ["search"], unique=False, postgresql_using="gin")
    op.create_index("ix_shaders_tags", "shaders", ["tags"], unique=False, postgresql_using="gin")
    op.create_table(
        "tag_affinities",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("tag", sa.String(length=40), nullable=False),
        sa.Column("weight", sa.Float(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_tag_affinities_user_id_users")),
        sa.PrimaryKeyConstraint("user_id", "tag", name=op.f("pk_tag_affinities")),
    )
    op.create_table(
        "feed_events",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("shader_id", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("dwell_ms", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["shader_id"], ["shaders.id"], name=op.f("fk_feed_events_shader_id_shaders")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_feed_events_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feed_events")),
    )
    op.create_index(
        "ix_feed_events_user", "feed_events", ["user_id", sa.literal_column("created_at DESC")], unique=False
    )
    op.create_table(
        "refresh_tokens",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["parent_id"],
            ["refresh_tokens.id"],
            name=op.f("fk_refresh_tokens_parent_id_refresh_tokens"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["auth_sessions.id"],
            name=op.f("fk_refresh_tokens_session_id_auth_sessions"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refresh_tokens")),
        sa.UniqueConstraint("parent_id", name=op.f("uq_refresh_tokens_parent_id")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_refresh_tokens_token_hash")),
    )
    op.create_index(op.f("ix_refresh_tokens_session_id"), "refresh_tokens", ["session_id"], unique=False)
    op.create_table(
        "reports",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("shader_id", sa.String(length=16), nullable=False),
        sa.Column("reporter_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("detail", sa.String(length=2000), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resolution", sa.String(), nullable=True),
        sa.Column("moderator_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["moderator_id"], ["users.id"], name=op.f("fk_reports_moderator_id_users")),
        sa.ForeignKeyConstraint(["reporter_id"], ["users.id"], name=op.f("fk_reports_reporter_id_users")),
        sa.ForeignKeyConstraint(["shader_id"], ["shaders.id"], name=op.f("fk_reports_shader_id_shaders")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reports")),
    )
    op.create_index(
        "ix_reports_open", "reports", ["created_at"], unique=False, postgresql_where=sa.text("resolved_at IS NULL")
    )
    op.create_index(
        "uq_reports_open",
        "reports",
        ["shader_id", "reporter_id"],
        unique=True,
        postgresql_where=sa.text("resolved_at IS NULL"),
    )
    op.create_table(
        "shader_versions",
        sa.Column("shader_id", sa.String(length=16), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("source_sha256", sa.String(length=64), nullable=False),
        sa.Column("dialect", sa.String(), nullable=False),
        sa.Column("parameters", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("parameter_values", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("restored_from", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["shader_id"], ["shaders.id"], name=op.f("fk_shader_versions_shader_id_shaders")),
        sa.PrimaryKeyConstraint("shader_id", "number", name=op.f("pk_shader_versions")),
    )
    op.create_table(
        "votes",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("shader_id", sa.String(length=16), nullable=False),
        sa.Column("value", sa.SmallInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("value IN (-1, 1)", name=op.f("ck_votes_value")),
        sa.ForeignKeyConstraint(["shader_id"], ["shaders.id"], name=op.f("fk_votes_shader_id_shaders")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_votes_user_id_users")),
        sa.PrimaryKeyConstraint("user_id", "shader_id", name=op.f("pk_votes")),
    )
    op.create_index("ix_votes_shader_id", "votes", ["shader_id"], unique=False)
    op.create_index(
        "ix_votes_user",
        "votes",
        ["user_id", sa.literal_column("created_at DESC"), sa.literal_column("shader_id DESC")],
        unique=False,
    )
    op.create_table(
        "rank_changes",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column(
            "transaction_id",
            sa.BigInteger(),
            server_default=sa.text("(pg_current_xact_id()::text)::bigint"),
            nullable=False,
        ),
        sa.Column("shader_id", sa.String(length=16), nullable=False),
        sa.Column("hot", sa.Float(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["shader_id"], ["shaders.id"], name=op.f("fk_rank_changes_shader_id_shaders")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rank_changes")),
    )
    op.create_index("ix_rank_changes_transaction", "rank_changes", ["transaction_id", "shader_id", "id"], unique=False)
    op.create_table(
        "exposures",
        sa.Column("shader_id", sa.String(length=16), nullable=False),
        sa.Column("impressions", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["shader_id"], ["shaders.id"], name=op.f("fk_exposures_shader_id_shaders")),
        sa.PrimaryKeyConstraint("shader_id", name=op.f("pk_exposures")),
    )
    op.create_table(
        "renders",
        sa.Column("shader_id", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("preview_status", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("preview_attempts", sa.Integer(), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failure_code", sa.String(), nullable=True),
        sa.Column("errors", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("animated", sa.Boolean(), nullable=True),
        sa.Column("still_name", sa.String(), nullable=True),
        sa.Column("still_time", sa.Float(), nullable=True),
        sa.Column("average_color", sa.String(length=7), nullable=True),
        sa.Column("preview_name", sa.String(), nullable=True),
        sa.Column("preview_reason", sa.String(), nullable=True),
        sa.Column("backend", sa.String(), nullable=True),
        sa.Column("timings", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ready_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["shader_id", "version"],
            ["shader_versions.shader_id", "shader_versions.number"],
            name=op.f("fk_renders_shader_id_version_shader_versions"),
        ),
        sa.PrimaryKeyConstraint("shader_id", "version", name=op.f("pk_renders")),
    )
    op.create_index(
        "ix_renders_open",
        "renders",
        ["updated_at"],
        unique=False,
        postgresql_where=sa.text("status IN ('pending', 'rendering') OR preview_status IN ('pending', 'rendering')"),
    )
    op.execute(
        """
        CREATE FUNCTION refuse_change_of_version() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION 'a version is immutable' USING ERRCODE = 'integrity_constraint_violation';
        END $$
        """
    )
    op.execute(
        "CREATE TRIGGER immutable BEFORE UPDATE ON shader_versions"
        " FOR EACH ROW EXECUTE FUNCTION refuse_change_of_version()"
    )


def downgrade() -> None:
    """Undo."""
    op.drop_index(
        "ix_renders_open",
        table_name="renders",
        postgresql_where=sa.text("status IN ('pending', 'rendering') OR preview_status IN ('pending', 'rendering')"),
    )
    op.drop_table("renders")
    op.drop_table("exposures")
    op.drop_index("ix_rank_changes_transaction", table_name="rank_changes")
    op.drop_table("rank_changes")
    op.drop_index("ix_votes_user", table_name="votes")
    op.drop_index("ix_votes_shader_id", table_name="votes")
    op.drop_table("votes")
    op.drop_table("shader_versions")
    op.drop_index("uq_reports_open", table_name="reports", postgresql_where=sa.text("resolved_at IS NULL"))
    op.drop_index("ix_reports_open", table_name="reports", postgresql_where=sa.text("resolved_at IS NULL"))
    op.drop_table("reports")
    op.drop_index(op.f("ix_refresh_tokens_session_id"), table_name="refresh_tokens")
    op.drop_table("refresh_tokens")
    op.drop_index("ix_feed_events_user", table_name="feed_events")
    op.drop_table("feed_events")
    op.drop_table("tag_affinities")
    op.drop_index("ix_shaders_tags", table_name="shaders", postgresql_using="gin")
    op.drop_index("ix_shaders_search", table_name="shaders", postgresql_using="gin")
    op.drop_index("ix_shaders_parent", table_name="shaders", postgresql_where=sa.text("parent_id IS NOT NULL"))
    op.drop_index("ix_shaders_listed_top", table_name="shaders", postgresql_where=sa.text("listed"))
    op.drop_index("ix_shaders_listed_new", table_name="shaders", postgresql_where=sa.text("listed"))
    op.drop_index("ix_shaders_listed_hot", table_name="shaders", postgresql_where=sa.text("listed"))
    op.drop_index("ix_shaders_author", table_name="shaders")
    op.drop_table("shaders")
    op.drop_table("publish_usage")
    op.drop_index(op.f("ix_auth_sessions_user_id"), table_name="auth_sessions")
    op.drop_table("auth_sessions")
    op.drop_index("uq_users_handle", table_name="users")
    op.drop_index("uq_users_email", table_name="users", postgresql_where=sa.text("deleted_at IS NULL"))
    op.drop_table("users")
    op.drop_table("ticks")
    op.drop_index("ix_outbox_run_at", table_name="outbox")
    op.drop_table("outbox")
    op.drop_index("ix_idempotency_records_created_at", table_name="idempotency_records")
    op.drop_table("idempotency_records")
    op.drop_index("ix_dead_letters_failed_at", table_name="dead_letters")
    op.drop_table("dead_letters")
    op.execute("DROP FUNCTION refuse_change_of_version()")
