"""style vectors

Revision: 7c1e5b2f90d8, after 7d2a5b01e4f8
"""

import sqlalchemy as sa
from alembic import op
from pgvector.sqlalchemy import HALFVEC

revision = "7c1e5b2f90d8"
down_revision = "7d2a5b01e4f8"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Expand: what the version that runs now still understands."""
    op.create_table(
        "style_embedders",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("complete_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_style_embedders")),
    )
    op.create_table(
        "style_vectors",
        sa.Column("shader_id", sa.String(length=16), nullable=False),
        sa.Column("embedder_id", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("basis", sa.String(length=32), nullable=False),
        sa.Column("vector", HALFVEC(512), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["shader_id"], ["shaders.id"], name=op.f("fk_style_vectors_shader_id_shaders")),
        sa.PrimaryKeyConstraint("shader_id", "embedder_id", name=op.f("pk_style_vectors")),
    )
    op.create_index(
        "ix_style_vectors_vector",
        "style_vectors",
        ["vector"],
        unique=False,
        postgresql_using="hnsw",
        postgresql_with={"m": 16, "ef_construction": 64},
        postgresql_ops={"vector": "halfvec_cosine_ops"},
    )


def downgrade() -> None:
    """Undo."""
    op.drop_table("style_vectors")
    op.drop_table("style_embedders")
