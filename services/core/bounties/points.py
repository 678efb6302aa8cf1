"""Points (`THX`), by which people thank where no money is taken: given out monthly, pledged, and received.

Every account gets some a month; where the site wants a confirmed address, those that have one. They are posted when
somebody pledges, once by their name. What is pledged leaves the pledger's points and comes back to them, or becomes the
artist's reputation, which cannot be pledged again. These lines are in place of a provider's cash lines, in the
transaction of the step that asks for them.
"""

from datetime import datetime
from uuid import UUID

from services.core.bounties.models import Pledge
from services.core.identity.caller import Caller
from services.core.kit.database import ReadSession, WriteSession
from services.core.ledger.currencies import POINTS
from services.core.ledger.models import AccountKind
from services.core.ledger.posting import Account, Line, Posting, post
from services.core.ledger.reading import balance_of, stands


async def give(session: WriteSession, user_id: UUID, count: int, now: datetime) -> bool:
    """Give an account its points of this month; whether they are new. Who may have some, is asked before."""
    if count == 0:
        return False
    posting = _posting(
        "points_given",
        _month(user_id, now),
        _line(AccountKind.POINTS_ISSUED, "", count),
        _line(AccountKind.POINTS, str(user_id), -count),
        at=now,
    )
    return await post(session, posting)


async def left(session: ReadSession, caller: Caller, count: int, now: datetime) -> int:
    """How many points the caller may pledge, with this month's, whether they were given yet or not."""
    is_to_come = not caller.held_back and not await stands(session, [_month(caller.user_id, now)])
    return await own(session, caller.user_id) + (count if is_to_come else 0)


async def own(session: ReadSession, user_id: UUID) -> int:
    """How many points the user was given and has left."""
    return await balance_of(session, Account(AccountKind.POINTS, str(user_id)), POINTS)


async def reputation(session: ReadSession, user_id: UUID) -> int:
    """How many points the user has received for answers."""
    return await balance_of(session, Account(AccountKind.REPUTATION, str(user_id)), POINTS)


async def pay(session: WriteSession, pledge: Pledge, now: datetime) -> None:
    """From the pledger's points into the pledge."""
    user, held = str(pledge.pledger_id), str(pledge.id)
    lines = _line(AccountKind.POINTS, user, pledge.amount), _line(AccountKind.HELD, held, -pledge.amount)
    await post(session, _posting("points_pledged", _name(pledge, "paid"), *lines, at=now))


async def give_back(session: WriteSession, pledge: Pledge, amount: int, now: datetime) -> None:
    """What is owed to the pledger, into their points."""
    user, due = str(pledge.pledger_id), str(pledge.id)
    lines = _line(AccountKind.REFUND_DUE, due, amount), _line(AccountKind.POINTS, user, -amount)
    await post(session, _posting("points_returned", _name(pledge, "returned"), *lines, at=now))


async def hand_over(session: WriteSession, pledge: Pledge, amount: int, now: datetime) -> None:
    """What is owed to the artist, into their reputation."""
    artist = str(pledge.artist_id)
    lines = _line(AccountKind.PAYABLE, artist, amount), _line(AccountKind.REPUTATION, artist, -amount)
    await post(session, _posting("points_received", _name(pledge, "received"), *lines, at=now))


def _month(user_id: UUID, now: datetime) -> str:
    return f"points:{user_id}:{now:%Y-%m}"


def _name(pledge: Pledge, what: str) -> str:
    return f"pledge:{pledge.id}:{what}"


def _line(kind: AccountKind, owner: str, amount: int) -> Line:
    return Line(Account(kind, owner), amount, POINTS)


def _posting(kind: str, external_id: str, *lines: Line, at: datetime) -> Posting:
    return Posting(kind=kind, external_id=external_id, lines=lines, occurred_at=at)
