"""Domain events: what has happened, for other domains to act on without being known.

`emit` writes one job for each subscriber into the outbox of the transaction in which the event happened. A subscriber
therefore runs exactly when that transaction commits, by itself: one that fails is tried again without the others.
Like every actor it is idempotent. What must be done before the answer leaves (the erasure of an account) is no event;
it is called (services/core/registry/domain.py).

Who subscribes is said by each domain and handed in by services/core/domains.py when it is imported; `emit` before that
raises `RuntimeError`, because the event would be lost.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from services.core.jobs.outbox import Job, enqueue, enqueue_once
from services.core.kit.database import WriteSession


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened, named `subject.what`. Its payload holds ids and scalars only, these members."""

    name: str
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Subscription:
    """`job` is done after each `event`, with those `members` of its payload (all of them unless given).

    With `debounce` one job serves all events of that time with the same members.
    """

    event: Event
    job: Job
    members: tuple[str, ...] | None = None
    debounce: timedelta | None = None


_subscriptions: dict[str, tuple[Subscription, ...]] | None = None


def subscribe(subscriptions: Iterable[Subscription]) -> None:
    """State all subscriptions of this installation, in place of those stated before."""
    global _subscriptions  # noqa: PLW0603 -- written once, when services/core/domains.py is imported
    found: dict[str, tuple[Subscription, ...]] = {}
    for subscription in subscriptions:
        name = subscription.event.name
        found[name] = (*found.get(name, ()), subscription)
    _subscriptions = found


async def emit(session: WriteSession, event: Event, **payload: Any) -> None:
    """Have every subscriber's job done after this transaction. `payload` has exactly the event's members."""
    if _subscriptions is None:
        raise RuntimeError("services.core.domains has to be imported before an event is emitted")
    if set(payload) != set(event.members):
        raise TypeError(f"{event.name} has the members {', '.join(event.members)}")
    for subscription in _subscriptions.get(event.name, ()):
        members = event.members if subscription.members is None else subscription.members
        wanted = {name: payload[name] for name in members}
        if subscription.debounce is None:
            await enqueue(session, subscription.job, **wanted)
        else:
            await enqueue_once(session, subscription.job, delay=subscription.debounce, **wanted)
