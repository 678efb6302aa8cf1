"""Taking in what signed-in visitors saw. Nothing is kept about visitors who are not signed in.

Each user counts once a day for a shader: its card was in view; and it was looked at for long, when the day's dwells add
up to `LONG_LOOK_MS`. Ignored, and counted as such, are shaders that are unknown, not listed or one's own, and all that
comes from a user who does not let the feed learn. What one network may add to the counts of all is bounded (bursts.py),
and a long look is counted for all only from an account whose votes weigh in full (core/votes/weights.py).
"""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from services.core.feed import repository, taste
from services.core.feed.bursts import Bursts
from services.core.feed.models import EventKind, FeedEvent
from services.core.feed.schemas import EventsTaken, FeedEventIn
from services.core.identity.caller import Caller
from services.core.kit.database import WriteSession
from services.core.kit.tables import utc_now

MAX_DWELL_MS = 600_000
LONG_LOOK_MS = 10_000
_DAY_MS = 86_400_000
_LOOK = "look"


async def record(
    session: WriteSession,
    bursts: Bursts,
    *,
    caller: Caller,
    network: str,
    full_after_days: int,
    events: Sequence[FeedEventIn],
) -> EventsTaken:
    """Keep what is about listed shaders of others, and have the user's taste learn from it.

    Looks of accounts that are `full_after_days` old count for all.
    Raises `UnavailableError` without Redis.
    """
    at = utc_now()
    summed = _summed(caller, events)
    kept = await repository.keep_events(session, caller.user_id, list(summed.values()), at=at, most_ms=_DAY_MS)
    changed = [row for row in kept if row.dwell_ms is not None]
    shown = {row.shader_id for row in changed if row.kind == EventKind.IMPRESSION}
    dwells = {row.shader_id: row.dwell_ms for row in changed if row.kind == EventKind.DWELL}
    looked = {
        shader_id
        for shader_id, total in dwells.items()
        if total >= LONG_LOOK_MS > total - summed[shader_id, EventKind.DWELL].dwell_ms
    }
    if looked and not await repository.is_made_before(session, caller.user_id, at - timedelta(days=full_after_days)):
        looked = set()
    if dwells:
        await taste.schedule_update(session, caller.user_id)
    # Last, because the counts of what everybody sees are locked from here to the commit.
    await _count(session, bursts, network, shown, looked)
    known = {row.shader_id for row in kept}
    accepted = sum(event.shader_id in known for event in events)
    return EventsTaken(accepted=accepted, ignored=len(events) - accepted)


def _summed(caller: Caller, events: Iterable[FeedEventIn]) -> dict[tuple[str, EventKind], FeedEvent]:
    """One event for each shader and kind, with the time of all."""
    summed: dict[tuple[str, EventKind], FeedEvent] = {}
    for event in events:
        dwell = min(event.dwell_ms, MAX_DWELL_MS) if event.kind is EventKind.DWELL else 0
        one = summed.setdefault(
            (event.shader_id, event.kind),
            FeedEvent(user_id=caller.user_id, shader_id=event.shader_id, kind=event.kind, position=event.position),
        )
        one.dwell_ms += dwell
    return summed


async def _count(session: WriteSession, bursts: Bursts, network: str, shown: set[str], looked: set[str]) -> None:
    names = shown | {f"{_LOOK} {shader_id}" for shader_id in looked}
    counted = await bursts.counted(network, names, utc_now())
    await repository.count_exposures(
        session, shown & counted, {shader_id for shader_id in looked if f"{_LOOK} {shader_id}" in counted}
    )
