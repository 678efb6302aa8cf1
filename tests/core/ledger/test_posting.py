"""What the ledger holds, whoever writes: through `post`, and by raw SQL."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy.exc
from sqlalchemy import text

from services.core.kit.database import Database, WriteSession
from services.core.kit.errors import InvalidInputError
from services.core.ledger.models import AccountKind
from services.core.ledger.posting import (
    Account,
    InsufficientBalanceError,
    LedgerConflictError,
    Line,
    Posting,
    post,
    post_all,
)

NOW = datetime(2026, 12, 1, tzinfo=UTC)
STRIPE, HELD = Account(AccountKind.STRIPE), Account(AccountKind.HELD, "p1")
REFUND_DUE = Account(AccountKind.REFUND_DUE, "p1")


def posting(external_id: str, *lines: tuple[Account, int], currency: str = "EUR", **options: Any) -> Posting:
    made = tuple(Line(account, amount, currency) for account, amount in lines)
    return Posting(kind="test", external_id=external_id, lines=made, occurred_at=NOW, **options)


def paid(external_id: str = "txn_1", amount: int = 500, currency: str = "EUR") -> Posting:
    return posting(external_id, (STRIPE, amount), (HELD, -amount), currency=currency)


async def balance(session: WriteSession, account: Account, currency: str = "EUR") -> int:
    found: int | None = await session.scalar(
        text("SELECT balance FROM ledger_accounts WHERE kind = :kind AND owner = :owner AND currency = :currency"),
        {"kind": account.kind, "owner": account.owner, "currency": currency},
    )
    return found or 0


async def test_a_fact_is_posted_once_and_balances_follow(session: WriteSession) -> None:
    assert await post(session, paid()) is True
    assert await post(session, paid()) is False
    assert (await balance(session, STRIPE), await balance(session, HELD)) == (500, -500)
    await session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))


async def test_the_same_fact_with_other_lines_is_a_conflict(session: WriteSession) -> None:
    await post(session, paid())
    with pytest.raises(LedgerConflictError, match="txn_1"):
        await post(session, paid(amount=501))
    assert await balance(session, STRIPE) == 500


@pytest.mark.parametrize(("currency", "amount"), [("JPY", 500), ("KWD", 12_340), ("THX", 3), ("USD", 2_000)])
async def test_each_currency_has_balances_of_its_own(session: WriteSession, currency: str, amount: int) -> None:
    await post_all(session, [paid(), paid("txn_2", amount, currency)])
    assert (await balance(session, HELD), await balance(session, HELD, currency)) == (-500, -amount)
    await session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))


def test_lines_that_do_not_balance_are_not_a_posting() -> None:
    for lines in ([(STRIPE, 500), (HELD, -499)], [(STRIPE, 0), (HELD, 0)], []):
        with pytest.raises(ValueError, match="balance"):
            posting("x", *lines)
    with pytest.raises(ValueError, match="balance"):
        Posting(
            kind="test",
            external_id="x",
            lines=(Line(STRIPE, 5, "EUR"), Line(HELD, -5, "USD")),
            occurred_at=NOW,
        )
    with pytest.raises(InvalidInputError):
        paid(currency="XXX")


async def test_what_is_owed_never_goes_to_the_other_side(session: WriteSession) -> None:
    await post(session, paid())
    with pytest.raises(InsufficientBalanceError):
        await post(session, posting("p1:returned", (HELD, 501), (REFUND_DUE, -501)))


async def test_a_posting_is_taken_back_by_another(session: WriteSession) -> None:
    await post(session, paid())
    back = paid().reversal(kind="test", external_id="txn_1:back", occurred_at=NOW)
    await post(session, back)
    assert await balance(session, STRIPE) == 0
    linked = "SELECT t.external_id FROM ledger_transactions r JOIN ledger_transactions t ON t.id = r.reverses"
    assert (await session.scalars(text(linked))).all() == ["txn_1"]


async def test_two_who_post_the_same_fact_post_it_once(database: Database) -> None:
    async def one() -> bool:
        async with database.write() as session:
            return await post(session, paid())

    assert sorted(await asyncio.gather(*(one() for _ in range(8)))) == [False] * 7 + [True]


async def test_writers_in_opposite_order_do_not_lock_each_other_out(database: Database) -> None:
    accounts = [Account(AccountKind.PAYABLE, f"artist{number}") for number in range(4)]

    async def one(number: int) -> None:
        order = accounts if number % 2 else accounts[::-1]
        lines = [(account, -10) for account in order]
        async with database.write() as session:
            assert await post(session, posting(f"f{number}", *lines, (STRIPE, 40)))

    await asyncio.gather(*(one(number) for number in range(40)))
    async with database.write() as session:
        assert {await balance(session, account) for account in accounts} == {-400}


async def test_as_much_is_spent_as_there_is_whoever_spends(database: Database) -> None:
    async with database.write() as session:
        await post(session, paid(amount=500))

    async def spend(number: int) -> bool:
        try:
            async with database.write() as session:
                return await post(session, posting(f"spend{number}", (HELD, 100), (REFUND_DUE, -100)))
        except InsufficientBalanceError:
            return False

    assert sum(await asyncio.gather(*(spend(number) for number in range(12)))) == 5


_TRANSACTION = (
    "INSERT INTO ledger_transactions (kind, external_id, occurred_at, created_at)"
    " VALUES ('raw', '{}', now(), now()) RETURNING id"
)
_ACCOUNT = (
    "INSERT INTO ledger_accounts (kind, owner, currency, side, floor, balance, version)"
    " VALUES ('{}', 'me', 'THX', -1, {}, {}, 0)"
)
_ENTRY = (
    "INSERT INTO ledger_entries (transaction_id, account_id, amount, currency)"
    " SELECT {}, id, {}, '{}' FROM ledger_accounts WHERE kind = '{}' AND currency = 'EUR'"
)


async def write_raw(database: Database, *entries: tuple[str, int, str]) -> None:
    """A transaction with these entries, past `post`."""
    async with database.write() as session:
        new = await session.scalar(text(_TRANSACTION.format("raw")))
        for kind, amount, currency in entries:
            await session.execute(text(_ENTRY.format(new, amount, currency, kind)))


async def post_entries(session: WriteSession, *entries: tuple[str, int, str]) -> None:
    """Entries that are added to the last transaction that there is."""
    for kind, amount, currency in entries:
        latest = "(SELECT max(id) FROM ledger_transactions)"
        await session.execute(text(_ENTRY.format(latest, amount, currency, kind)))


@pytest.mark.parametrize(
    ("entries", "why"),
    [
        ([("stripe", 500, "EUR"), ("held", -499, "EUR")], "does not balance"),
        ([], "has no entries"),
        ([("stripe", 500, "USD"), ("held", -500, "USD")], "no such account in this currency"),
        ([("stripe", 0, "EUR"), ("held", 0, "EUR")], "amount"),
        ([("held", 501, "EUR"), ("stripe", -501, "EUR")], "floor"),
    ],
)
async def test_raw_sql_cannot_write_what_is_no_posting(
    database: Database, entries: list[tuple[str, int, str]], why: str
) -> None:
    async with database.write() as session:
        await post(session, paid())
    with pytest.raises(sqlalchemy.exc.DBAPIError, match=why):
        await write_raw(database, *entries)
    async with database.write() as session:
        assert (await balance(session, STRIPE), await balance(session, HELD)) == (500, -500)


@pytest.mark.parametrize(
    ("statement", "why"),
    [
        ("UPDATE ledger_entries SET amount = amount + 1", "stays as it is"),
        ("UPDATE ledger_transactions SET kind = 'other'", "stays as it is"),
        ("UPDATE ledger_accounts SET balance = 0, version = 0", "stays as it is"),
        ("DELETE FROM ledger_entries", "stays as it is"),
        ("DELETE FROM ledger_transactions", "stays as it is"),
        ("DELETE FROM ledger_accounts", "stays as it is"),
        ("TRUNCATE ledger_entries", "stays as it is"),
        ("TRUNCATE ledger_accounts, ledger_transactions, ledger_entries", "stays as it is"),
        (_ENTRY.format("(SELECT max(id) FROM ledger_transactions)", 7, "EUR", "stripe"), "closed by its commit"),
        (_ACCOUNT.format("points:own", 0, -99), "begins with nothing"),
        (_ACCOUNT.format("held", "NULL", 0), "owed"),
    ],
)
async def test_what_was_written_stays_whoever_asks(database: Database, statement: str, why: str) -> None:
    """Also for the owner of the tables, as long as nobody disables the triggers."""
    async with database.write() as session:
        await post(session, paid())
    with pytest.raises(sqlalchemy.exc.DBAPIError, match=why):
        async with database.write() as session:
            await session.execute(text(statement))
