"""Taking in what signed-in visitors saw. Nothing is kept about visitors who are not signed in.

Each user counts once a day for a shader: its card was in view; and it was looked at for long, when the day's dwells add
up to `LONG_LOOK_MS`. Ignored, and counted as such, are shaders that are unknown, not listed or one's own, and all that
comes from a user who does not let the feed learn. What one network may add to the counts of all is bounded (bursts.py),
and a long look is counted for all only from an account whose votes weigh in full (core/votes/weights.py). What a
suspended account added is taken back (`intake.recount`).

Batches that come while others are being written share the next transaction: one statement writes the looks of all, one
call asks Redis. Each is answered after the commit. Where writing them together fails, each is written alone, so that a
batch that cannot be written fails nobody else's.
"""

from collections.abc import Callable, Container, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import structlog

from services.core.feed import intake
from services.core.feed.bursts import Bursts
from services.core.feed.intake import Look
from services.core.feed.models import EventKind
from services.core.feed.schemas import EventsTaken, FeedEventIn
from services.core.feed.taste import schedule_updates
from services.core.kit.database import Database, WriteSession
from services.core.kit.errors import UnavailableError
from services.core.kit.redis.guard import RedisGuard
from services.core.kit.shared_calls import SharedCalls
from services.core.kit.tables import utc_now

MAX_DWELL_MS = 600_000
LONG_LOOK_MS = 10_000
_AT_ONCE = 32
_LOOK = "look"

log = structlog.get_logger("feed")


@dataclass(frozen=True, slots=True)
class Batch:
    """What a user's client sent at once, by which request. `note` writes into the transaction that keeps it."""

    user_id: UUID
    network: str
    events: Sequence[FeedEventIn]
    note: Callable[[WriteSession], None]
    request_id: str | None


class Intake:
    """What takes batches in. Looks of accounts that are `full_after_days` old count for all."""

    def __init__(self, database: Database, guard: RedisGuard, *, full_after_days: int) -> None:
        self._database = database
        self._bursts = Bursts(guard)
        self._full_age = timedelta(days=full_after_days)
        self._calls = SharedCalls(self._record, most=_AT_ONCE)

    async def take(self, batch: Batch) -> EventsTaken:
        """Keep what is about listed shaders of others, and have the user's taste learn from it.

        Raises `UnavailableError` without Redis or PostgreSQL.
        """
        answer = await self._calls.ask(batch)
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def _record(self, batches: Sequence[Batch]) -> Sequence[EventsTaken | Exception]:
        if len(batches) > 1:
            try:
                return await self._together(batches)
            except UnavailableError:
                raise
            except Exception:
                log.exception("batches are written one by one")
        return [await self._alone(batch) for batch in batches]

    async def _alone(self, batch: Batch) -> EventsTaken | Exception:
        try:
            return (await self._together([batch]))[0]
        except Exception as error:
            return error

    async def _together(self, batches: Sequence[Batch]) -> list[EventsTaken]:
        at = utc_now()
        looks = _summed(batches)
        async with self._database.write() as session:
            known = await intake.known(session, looks, at)
            about = [(looks[place], before) for place, before in known.items()]
            await self._count(session, about, at)
            await schedule_updates(session, _learning(batches, about))
            for batch in batches:
                batch.note(session)
            # Last, because the counts of what everybody sees are locked from here to the commit.
            new = [look for look, before in about if look.kind is EventKind.DWELL or before < 0]
            await intake.keep(session, new, at, long_ms=LONG_LOOK_MS)
        accepted = {(look.user_id, look.shader_id) for look, _ in about}
        return [_answer(batch, accepted) for batch in batches]

    async def _count(self, session: WriteSession, looks: Sequence[tuple[Look, int]], at: datetime) -> None:
        """Mark those that count for all; with each comes what was there of the day."""
        shown = [look for look, before in looks if look.kind is EventKind.IMPRESSION and before < 0]
        long = [look for look, before in looks if max(before, 0) < LONG_LOOK_MS <= max(before, 0) + look.dwell_ms]
        of_age = await intake.made_before(session, {look.user_id for look in long}, at - self._full_age)
        looked = [look for look in long if look.user_id in of_age]
        asked = [(look.network, look.shader_id) for look in shown]
        asked += [(look.network, f"{_LOOK} {look.shader_id}") for look in looked]
        counted = await self._bursts.counted(asked, at.date())
        for look, counts in zip([*shown, *looked], counted, strict=True):
            look.counts = counts


def _answer(batch: Batch, accepted: Container[tuple[UUID, str]]) -> EventsTaken:
    count = sum((batch.user_id, event.shader_id) in accepted for event in batch.events)
    return EventsTaken(accepted=count, ignored=len(batch.events) - count)


def _learning(batches: Sequence[Batch], looks: Iterable[tuple[Look, int]]) -> dict[UUID, str | None]:
    """The users who looked at something, and the requests that say so."""
    looking = {look.user_id for look, _ in looks if look.kind is EventKind.DWELL}
    return {batch.user_id: batch.request_id for batch in batches if batch.user_id in looking}


def _summed(batches: Sequence[Batch]) -> list[Look]:
    """One look for each user, shader and kind, with the time of all."""
    summed: dict[tuple[UUID, str, EventKind], Look] = {}
    for batch in batches:
        for event in batch.events:
            key = batch.user_id, event.shader_id, event.kind
            look = summed.get(key)
            if look is None:
                look = summed[key] = Look(*key, network=batch.network, position=event.position)
            if event.kind is EventKind.DWELL:
                look.dwell_ms += min(event.dwell_ms, MAX_DWELL_MS)
    return list(summed.values())
