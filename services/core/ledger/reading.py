"""Reading the ledger: balances, sums by kind, and statements of one account."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlmodel import col

from services.core.kit.database import ReadSession
from services.core.ledger.models import AccountKind, LedgerAccount, LedgerEntry, LedgerTransaction
from services.core.ledger.posting import Account


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One entry of an account. `amount` and `balance` count on the side on which the account grows."""

    occurred_at: datetime
    kind: str
    external_id: str
    amount: int
    currency: str
    balance: int


async def balance_of(session: ReadSession, account: Account, currency: str) -> int:
    """What an account holds, on the side on which it grows: what is owed, of one that is owed. 0 for a new one."""
    return (await balances_of(session, account.kind, [account.owner], currency))[account.owner]


async def balances_of(session: ReadSession, kind: AccountKind, owners: Iterable[str], currency: str) -> dict[str, int]:
    """The same for several owners at once."""
    wanted = dict.fromkeys(owners, 0)
    table = LedgerAccount
    rows = await session.execute(
        select(col(table.owner), col(table.balance) * col(table.side)).where(
            col(table.kind) == kind, col(table.owner).in_(wanted), col(table.currency) == currency
        )
    )
    return wanted | {owner: int(balance) for owner, balance in rows}


async def totals(session: ReadSession) -> dict[tuple[AccountKind, str], int]:
    """The sum of all accounts of each kind and currency, debit positive."""
    table = LedgerAccount
    rows = await session.execute(
        select(col(table.kind), col(table.currency), func.sum(col(table.balance))).group_by(
            col(table.kind), col(table.currency)
        )
    )
    return {(AccountKind(kind), currency): int(total) for kind, currency, total in rows}


async def stands(session: ReadSession, external_ids: Iterable[str]) -> set[str]:
    """Which of these facts are in the ledger."""
    table = LedgerTransaction
    rows = await session.scalars(select(col(table.external_id)).where(col(table.external_id).in_(list(external_ids))))
    return set(rows)


async def statement_of(
    session: ReadSession, account: Account, currency: str, *, since: datetime, until: datetime
) -> list[StatementLine]:
    """The entries of an account that occurred in `[since, until)`, in the order in which they were written."""
    entry, transaction, holder = LedgerEntry, LedgerTransaction, LedgerAccount
    rows = await session.execute(
        select(
            col(transaction.occurred_at),
            col(transaction.kind),
            col(transaction.external_id),
            col(entry.amount) * col(holder.side),
            col(entry.currency),
            col(entry.balance_after) * col(holder.side),
        )
        .join(transaction, col(entry.transaction_id) == col(transaction.id))
        .join(holder, col(entry.account_id) == col(holder.id))
        .where(
            col(holder.kind) == account.kind,
            col(holder.owner) == account.owner,
            col(holder.currency) == currency,
            col(transaction.occurred_at) >= since,
            col(transaction.occurred_at) < until,
        )
        .order_by(col(entry.account_version))
    )
    return [StatementLine(*row[:5], row[5] or 0) for row in rows]
