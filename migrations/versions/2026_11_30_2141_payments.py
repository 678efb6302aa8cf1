"""payments

Revision: b7d40c1e96a3, after 3c9a71e5d84f
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "b7d40c1e96a3"
down_revision = "3c9a71e5d84f"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Expand: what the version that runs now still understands."""
    _calls()
    _events()
    _orders()
    _money()
    _disputes()
    _users()
    _plans()


def _calls() -> None:
    op.create_table(
        "payment_calls",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject", sa.String(length=80), nullable=False),
        sa.Column("key", sa.String(length=160), nullable=False),
        sa.Column("params", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("params_hash", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("result_id", sa.String(length=255), nullable=True),
        sa.Column("reason", sa.String(length=100), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_calls")),
        sa.UniqueConstraint("key", name=op.f("uq_payment_calls_key")),
    )
    op.create_index(
        "ix_payment_calls_asked", "payment_calls", ["created_at"], postgresql_where=sa.text("state = 'asked'")
    )
    op.create_index("ix_payment_calls_subject", "payment_calls", ["subject"])


def _events() -> None:
    op.create_table(
        "payment_events",
        sa.Column("id", sa.String(length=255), nullable=False),
        sa.Column("endpoint", sa.String(length=20), nullable=False),
        sa.Column("type", sa.String(length=100), nullable=False),
        sa.Column("account_id", sa.String(length=255), nullable=True),
        sa.Column("api_version", sa.String(length=60), nullable=True),
        sa.Column("object_id", sa.String(length=255), nullable=False),
        sa.Column("object_type", sa.String(length=60), nullable=False),
        sa.Column("parent_id", sa.String(length=255), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(length=20), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_events")),
    )
    op.create_index(
        "ix_payment_events_open", "payment_events", ["received_at"], postgresql_where=sa.text("taken_at IS NULL")
    )
    op.create_index("ix_payment_events_received", "payment_events", ["received_at"])


def _orders() -> None:
    op.create_table(
        "payment_orders",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("subject", sa.String(length=80), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("purpose", sa.String(length=80), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("checkout_id", sa.String(length=255), nullable=True),
        sa.Column("payment_id", sa.String(length=255), nullable=True),
        sa.Column("payment_status", sa.String(length=60), nullable=True),
        sa.Column("charge_id", sa.String(length=255), nullable=True),
        sa.Column("cash_id", sa.String(length=255), nullable=True),
        sa.Column("fee", sa.BigInteger(), nullable=True),
        sa.Column("refunded", sa.BigInteger(), nullable=False),
        sa.Column("fingerprint", sa.String(length=80), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("paid_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("warned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("ck_payment_orders_amount")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_payment_orders_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_orders")),
        sa.UniqueConstraint("subject", "attempt", name=op.f("uq_payment_orders_subject_attempt")),
    )
    op.create_index("ix_payment_orders_checkout", "payment_orders", ["checkout_id"], unique=True)
    op.create_index(
        "ix_payment_orders_moving",
        "payment_orders",
        ["fetched_at"],
        postgresql_where=sa.text("state IN ('asked','open','processing')"),
    )
    op.create_index("ix_payment_orders_payment", "payment_orders", ["payment_id"], unique=True)
    op.create_index("ix_payment_orders_user", "payment_orders", ["user_id", "created_at"])


def _money() -> None:
    op.create_table(
        "payment_refunds",
        sa.Column("id", sa.String(length=255), nullable=False),
        sa.Column("subject", sa.String(length=80), nullable=True),
        sa.Column("payment_id", sa.String(length=255), nullable=True),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("status", sa.String(length=60), nullable=False),
        sa.Column("failure", sa.String(length=100), nullable=True),
        sa.Column("cash_id", sa.String(length=255), nullable=True),
        sa.Column("failure_cash_id", sa.String(length=255), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_refunds")),
    )
    op.create_index("ix_payment_refunds_subject", "payment_refunds", ["subject"])
    op.create_table(
        "payment_transfers",
        sa.Column("id", sa.String(length=255), nullable=False),
        sa.Column("subject", sa.String(length=80), nullable=True),
        sa.Column("account_id", sa.String(length=255), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("reversed", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("cash_id", sa.String(length=255), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_transfers")),
    )
    op.create_index("ix_payment_transfers_account", "payment_transfers", ["account_id"])
    op.create_index("ix_payment_transfers_subject", "payment_transfers", ["subject"])


def _disputes() -> None:
    op.create_table(
        "payment_disputes",
        sa.Column("id", sa.String(length=255), nullable=False),
        sa.Column("subject", sa.String(length=80), nullable=True),
        sa.Column("payment_id", sa.String(length=255), nullable=True),
        sa.Column("charge_id", sa.String(length=255), nullable=False),
        sa.Column("status", sa.String(length=60), nullable=False),
        sa.Column("reason", sa.String(length=60), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("taken", sa.BigInteger(), nullable=False),
        sa.Column("fee", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_disputes")),
    )
    op.create_index("ix_payment_disputes_subject", "payment_disputes", ["subject"])


def _users() -> None:
    op.create_table(
        "payment_customers",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.String(length=255), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("scrub_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_payment_customers_user_id_users")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_payment_customers")),
        sa.UniqueConstraint("customer_id", name=op.f("uq_payment_customers_customer_id")),
    )
    op.create_table(
        "payout_accounts",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.String(length=255), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("missing", postgresql.ARRAY(sa.String()), nullable=False),
        sa.Column("why_not", sa.String(length=100), nullable=True),
        sa.Column("bank_refused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_payout_accounts_user_id_users")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_payout_accounts")),
        sa.UniqueConstraint("account_id", name=op.f("uq_payout_accounts_account_id")),
    )
    op.create_index(
        "ix_payout_accounts_moving", "payout_accounts", ["fetched_at"], postgresql_where=sa.text("state <> 'closed'")
    )


def _plans() -> None:
    op.create_table(
        "payment_plans",
        sa.Column("id", sa.String(length=255), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.String(length=60), nullable=False),
        sa.Column("price_id", sa.String(length=255), nullable=True),
        sa.Column("period_ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancel_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancels_at_period_end", sa.Boolean(), nullable=False),
        sa.Column("invoice_id", sa.String(length=255), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_payment_plans_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_plans")),
    )
    op.create_index("ix_payment_plans_user", "payment_plans", ["user_id"])
    op.create_table(
        "payment_invoices",
        sa.Column("id", sa.String(length=255), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("plan_id", sa.String(length=255), nullable=True),
        sa.Column("number", sa.String(length=100), nullable=True),
        sa.Column("status", sa.String(length=60), nullable=True),
        sa.Column("paid", sa.BigInteger(), nullable=False),
        sa.Column("tax", sa.BigInteger(), nullable=False),
        sa.Column("refunded", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("payment_ids", postgresql.ARRAY(sa.String()), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("paid_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_payment_invoices_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_invoices")),
    )
    op.create_index("ix_payment_invoices_user", "payment_invoices", ["user_id", "created_at"])


def downgrade() -> None:
    """Undo."""
    for table in (
        "payment_plans",
        "payment_invoices",
        "payout_accounts",
        "payment_customers",
        "payment_disputes",
        "payment_transfers",
        "payment_refunds",
        "payment_orders",
        "payment_events",
        "payment_calls",
    ):
        op.drop_table(table)
