"""Writing in the ledger: `post(session, Posting(...))`, once for each fact.

A posting's lines sum to zero in each currency. Its `external_id` names the fact; posting it again with the same lines
does nothing, with others it raises `LedgerConflictError` and counts, because then somebody is wrong about money.
A balance that would fall below its floor raises `FloorError`; both leave the transaction unusable or unchanged, and
what follows from them is the caller's decision.

Accounts are locked in the order of their ids until the transaction ends. Who posts several at once does it by
`post_all`, which keeps that order over all of them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import structlog
from prometheus_client import Counter
from sqlalchemy import insert, select, tuple_
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import IntegrityError
from sqlmodel import col

from services.core.kit.database import ReadSession, WriteSession
from services.core.kit.errors import ConflictError
from services.core.ledger.currencies import currency_of
from services.core.ledger.models import AccountKind, LedgerAccount, LedgerEntry, LedgerTransaction

CONFLICTS = Counter("ledger_conflicts_total", "Postings that stand in the ledger with other lines.", ["kind"])

log = structlog.get_logger("ledger")


class LedgerConflictError(ConflictError):
    """The fact stands in the ledger already, with other lines. Counted, and for the operator to look at."""

    code = "ledger_conflict"
    title = "This stands in the ledger otherwise"


class InsufficientBalanceError(ConflictError):
    """An account would hold less than it may. The database transaction is spent."""

    code = "insufficient_balance"
    title = "There is not enough left"


@dataclass(frozen=True, slots=True, order=True)
class Account:
    """The name of an account: `Account(AccountKind.HELD, str(pledge_id))`. It is opened when it is first used."""

    kind: AccountKind
    owner: str = ""


@dataclass(frozen=True, slots=True, order=True)
class Line:
    """An amount on an account, debit positive, in the currency's minor unit."""

    account: Account
    amount: int
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    """One fact. Raises `ValueError` unless its lines sum to zero in each currency and none is zero.

    `kind` is a word for lists; `reverses` is the `external_id` of a posting that this one takes back.
    """

    kind: str
    external_id: str
    lines: tuple[Line, ...]
    occurred_at: datetime
    reverses: str | None = None

    def __post_init__(self) -> None:
        """Refuse what the database would refuse at the commit, where nobody knows any more whose line it was."""
        sums: dict[str, int] = {}
        for line in self.lines:
            currency_of(line.currency)
            sums[line.currency] = sums.get(line.currency, 0) + line.amount
        if not self.lines or any(sums.values()) or not all(line.amount for line in self.lines):
            raise ValueError(f"The lines of {self.kind} do not balance")

    def reversal(self, *, kind: str, external_id: str, occurred_at: datetime) -> "Posting":
        """The posting that takes this one back."""
        back = tuple(replace(line, amount=-line.amount) for line in self.lines)
        return Posting(
            kind=kind, external_id=external_id, lines=back, occurred_at=occurred_at, reverses=self.external_id
        )


async def post(session: WriteSession, posting: Posting) -> bool:
    """Write `posting`; False when it stands already. Raises `LedgerConflictError` and `InsufficientBalanceError`."""
    return (await post_all(session, [posting]))[0]


async def post_all(session: WriteSession, postings: Sequence[Posting]) -> list[bool]:
    """As `post` for each, with all their accounts locked in one order."""
    accounts = await _accounts(session, {(line.account, line.currency) for each in postings for line in each.lines})
    ids = [await _transaction(session, posting) for posting in postings]
    rows = [
        {"transaction_id": id_, "account_id": accounts[line.account, line.currency], **_amount(line)}
        for posting, id_ in zip(postings, ids, strict=True)
        if id_ is not None
        for line in posting.lines
    ]
    if rows:
        await _write(session, sorted(rows, key=lambda row: (row["account_id"], row["transaction_id"])))
    for posting, id_ in zip(postings, ids, strict=True):
        if id_ is None:
            await _compare(session, posting)
    return [id_ is not None for id_ in ids]


def _amount(line: Line) -> dict[str, Any]:
    return {"amount": line.amount, "currency": line.currency}


async def _accounts(session: WriteSession, wanted: set[tuple[Account, str]]) -> dict[tuple[Account, str], int]:
    """The ids of accounts, opened where they are new; in one order, so that nobody waits in a circle."""
    found = await _known(session, wanted)
    missing = sorted(wanted - found.keys())
    for account, currency in missing:
        values = {
            "kind": account.kind,
            "owner": account.owner,
            "currency": currency,
            "side": account.kind.side,
            "floor": account.kind.floor,
            "balance": 0,
            "version": 0,
        }
        await session.execute(postgresql.insert(LedgerAccount).values(values).on_conflict_do_nothing())
    return found | await _known(session, missing) if missing else found


async def _known(session: ReadSession, wanted: Iterable[tuple[Account, str]]) -> dict[tuple[Account, str], int]:
    table = LedgerAccount
    name = tuple_(col(table.kind), col(table.owner), col(table.currency))
    names = [(account.kind.value, account.owner, currency) for account, currency in wanted]
    rows = await session.execute(
        select(col(table.id), col(table.kind), col(table.owner), col(table.currency)).where(name.in_(names))
    )
    return {(Account(AccountKind(kind), owner), currency): id_ or 0 for id_, kind, owner, currency in rows}


async def _transaction(session: WriteSession, posting: Posting) -> int | None:
    """The id of the new transaction, or None when the fact stands already; waits for one that is being written."""
    reverses = None
    if posting.reverses is not None:
        reverses = await _id_of(session, posting.reverses)
        if reverses is None:
            raise LedgerConflictError(f"There is no {posting.reverses} to take back")
    statement = postgresql.insert(LedgerTransaction).values(
        kind=posting.kind, external_id=posting.external_id, occurred_at=posting.occurred_at, reverses=reverses
    )
    statement = statement.on_conflict_do_nothing(index_elements=["external_id"])
    new: int | None = await session.scalar(statement.returning(col(LedgerTransaction.id)))
    return new


async def _id_of(session: ReadSession, external_id: str) -> int | None:
    statement = select(col(LedgerTransaction.id)).where(col(LedgerTransaction.external_id) == external_id)
    found: int | None = await session.scalar(statement)
    return found


async def _write(session: WriteSession, rows: list[dict[str, Any]]) -> None:
    try:
        await session.execute(insert(LedgerEntry).values(rows))
    except IntegrityError as error:
        cause = error.orig.__cause__ if error.orig is not None else None
        if getattr(cause, "constraint_name", None) == "ck_ledger_accounts_floor":
            raise InsufficientBalanceError from error
        raise


async def _compare(session: ReadSession, posting: Posting) -> None:
    """Raise unless `posting` stands in the ledger as it is."""
    entry, account, transaction = LedgerEntry, LedgerAccount, LedgerTransaction
    rows = await session.execute(
        select(col(account.kind), col(account.owner), col(entry.amount), col(entry.currency))
        .join(transaction, col(entry.transaction_id) == col(transaction.id))
        .join(account, col(entry.account_id) == col(account.id))
        .where(col(transaction.external_id) == posting.external_id)
    )
    stands = sorted(Line(Account(AccountKind(kind), owner), amount, currency) for kind, owner, amount, currency in rows)
    if stands != sorted(posting.lines):
        CONFLICTS.labels(posting.kind).inc()
        log.error("ledger_conflict", kind=posting.kind, external_id=posting.external_id)
        raise LedgerConflictError(f"{posting.external_id} stands in the ledger with other lines")
