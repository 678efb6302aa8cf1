"""bounties

Revision: 9d2c4e7f10ab, after 8e2d50b7c1f4
"""

import sqlalchemy as sa
from alembic import op

revision = "9d2c4e7f10ab"
down_revision = "8e2d50b7c1f4"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Expand: what the version that runs now still understands."""
    _pledges()
    _pledge_indexes()
    _moves()
    _objections()
    _decisions()
    _changes()
    _limits()


def _made() -> list[sa.Column[object]]:
    return [
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("desire_id", sa.String(length=16), nullable=False),
        sa.Column("pledger_id", sa.Uuid(), nullable=False),
        sa.Column("key_id", sa.Uuid(), nullable=True),
        sa.Column("prompt", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("fee", sa.BigInteger(), nullable=False),
        sa.Column("fee_percent", sa.Integer(), nullable=False),
        sa.Column("terms_version", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("paid_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
    ]


def _moved() -> list[sa.Column[object]]:
    return [
        sa.Column("hold_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer_id", sa.Uuid(), nullable=True),
        sa.Column("artist_id", sa.Uuid(), nullable=True),
        sa.Column("review_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("review_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("owner_accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("contest_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("moved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("netted", sa.BigInteger(), nullable=False),
        sa.Column("before", sa.String(), nullable=True),
        sa.Column("dispute_id", sa.String(length=255), nullable=True),
        sa.Column("disputed", sa.BigInteger(), nullable=False),
        sa.Column("dispute_open", sa.Boolean(), nullable=False),
        sa.Column("dispute_lost", sa.Boolean(), nullable=False),
        sa.Column("moves", sa.Integer(), nullable=False),
    ]


def _pledges() -> None:
    op.create_table(
        "pledges",
        *_made(),
        *_moved(),
        sa.CheckConstraint("hold_until <= paid_at + interval '80 days'", name=op.f("ck_pledges_hold")),
        sa.CheckConstraint("(paid_at IS NULL) = (hold_until IS NULL)", name=op.f("ck_pledges_paid")),
        sa.CheckConstraint("amount > 0 AND fee >= 0 AND fee <= amount", name=op.f("ck_pledges_amount")),
        sa.ForeignKeyConstraint(
            ["answer_id"], ["desire_fulfilments.id"], name=op.f("fk_pledges_answer_id_desire_fulfilments")
        ),
        sa.ForeignKeyConstraint(["artist_id"], ["users.id"], name=op.f("fk_pledges_artist_id_users")),
        sa.ForeignKeyConstraint(["pledger_id"], ["users.id"], name=op.f("fk_pledges_pledger_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pledges")),
    )


def _pledge_indexes() -> None:
    newest: list[sa.ColumnElement[str]] = [sa.literal_column("created_at DESC"), sa.literal_column("id DESC")]
    op.create_index("ix_pledges_answer", "pledges", ["answer_id"], postgresql_where=sa.text("answer_id IS NOT NULL"))
    op.create_index("ix_pledges_artist", "pledges", ["artist_id"], postgresql_where=sa.text("artist_id IS NOT NULL"))
    op.create_index(
        "ix_pledges_contested", "pledges", ["contest_until"], postgresql_where=sa.text("state = 'contested'")
    )
    op.create_index("ix_pledges_desire", "pledges", ["desire_id", "state"])
    op.create_index("ix_pledges_due", "pledges", ["due_at"], postgresql_where=sa.text("due_at IS NOT NULL"))
    op.create_index("ix_pledges_pledger", "pledges", ["pledger_id", *newest])


def _moves() -> None:
    op.create_table(
        "pledge_moves",
        sa.Column("pledge_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("event", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_pledge_moves_by_id_users")),
        sa.ForeignKeyConstraint(["pledge_id"], ["pledges.id"], name=op.f("fk_pledge_moves_pledge_id_pledges")),
        sa.PrimaryKeyConstraint("pledge_id", "number", name=op.f("pk_pledge_moves")),
    )


def _objections() -> None:
    op.create_table(
        "pledge_objections",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("pledge_id", sa.Uuid(), nullable=False),
        sa.Column("answer_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["answer_id"], ["desire_fulfilments.id"], name=op.f("fk_pledge_objections_answer_id_desire_fulfilments")
        ),
        sa.ForeignKeyConstraint(["pledge_id"], ["pledges.id"], name=op.f("fk_pledge_objections_pledge_id_pledges")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_pledge_objections_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pledge_objections")),
    )
    op.create_index("ix_pledge_objections_answer", "pledge_objections", ["answer_id"])
    op.create_index(op.f("ix_pledge_objections_pledge_id"), "pledge_objections", ["pledge_id"])
    op.create_index("ix_pledge_objections_user", "pledge_objections", ["user_id"])


def _decisions() -> None:
    op.create_table(
        "pledge_decisions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("pledge_id", sa.Uuid(), nullable=False),
        sa.Column("operator_id", sa.Uuid(), nullable=False),
        sa.Column("pays", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["operator_id"], ["users.id"], name=op.f("fk_pledge_decisions_operator_id_users")),
        sa.ForeignKeyConstraint(["pledge_id"], ["pledges.id"], name=op.f("fk_pledge_decisions_pledge_id_pledges")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pledge_decisions")),
    )
    op.create_index(op.f("ix_pledge_decisions_pledge_id"), "pledge_decisions", ["pledge_id"])


def _changes() -> None:
    op.create_table(
        "bounty_changes",
        sa.Column("answer_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("wanted", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["answer_id"], ["desire_fulfilments.id"], name=op.f("fk_bounty_changes_answer_id_desire_fulfilments")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_bounty_changes_user_id_users")),
        sa.PrimaryKeyConstraint("answer_id", name=op.f("pk_bounty_changes")),
    )
    op.create_index(op.f("ix_bounty_changes_user_id"), "bounty_changes", ["user_id"])


def _limits() -> None:
    op.create_table(
        "key_pledge_limits",
        sa.Column("key_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("per_pledge", sa.BigInteger(), nullable=False),
        sa.Column("per_day", sa.BigInteger(), nullable=False),
        sa.Column("in_all", sa.BigInteger(), nullable=False),
        sa.Column("spent", sa.BigInteger(), nullable=False),
        sa.Column("spent_today", sa.BigInteger(), nullable=False),
        sa.Column("today", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "per_pledge >= 0 AND per_day >= 0 AND in_all >= 0", name=op.f("ck_key_pledge_limits_limits")
        ),
        sa.CheckConstraint("spent >= 0 AND spent_today >= 0", name=op.f("ck_key_pledge_limits_spent")),
        sa.ForeignKeyConstraint(
            ["key_id"], ["api_keys.id"], name=op.f("fk_key_pledge_limits_key_id_api_keys"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_key_pledge_limits_user_id_users")),
        sa.PrimaryKeyConstraint("key_id", name=op.f("pk_key_pledge_limits")),
    )
    op.create_index(op.f("ix_key_pledge_limits_user_id"), "key_pledge_limits", ["user_id"])


def downgrade() -> None:
    """Take it back; what was pledged stays in the ledger alone."""
    for table in (
        "key_pledge_limits",
        "bounty_changes",
        "pledge_decisions",
        "pledge_objections",
        "pledge_moves",
        "pledges",
    ):
        op.drop_table(table)
