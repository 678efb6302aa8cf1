"""Taking in what signed-in visitors saw. Nothing is kept about visitors who are not signed in.

Events about shaders that are unknown or not listed are ignored and counted as such. Dwell is bounded per event, and a
shader's impressions count once a batch, so that one client cannot drown out the others.
"""

from collections.abc import Sequence
from uuid import UUID

from services.core.feed import repository, taste
from services.core.feed.models import EventKind, FeedEvent
from services.core.feed.schemas import EventsTaken, FeedEventIn
from services.core.kit.database import WriteSession

MAX_DWELL_MS = 600_000


async def record(session: WriteSession, *, user_id: UUID, events: Sequence[FeedEventIn]) -> EventsTaken:
    """Keep what is about listed shaders, and have the user's taste learn from it."""
    known = await repository.listed_of(session, sorted({event.shader_id for event in events}))
    kept = [event for event in events if event.shader_id in known]
    await repository.add_events(
        session,
        [
            FeedEvent(
                user_id=user_id,
                shader_id=event.shader_id,
                kind=event.kind,
                dwell_ms=min(event.dwell_ms, MAX_DWELL_MS) if event.kind is EventKind.DWELL else 0,
                position=event.position,
            )
            for event in kept
        ],
    )
    seen = {event.shader_id for event in kept if event.kind is EventKind.IMPRESSION}
    await repository.count_impressions(session, dict.fromkeys(seen, 1))
    if any(event.kind is EventKind.DWELL for event in kept):
        await taste.schedule_update(session, user_id)
    return EventsTaken(accepted=len(kept), ignored=len(events) - len(kept))
