"""What of payments waits, and how the books stand, in numbers: for metrics and for whoever runs the site."""

from dataclasses import dataclass

from sqlalchemy import text

from services.core.kit.database import ReadSession
from services.core.ledger.currencies import POINTS, in_words
from services.core.ledger.models import AccountKind
from services.core.ledger.reading import totals

_OF_INTEREST = {
    AccountKind.STRIPE: 1,
    AccountKind.SUSPENSE: 1,
    AccountKind.HELD: -1,
    AccountKind.PAYABLE: -1,
    AccountKind.REFUND_DUE: -1,
    AccountKind.DEBT: 1,
}
_OWED = (AccountKind.HELD, AccountKind.PAYABLE, AccountKind.REFUND_DUE)
_WAITING = text(
    """
    SELECT
        (SELECT coalesce(extract(epoch FROM now() - min(created_at)), 0) FROM payment_calls WHERE state = 'asked'),
        (SELECT coalesce(extract(epoch FROM now() - min(received_at)), 0) FROM payment_events WHERE taken_at IS NULL),
        (SELECT count(*) FROM payment_refunds
            WHERE status IN ('pending', 'requires_action') AND created_at < now() - interval '48 hours'),
        (SELECT count(*) FROM payment_orders
            WHERE state IN ('paid', 'wrong') AND price_id IS NULL AND cash_id IS NULL
                AND paid_at < now() - interval '48 hours')
        + (SELECT count(*) FROM payment_refunds
            WHERE status = 'succeeded' AND cash_id IS NULL AND created_at < now() - interval '48 hours')
        + (SELECT count(*) FROM payment_transfers
            WHERE cash_id IS NULL AND created_at < now() - interval '48 hours')
    """
)
_COMPARED = text(
    """
    SELECT currency, differences[1], differences[2], extract(epoch FROM now() - last)
    FROM (
        SELECT currency, max(started_at) AS last,
            (array_agg(ledger_amount - provider_amount ORDER BY started_at DESC))[1:2] AS differences
        FROM payment_reconciliations WHERE started_at > now() - interval '30 days' GROUP BY currency
    ) latest
    """
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """Ages are in seconds, 0 where nothing waits. What is `unbooked` moved more than two days ago."""

    oldest_call: int
    oldest_event: int
    stuck_refunds: int
    unbooked: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Books:
    """In one currency, in minor units. `difference` is what two comparisons in a row found, `age` that of the last."""

    currency: str
    accounts: dict[str, int]
    owed: int
    difference: int = 0
    age: int | None = None

    @property
    def missing(self) -> int:
        """How much less is at the provider than is owed to people."""
        return max(0, self.owed - self.accounts.get(AccountKind.STRIPE, 0))


async def waiting(session: ReadSession) -> Waiting:
    """What waits."""
    calls, events, refunds, unbooked = (await session.execute(_WAITING)).one()
    return Waiting(oldest_call=int(calls), oldest_event=int(events), stuck_refunds=int(refunds), unbooked=int(unbooked))


async def left(session: ReadSession) -> list[str]:
    """What money is owed to people, in words by currency."""
    return [in_words(book.owed, book.currency) for book in await books(session) if book.owed]


async def books(session: ReadSession) -> list[Books]:
    """How the books stand, by currency; without points, which nobody keeps elsewhere."""
    sums = await totals(session)
    compared = {row[0]: row for row in await session.execute(_COMPARED)}
    found = []
    for code in sorted({code for kind, code in sums if kind in _OF_INTEREST and code != POINTS} | compared.keys()):
        _, last, before, age = compared.get(code, (code, 0, 0, None))
        found.append(
            Books(
                currency=code,
                accounts={kind.value: side * sums.get((kind, code), 0) for kind, side in _OF_INTEREST.items()},
                owed=-sum(sums.get((kind, code), 0) for kind in _OWED),
                difference=int(last) if last and before else 0,
                age=int(age) if age is not None else None,
            )
        )
    return found
