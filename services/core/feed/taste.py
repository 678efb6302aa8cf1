"""What a user likes, learnt from their votes, from what they forked and from how long they looked.

Taste is a function of the user's history: each vote is worth 1 or -1, each published fork `FORK_WEIGHT`, each shader
looked at up to `DWELL_WEIGHT`, and all of it halves every `HALF_LIFE`. By tag, a shader's worth is spread over its
tags; by style, it is the mean of the works' vectors, and the works nearest to that are looked up at once. What the user
had forgotten counts for nothing, nor does what they did about shaders of their own. `rebuild` computes it anew from the
last `WINDOW`, so it may run twice or late without harm, and a vote taken back leaves no trace. `schedule_update` asks
for that in a few seconds; what a user does until then is covered by the same job.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

import numpy as np

from services.core.feed import repository
from services.core.feed.candidates import Styles
from services.core.feed.jobs import UPDATE_TASTE
from services.core.feed.models import ForgottenKind
from services.core.jobs.outbox import enqueue_each_once, enqueue_once
from services.core.kit.database import ReadSession, WriteSession
from services.core.kit.tables import utc_now
from services.core.styles import repository as styles

HALF_LIFE = timedelta(days=14)
WINDOW = timedelta(days=90)
DWELL_WEIGHT = 0.5
FORK_WEIGHT = 1.0
FULL_DWELL_MS = 60_000
MAX_TAGS = 50
DELAY = timedelta(seconds=5)
OUTDATED_AT_ONCE = 200
# So many works near to what one likes are kept, of which the feed takes those that were not seen.
NEAR = 60
_SHORTEST = 1e-6
_Forgotten = Mapping[tuple[ForgottenKind, str], datetime]


class Cause(StrEnum):
    """What a user did that says that they like a shader."""

    VOTED = "voted"
    FORKED = "forked"
    LOOKED = "looked"


@dataclass(frozen=True, slots=True)
class Signal:
    """Something that a user did: how much they liked a shader with these tags (-1 to 1), and when."""

    shader_id: str
    tags: tuple[str, ...]
    strength: float
    at: datetime
    cause: Cause = Cause.VOTED

    def weight(self, now: datetime) -> float:
        """What is left of its strength."""
        return self.strength * decay(now - self.at)


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
        share = signal.weight(now) / math.sqrt(max(len(signal.tags), 1))
        for tag in signal.tags:
            weights[tag] += share
    strongest = sorted(weights.items(), key=lambda entry: (-abs(entry[1]), entry[0]))[:MAX_TAGS]
    return {tag: weight for tag, weight in strongest if weight != 0}


def learn_style(
    signals: Iterable[Signal], vectors: Mapping[str, Styles], *, now: datetime
) -> tuple[Styles, float] | None:
    """The unit vector of what was liked, less what was disliked, and how much was said about works with a vector.

    None where nothing is known, or likes and dislikes cancel out.
    """
    known = [(signal.weight(now), vectors[signal.shader_id]) for signal in signals if signal.shader_id in vectors]
    if not known:
        return None
    total = np.sum([weight * style for weight, style in known], axis=0)
    length = float(np.linalg.norm(total))
    if length < _SHORTEST:
        return None
    return (total / length).astype(np.float32), sum(abs(weight) for weight, _ in known)


def remembered(signals: Iterable[Signal], forgotten: _Forgotten) -> list[Signal]:
    """The signals without what was forgotten: a shader's, and a tag of all that were before it was forgotten."""

    def still(kind: ForgottenKind, name: str, at: datetime) -> bool:
        until = forgotten.get((kind, name))
        return until is None or at > until

    return [
        Signal(
            signal.shader_id,
            tuple(tag for tag in signal.tags if still(ForgottenKind.TAG, tag, signal.at)),
            signal.strength,
            signal.at,
            signal.cause,
        )
        for signal in signals
        if still(ForgottenKind.SHADER, signal.shader_id, signal.at)
    ]


def aged(weights: Mapping[str, float], *, since: datetime, now: datetime) -> dict[str, float]:
    """Weights that were computed at `since`, as they are `now`."""
    factor = decay(now - since)
    return {tag: weight * factor for tag, weight in weights.items()}


