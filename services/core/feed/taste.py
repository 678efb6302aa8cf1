"""What a user likes, by tag, learnt from their votes and from how long they looked.

Taste is a function of the user's history: each vote is worth 1 or -1, each shader looked at up to `DWELL_WEIGHT`,
spread over its tags, and all of it halves every `HALF_LIFE`. `rebuild` computes it anew from the last `WINDOW`, so it
may run twice or late without harm, and a vote taken back is forgotten without a trace. `schedule_update` asks for that
in a few seconds; what a user does until then is covered by the same job.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from services.core.feed import repository
from services.core.feed.jobs import UPDATE_TASTE
from services.core.jobs.outbox import enqueue_once
from services.core.kit.database import WriteSession
from services.core.kit.tables import utc_now

HALF_LIFE = timedelta(days=14)
WINDOW = timedelta(days=90)
DWELL_WEIGHT = 0.5
FULL_DWELL_MS = 60_000
MAX_TAGS = 50
DELAY = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class Signal:
    """Something that a user did: how much they liked a shader with these tags (-1 to 1), and when."""

    tags: tuple[str, ...]
    strength: float
    at: datetime


def dwell_strength(milliseconds: int) -> float:
    """What looking at a shader for that long says: 0 to `DWELL_WEIGHT`, full after a minute."""
    return DWELL_WEIGHT * min(max(milliseconds, 0), FULL_DWELL_MS) / FULL_DWELL_MS


def decay(age: timedelta) -> float:
    """What is left of a weight after `age`: 1 now, a half after each half-life."""
    return math.pow(0.5, max(age, timedelta()) / HALF_LIFE)


def learn(signals: Iterable[Signal], *, now: datetime) -> dict[str, float]:
    """The weight of each tag at `now`, for the `MAX_TAGS` that say most. A shader's tags share its strength."""
    weights: defaultdict[str, float] = defaultdict(float)
    for signal in signals:
        share = signal.strength * decay(now - signal.at) / math.sqrt(max(len(signal.tags), 1))
        for tag in signal.tags:
            weights[tag] += share
    strongest = sorted(weights.items(), key=lambda entry: (-abs(entry[1]), entry[0]))[:MAX_TAGS]
    return {tag: weight for tag, weight in strongest if weight != 0}


def aged(weights: Mapping[str, float], *, since: datetime, now: datetime) -> dict[str, float]:
    """Weights that were computed at `since`, as they are `now`."""
    factor = decay(now - since)
    return {tag: weight * factor for tag, weight in weights.items()}


async def schedule_update(session: WriteSession, user_id: UUID) -> None:
    """Have the user's taste rebuilt after this transaction, once for all that happens in the next seconds."""
    await enqueue_once(session, UPDATE_TASTE, delay=DELAY, user_id=str(user_id))


async def rebuild(session: WriteSession, user_id: UUID, *, now: datetime | None = None) -> dict[str, float]:
    """Compute the user's taste anew, store it and return it. Two at once wait for each other."""
    at = now or utc_now()
    await repository.lock_taste(session, user_id)
    votes = await repository.votes_of(session, user_id, at - WINDOW)
    dwells = await repository.dwells_of(session, user_id, at - WINDOW)
    signals = [Signal(tuple(tags), float(value), when) for tags, value, when in votes]
    signals += [Signal(tuple(tags), dwell_strength(milliseconds), when) for tags, milliseconds, when in dwells]
    weights = learn(signals, now=at)
    await repository.replace_taste(session, user_id, weights, at)
    return weights
