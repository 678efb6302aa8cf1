"""desires

Revision: 7d1f3a95c2e8, after 6f2a3e7c91d5
"""

import sqlalchemy as sa
from alembic import op
from pgvector.sqlalchemy import HALFVEC
from sqlalchemy.dialects import postgresql

revision = "7d1f3a95c2e8"
down_revision = "6f2a3e7c91d5"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Expand: what the version that runs now still understands."""
    _desires()
    _clusters()
    _memberships()
    _fulfilments()


def _desires() -> None:
    op.create_table(
        "desires",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("prompt", sa.Text(), nullable=False),
        sa.Column("reference_ids", postgresql.ARRAY(sa.String()), nullable=False),
        sa.Column("licence", sa.String(length=64), nullable=True),
        sa.Column("deadline", sa.DateTime(timezone=True), nullable=True),
        sa.Column("style_hints", postgresql.ARRAY(sa.String()), nullable=False),
        sa.Column("difference", sa.String(length=300), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("hidden_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("hidden_reason", sa.String(length=300), nullable=True),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["author_id"], ["users.id"], name=op.f("fk_desires_author_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desires")),
    )
    newest: list[sa.ColumnElement[str]] = [sa.literal_column("created_at DESC"), sa.literal_column("id DESC")]
    op.create_index(
        "ix_desires_state",
        "desires",
        ["state", *newest],
        postgresql_where=sa.text("hidden_at IS NULL AND deleted_at IS NULL"),
    )
    op.create_index("ix_desires_author", "desires", ["author_id", *newest])
    op.create_index("ix_desires_expires", "desires", ["expires_at"], postgresql_where=sa.text("state = 'open'"))
    op.create_table(
        "desire_vectors",
        sa.Column("desire_id", sa.String(length=16), nullable=False),
        sa.Column("embedder_id", sa.String(length=40), nullable=False),
        sa.Column("vector", HALFVEC(512), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["desire_id"], ["desires.id"], name=op.f("fk_desire_vectors_desire_id_desires")),
        sa.PrimaryKeyConstraint("desire_id", "embedder_id", name=op.f("pk_desire_vectors")),
    )


def _clusters() -> None:
    op.create_table(
        "desire_clusters",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("wordings", sa.Integer(), nullable=False),
        sa.Column("hot", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("people >= 0 AND wordings >= 0", name=op.f("ck_desire_clusters_counts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desire_clusters")),
    )
    op.create_index(
        "ix_desire_clusters_hot",
        "desire_clusters",
        [sa.literal_column("hot DESC"), sa.literal_column("id DESC")],
        postgresql_where=sa.text("people > 0"),
    )
    op.create_table(
        "desire_cluster_vectors",
        sa.Column("cluster_id", sa.String(length=16), nullable=False),
        sa.Column("embedder_id", sa.String(length=40), nullable=False),
        sa.Column("mean", HALFVEC(512), nullable=False),
        sa.Column("members", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["cluster_id"], ["desire_clusters.id"], name=op.f("fk_desire_cluster_vectors_cluster_id_desire_clusters")
        ),
        sa.PrimaryKeyConstraint("cluster_id", "embedder_id", name=op.f("pk_desire_cluster_vectors")),
    )
    op.create_index(
        "ix_desire_cluster_vectors_mean",
        "desire_cluster_vectors",
        ["mean"],
        postgresql_using="hnsw",
        postgresql_ops={"mean": "halfvec_ip_ops"},
        postgresql_with={"m": "16", "ef_construction": "64"},
    )


def _memberships() -> None:
    op.create_table(
        "desire_memberships",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("desire_id", sa.String(length=16), nullable=False),
        sa.Column("cluster_id", sa.String(length=16), nullable=False),
        sa.Column("how", sa.String(), nullable=False),
        sa.Column("score", sa.Float(), nullable=True),
        sa.Column("embedder_id", sa.String(length=40), nullable=True),
        sa.Column("previous_id", sa.Uuid(), nullable=True),
        sa.Column("batch", sa.Uuid(), nullable=True),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["desire_id"], ["desires.id"], name=op.f("fk_desire_memberships_desire_id_desires")),
        sa.ForeignKeyConstraint(
            ["cluster_id"], ["desire_clusters.id"], name=op.f("fk_desire_memberships_cluster_id_desire_clusters")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desire_memberships")),
    )
    holds = sa.text("until IS NULL")
    table = "desire_memberships"
    op.create_index("uq_desire_memberships_current", table, ["desire_id"], unique=True, postgresql_where=holds)
    op.create_index("ix_desire_memberships_cluster", table, ["cluster_id"], postgresql_where=holds)
    op.create_index("ix_desire_memberships_desire", table, ["desire_id"])
    op.create_index("ix_desire_memberships_batch", table, ["batch"], postgresql_where=sa.text("batch IS NOT NULL"))
    op.create_table(
        "desire_pairs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("desire_id", sa.String(length=16), nullable=False),
        sa.Column("cluster_id", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("embedder_id", sa.String(length=40), nullable=False),
        sa.Column("score", sa.Float(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_desire_pairs_user_id_users")),
        sa.ForeignKeyConstraint(["desire_id"], ["desires.id"], name=op.f("fk_desire_pairs_desire_id_desires")),
        sa.ForeignKeyConstraint(
            ["cluster_id"], ["desire_clusters.id"], name=op.f("fk_desire_pairs_cluster_id_desire_clusters")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desire_pairs")),
    )
    op.create_index("ix_desire_pairs_user", "desire_pairs", ["user_id"])
    op.create_index("ix_desire_pairs_desire", "desire_pairs", ["desire_id"])


def _fulfilments() -> None:
    op.create_table(
        "desire_fulfilments",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("desire_id", sa.String(length=16), nullable=False),
        sa.Column("shader_id", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["desire_id"], ["desires.id"], name=op.f("fk_desire_fulfilments_desire_id_desires")),
        sa.ForeignKeyConstraint(["shader_id"], ["shaders.id"], name=op.f("fk_desire_fulfilments_shader_id_shaders")),
        sa.ForeignKeyConstraint(["author_id"], ["users.id"], name=op.f("fk_desire_fulfilments_author_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desire_fulfilments")),
    )
    op.create_index("uq_desire_fulfilments_pair", "desire_fulfilments", ["desire_id", "shader_id"], unique=True)
    op.create_index("ix_desire_fulfilments_shader", "desire_fulfilments", ["shader_id"])
    op.create_index("ix_desire_fulfilments_author", "desire_fulfilments", ["author_id"])
    op.create_table(
        "desire_follows",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("desire_id", sa.String(length=16), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_desire_follows_user_id_users")),
        sa.ForeignKeyConstraint(["desire_id"], ["desires.id"], name=op.f("fk_desire_follows_desire_id_desires")),
        sa.PrimaryKeyConstraint("user_id", "desire_id", name=op.f("pk_desire_follows")),
    )
    op.create_index("ix_desire_follows_desire", "desire_follows", ["desire_id"])


def downgrade() -> None:
    """Undo."""
    for table in ("follows", "fulfilments", "pairs", "memberships", "cluster_vectors", "clusters", "vectors"):
        op.drop_table(f"desire_{table}")
    op.drop_table("desires")
