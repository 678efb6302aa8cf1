"""payment pages

Revision: c41f7a90b2d6, after 4b7c90e2d516
"""

import sqlalchemy as sa
from alembic import op

revision = "c41f7a90b2d6"
down_revision = "4b7c90e2d516"
branch_labels = None
depends_on = None

_MOVING = sa.text("state IN ('asked','open','processing')")


def upgrade() -> None:
    """Expand: what the version that runs now still understands."""
    op.add_column("payment_orders", sa.Column("price_id", sa.String(length=255), nullable=True))
    op.add_column("payment_orders", sa.Column("plan_id", sa.String(length=255), nullable=True))
    op.drop_index("ix_payment_orders_moving", table_name="payment_orders")
    op.create_index("ix_payment_orders_moving", "payment_orders", ["created_at"], postgresql_where=_MOVING)
    op.create_table(
        "payment_reconciliations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("provider_amount", sa.BigInteger(), nullable=False),
        sa.Column("ledger_amount", sa.BigInteger(), nullable=False),
        sa.Column("owed", sa.BigInteger(), nullable=False),
        sa.Column("suspense", sa.BigInteger(), nullable=False),
        sa.Column("booked", sa.Integer(), nullable=False),
        sa.Column("suspended", sa.Integer(), nullable=False),
        sa.Column("unbooked", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_reconciliations")),
    )
    op.create_index("ix_payment_reconciliations_started", "payment_reconciliations", ["started_at"])


def downgrade() -> None:
    """Undo."""
    op.drop_table("payment_reconciliations")
    op.drop_index("ix_payment_orders_moving", table_name="payment_orders")
    op.create_index("ix_payment_orders_moving", "payment_orders", ["fetched_at"], postgresql_where=_MOVING)
    op.drop_column("payment_orders", "plan_id")
    op.drop_column("payment_orders", "price_id")
