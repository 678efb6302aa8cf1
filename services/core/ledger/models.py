"""The ledger: accounts, transactions, and the entries that they consist of. Nothing in it is ever changed.

Amounts are debit positive, in minor units. PostgreSQL itself holds the invariants that decision 0081 lists: checks and
triggers stand in the migration. `append_only` says that the role of the processes may only read and add.
"""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    FetchedValue,
    ForeignKey,
    Identity,
    Index,
    String,
    UniqueConstraint,
)
from sqlmodel import Field, SQLModel

from services.core.kit.tables import time_field

_APPEND_ONLY = {"info": {"append_only": True}}


class AccountKind(StrEnum):
    """What an account is. Those with an owner exist once for each: a pledge, a user, a dispute."""

    # At the provider and beyond it.
    STRIPE = "stripe"
    BANK = "bank"
    SUSPENSE = "suspense"
    # Owed; never to the other side. Owners: pledge, pledge, artist.
    HELD = "held"
    REFUND_DUE = "refund_due"
    PAYABLE = "payable"
    TAX_DUE = "tax_due"
    # Owed to us. Owners: artist, dispute.
    DEBT = "debt"
    DISPUTE = "dispute"
    BOUNTY_FEE = "revenue:bounty_fee"
    SUBSCRIPTION = "revenue:subscription"
    STRIPE_FEE = "expense:stripe_fee"
    DISPUTE_FEE = "expense:dispute_fee"
    LOSS = "expense:loss"
    # Points: all that were given out, what a user may still pledge, what a user received.
    POINTS_ISSUED = "points:issued"
    POINTS = "points:own"
    REPUTATION = "points:reputation"

    @property
    def floor(self) -> int | None:
        """The least that it may hold, counted on the side on which it grows; None: any amount."""
        return 0 if self in _NEVER_NEGATIVE else None

    @property
    def side(self) -> int:
        """1 where debits make it grow, -1 where credits do."""
        return -1 if self in _GROWS_BY_CREDIT else 1


_NEVER_NEGATIVE = frozenset(
    {
        AccountKind.HELD,
        AccountKind.REFUND_DUE,
        AccountKind.PAYABLE,
        AccountKind.DEBT,
        AccountKind.POINTS,
        AccountKind.REPUTATION,
    }
)
_GROWS_BY_CREDIT = frozenset(
    {
        AccountKind.HELD,
        AccountKind.REFUND_DUE,
        AccountKind.PAYABLE,
        AccountKind.TAX_DUE,
        AccountKind.BOUNTY_FEE,
        AccountKind.SUBSCRIPTION,
        AccountKind.POINTS,
        AccountKind.REPUTATION,
    }
)


def _id() -> Any:
    return Field(default=None, sa_column=Column(BigInteger, Identity(always=True), primary_key=True))


class LedgerAccount(SQLModel, table=True):
    """An account. `balance` and `version` follow from its entries; a trigger writes them with each entry."""

    __tablename__ = "ledger_accounts"
    __table_args__ = (
        UniqueConstraint("kind", "owner", "currency", name="uq_ledger_accounts_name"),
        CheckConstraint("floor IS NULL OR balance * side >= floor", name="floor"),
        CheckConstraint("side IN (-1, 1)", name="side"),
        # Whoever opens such an account, by whatever code, cannot leave its floor out.
        CheckConstraint(
            "kind NOT IN ('held', 'refund_due', 'payable', 'points:own', 'points:reputation')"
            " OR (floor IS NOT NULL AND floor >= 0 AND side = -1)",
            name="owed",
        ),
        _APPEND_ONLY,
    )

    id: int | None = _id()
    kind: AccountKind = Field(sa_type=String)
    # Empty: there is one such account for each currency.
    owner: str = Field(default="", max_length=64)
    currency: str = Field(max_length=3)
    side: int
    floor: int | None = Field(default=None, sa_type=BigInteger)
    balance: int = Field(default=0, sa_type=BigInteger)
    version: int = Field(default=0, sa_type=BigInteger)


class LedgerTransaction(SQLModel, table=True):
    """One fact, by its `external_id`: the provider's (`txn_...`) or ours (`pledge:ID:accepted`)."""

    __tablename__ = "ledger_transactions"
    __table_args__ = (
        Index("ix_ledger_transactions_kind", "kind", "occurred_at"),
        Index("ix_ledger_transactions_reverses", "reverses"),
        _APPEND_ONLY,
    )

    id: int | None = _id()
    kind: str = Field(max_length=40)
    external_id: str = Field(max_length=120, unique=True)
    occurred_at: datetime = time_field()
    created_at: datetime = time_field()
    reverses: int | None = Field(
        default=None, sa_column=Column(BigInteger, ForeignKey("ledger_transactions.id"), nullable=True)
    )
    # The database transaction that wrote it, by a trigger: it alone may add entries.
    xact: int | None = Field(default=None, sa_column=Column(BigInteger, FetchedValue(), nullable=False))


class LedgerEntry(SQLModel, table=True):
    """An amount on an account. A trigger counts `account_version` on and notes the balance behind it."""

    __tablename__ = "ledger_entries"
    __table_args__ = (
        UniqueConstraint("account_id", "account_version", name="uq_ledger_entries_account"),
        Index("ix_ledger_entries_transaction", "transaction_id"),
        CheckConstraint("amount <> 0", name="amount"),
        _APPEND_ONLY,
    )

    id: int | None = _id()
    transaction_id: int = Field(sa_column=Column(BigInteger, ForeignKey("ledger_transactions.id"), nullable=False))
    account_id: int = Field(sa_column=Column(BigInteger, ForeignKey("ledger_accounts.id"), nullable=False))
    amount: int = Field(sa_type=BigInteger)
    currency: str = Field(max_length=3)
    account_version: int | None = Field(default=None, sa_column=Column(BigInteger, FetchedValue(), nullable=False))
    balance_after: int | None = Field(default=None, sa_column=Column(BigInteger, FetchedValue(), nullable=False))
