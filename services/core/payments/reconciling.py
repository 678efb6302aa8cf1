"""Reconciliation: every balance transaction of the provider in the ledger, and both sums the same. It changes nothing
at the provider.

A line whose object is known is booked by fetching that object; payouts, top-ups and fees have nothing behind them and
are booked here. What fits nowhere for a day goes to `suspense`, for a person to look at. Each run leaves a row per
currency; a difference in two runs one after the other is what the alert is about, as money may move during one.
"""

from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy import func, select
from sqlmodel import col

from services.core.kit.database import Database
from services.core.kit.tables import utc_now
from services.core.ledger.models import AccountKind
from services.core.ledger.posting import Account
from services.core.ledger.reading import stands, totals
from services.core.payments.cash import CashKind, book, whole
from services.core.payments.following import Follower
from services.core.payments.models import PaymentReconciliation
from services.core.payments.objects import BalanceOf, CashLine
from services.core.payments.provider import ProviderRefusedError

# Lines are looked at again for so long, as they may come late.
_BACK = timedelta(days=3)
_PATIENCE = timedelta(days=1)
_BANK = frozenset({"payout", "payout_cancel", "payout_failure", "topup", "topup_reversal"})
_FEES = frozenset({"stripe_fee", "stripe_fx_fee", "tax_fee", "network_cost", "contribution", "payment_unreconciled"})
_RESERVES = ("reserve", "payment_network_reserve", "payout_minimum_balance", "risk_reserved", "connect_reserved")
# Of the object behind a line, by the beginning of its id.
_OBJECTS = {
    "ch_": "charge",
    "py_": "charge",
    "re_": "refund",
    "pyr_": "refund",
    "tr_": "transfer",
    "dp_": "dispute",
    "du_": "dispute",
}

log = structlog.get_logger("payments")


@dataclass(frozen=True, slots=True)
class Reconciler:
    """Compares the ledger with the provider."""

    database: Database
    follower: Follower

    async def run(self) -> list[PaymentReconciliation]:
        """One comparison; a row for each currency."""
        started, since = utc_now(), await self._since()
        booked = suspended = open_ = 0
        async for lines in self._unbooked(since):
            for line in lines:
                how = await self._book(line, started)
                booked += how == "booked"
                suspended += how == "suspended"
                open_ += how == "open"
        balances = await self.follower.provider.balance()
        return await self._write(started, balances, booked=booked, suspended=suspended, open_=open_)

    async def _since(self) -> datetime:
        """Before the last run that left nothing open; from the beginning where there was none."""
        async with self.database.read() as session:
            ended = func.max(col(PaymentReconciliation.started_at))
            last = await session.scalar(select(ended).where(col(PaymentReconciliation.unbooked) == 0))
        return last - _BACK if last is not None else datetime.fromtimestamp(0, tz=utc_now().tzinfo)

    async def _unbooked(self, since: datetime) -> AsyncIterator[list[CashLine]]:
        """Lines that are not in the ledger, some at a time."""
        batch: list[CashLine] = []
        async for line in self.follower.provider.cash_lines(since=since):
            batch.append(line)
            if len(batch) == 100:
                yield await self._missing(batch)
                batch = []
        yield await self._missing(batch)

    async def _missing(self, lines: Iterable[CashLine]) -> list[CashLine]:
        given = list(lines)
        async with self.database.read() as session:
            known = await stands(session, [line.id for line in given])
        return [line for line in given if line.id not in known]

    async def _book(self, line: CashLine, now: datetime) -> str:
        """Book a line: by the object behind it, by its type, or after a day as unexplained."""
        simple = _simple(line)
        if simple is not None:
            async with self.database.write() as session:
                kind, account = simple
                return "booked" if await book(session, line, kind, whole(line, account)) else "open"
        await self._follow(line)
        if not await self._missing([line]):
            return "booked"
        if line.created_at > now - _PATIENCE:
            return "open"
        log.error("cash_unexplained", cash_id=line.id, type=line.type)
        async with self.database.write() as session:
            in_suspense = whole(line, Account(AccountKind.SUSPENSE))
            await book(session, line, CashKind.SUSPENSE, in_suspense)
        return "suspended"

    async def _follow(self, line: CashLine) -> None:
        """Fetch the object behind a line, which books it where it is ours."""
        source = line.source_id or ""
        beginning = f"{source.partition('_')[0]}_"
        kind = _OBJECTS.get(beginning)
        try:
            if beginning == "trr_" and line.transfer_id is not None:
                await self.follower.transfer(line.transfer_id)
            elif kind is not None:
                parent = line.payment_id if kind in {"charge", "dispute"} else None
                await self.follower.follow(kind, source, parent or line.charge_id)
        except ProviderRefusedError as error:
            log.warning("cash_not_followed", cash_id=line.id, reason=error.reason)

    async def _write(
        self, started: datetime, balances: Iterable[BalanceOf], *, booked: int, suspended: int, open_: int
    ) -> list[PaymentReconciliation]:
        async with self.database.write() as session:
            ours = await totals(session)
            theirs = {balance.currency: balance.available + balance.pending for balance in balances}
            currencies = theirs.keys() | {code for kind, code in ours if kind is AccountKind.STRIPE}
            rows = [
                PaymentReconciliation(
                    started_at=started,
                    ended_at=utc_now(),
                    currency=code,
                    provider_amount=theirs.get(code, 0),
                    ledger_amount=ours.get((AccountKind.STRIPE, code), 0),
                    owed=-sum(ours.get((kind, code), 0) for kind in _OWED),
                    suspense=ours.get((AccountKind.SUSPENSE, code), 0),
                    booked=booked,
                    suspended=suspended,
                    unbooked=open_,
                )
                for code in sorted(currencies)
            ]
            session.add_all(rows)
        return rows


_OWED = (AccountKind.HELD, AccountKind.PAYABLE, AccountKind.REFUND_DUE)


def _simple(line: CashLine) -> tuple[CashKind, Account] | None:
    """Where a line belongs that has no object of ours behind it."""
    if line.type in _BANK:
        return CashKind.BANK, Account(AccountKind.BANK)
    if line.type in _FEES:
        return CashKind.FEE, Account(AccountKind.STRIPE_FEE)
    if line.type.startswith(_RESERVES):
        return CashKind.SUSPENSE, Account(AccountKind.SUSPENSE, "reserve")
    return None
