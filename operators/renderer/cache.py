"""The RendererAutoscalers as they are now: what the watch and the listings said last. Used from one loop only."""

import asyncio
import time
from collections.abc import Callable, Mapping
from typing import Any

Body = Mapping[str, Any]


class Cache:
    """The latest state of every RendererAutoscaler, by uid."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._bodies: dict[str, Body] = {}
        self._changed_while_listing: set[str] | None = None
        self._last_event_at = clock()
        self.synced = False
        self.changed = asyncio.Event()

    @property
    def age(self) -> float:
        """Seconds since the watch, or a listing while there is nothing to watch, said anything."""
        return self._clock() - self._last_event_at

    def get(self, uid: str) -> Body | None:
        """One resource."""
        return self._bodies.get(uid)

    def all(self) -> dict[str, Body]:
        """All resources."""
        return dict(self._bodies)

    def apply(self, kind: str | None, body: Body) -> None:
        """Take in one event of the watch; a kind of None is the listing that a watch begins with."""
        uid = str(body["metadata"]["uid"])
        self._last_event_at = self._clock()
        if self._changed_while_listing is not None:
            self._changed_while_listing.add(uid)
        if kind == "DELETED":
            self._bodies.pop(uid, None)
        else:
            self._bodies[uid] = body
        self.changed.set()

    def begin_list(self) -> None:
        """A listing begins; what the watch says from here on is newer than the listing."""
        self._changed_while_listing = set()

    def replace(self, bodies: list[dict[str, Any]]) -> None:
        """A listing has come."""
        newer = self._changed_while_listing or set()
        self._changed_while_listing = None
        listed = {str(body["metadata"]["uid"]): body for body in bodies}
        kept = {uid: body for uid, body in self._bodies.items() if uid in newer}
        self._bodies = kept | {uid: body for uid, body in listed.items() if uid not in newer}
        if not self._bodies:
            self._last_event_at = self._clock()
        self.synced = True
        self.changed.set()

    def older_with_same_target(self, body: Body) -> str | None:
        """The name of an older resource with the same target; of two equally old ones the name decides."""
        mine = _seniority(body)
        others = (other for other in self._bodies.values() if _target(other) == _target(body))
        older = sorted(_seniority(other) for other in others if _seniority(other) < mine)
        return older[0][1] if older else None


def _seniority(body: Body) -> tuple[str, str]:
    meta = body["metadata"]
    return str(meta.get("creationTimestamp", "")), str(meta["name"])


def _target(body: Body) -> tuple[str, str]:
    ref = body.get("spec", {}).get("scaleTargetRef", {})
    return str(ref.get("kind", "Deployment")), str(ref.get("name", ""))