async def schedule_update(session: WriteSession, user_id: UUID) -> None:
    """Have the user's taste rebuilt after this transaction, once for all that happens in the next seconds."""
    await enqueue_once(session, UPDATE_TASTE, delay=DELAY, user_id=str(user_id))


async def schedule_updates(session: WriteSession, user_ids: Mapping[UUID, str | None]) -> None:
    """The same for several users, each with the id of the request that asks for it."""
    payloads = [({"user_id": str(user_id)}, request_id) for user_id, request_id in user_ids.items()]
    await enqueue_each_once(session, UPDATE_TASTE, payloads, delay=DELAY)


async def signals_of(session: ReadSession, user_id: UUID, now: datetime) -> list[Signal]:
    """What the user did in the last `WINDOW` and has not had forgotten."""
    since = now - WINDOW
    signals = [
        Signal(row.id, tuple(row.tags), float(row.value), row.at)
        for row in await repository.votes_of(session, user_id, since)
    ]
    signals += [
        Signal(row.id, tuple(row.tags), FORK_WEIGHT, row.at, Cause.FORKED)
        for row in await repository.forks_of(session, user_id, since)
    ]
    forgotten = await repository.forgotten_by(session, user_id)
    dwells = [
        Signal(row.id, tuple(row.tags), float(row.milliseconds), row.at, Cause.LOOKED)
        for row in await repository.dwells_of(session, user_id, since)
    ]
    return remembered(signals, forgotten) + _looks(remembered(dwells, forgotten))


def _looks(dwells: Iterable[Signal]) -> list[Signal]:
    """One signal for all looks at a shader, of the last time; the strength of those given is in milliseconds."""
    latest: dict[str, Signal] = {}
    total: defaultdict[str, float] = defaultdict(float)
    for dwell in dwells:
        total[dwell.shader_id] += dwell.strength
        known = latest.setdefault(dwell.shader_id, dwell)
        if dwell.at > known.at:
            latest[dwell.shader_id] = dwell
    return [
        Signal(one.shader_id, one.tags, dwell_strength(int(total[one.shader_id])), one.at, Cause.LOOKED)
        for one in latest.values()
    ]


async def rebuild(session: WriteSession, user_id: UUID, *, now: datetime | None = None) -> dict[str, float]:
    """Compute the user's taste anew, store it and return it; nothing of a user who does not let the feed learn.

    Two at once wait for each other.
    """
    at = now or utc_now()
    await repository.lock_taste(session, user_id)
    learning = await repository.is_learning(session, user_id)
    signals = await signals_of(session, user_id, at) if learning else []
    weights = learn(signals, now=at)
    await repository.replace_taste(session, user_id, weights, at)
    await _rebuild_style(session, user_id, signals, at)
    return weights


async def _rebuild_style(session: WriteSession, user_id: UUID, signals: Sequence[Signal], at: datetime) -> None:
    embedder_id = await styles.serving_id(session)
    learnt = None
    if embedder_id is not None and signals:
        vectors = await styles.vectors_of(session, embedder_id, sorted({signal.shader_id for signal in signals}))
        learnt = learn_style(signals, vectors, now=at)
    if embedder_id is None or learnt is None:
        await repository.forget_style(session, user_id)
    else:
        vector, weight = learnt
        known = sorted({signal.shader_id for signal in signals})
        near = await styles.nearest(session, embedder_id, vector, most=NEAR, without=known, not_by=user_id)
        await repository.keep_style(session, user_id, embedder_id, vector, near=near, weight=weight, at=at)


async def schedule_outdated(session: WriteSession) -> int:
    """Have some of the tastes rebuilt whose style is of another embedder than the one that serves; how many."""
    embedder_id = await styles.serving_id(session)
    if embedder_id is None:
        return 0
    users = await repository.users_of_other_embedders(session, embedder_id, most=OUTDATED_AT_ONCE)
    for user_id in users:
        await schedule_update(session, user_id)
    return len(users)
