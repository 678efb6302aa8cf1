"""The watch on RendererAutoscalers: kopf fills a cache that only knows the latest state of each resource.

kopf runs in a thread with a loop of its own, because when it ends it cancels every task of its loop. It gets no
finalizer, no annotation and no Event from us, and looks at one namespace only. When it fails it is started again;
the operator also lists all resources every few minutes, so that a watch that silently died costs minutes at most.
"""

import asyncio
import itertools
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import kopf
import structlog

from operators.renderer.api import GROUP, PLURAL, VERSION

RESTART_SECONDS = 5.0
Body = Mapping[str, Any]


class Cache:
    """The latest state of every RendererAutoscaler, by uid. Used from one loop only."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._bodies: dict[str, Body] = {}
        self._changed_while_listing: set[str] | None = None
        self._heard_at = clock()
        self.synced = False
        self.changed = asyncio.Event()

    @property
    def age(self) -> float:
        """Seconds since the watch, or a listing while there is nothing to watch, said anything."""
        return self._clock() - self._heard_at

    def get(self, uid: str) -> Body | None:
        """One resource."""
        return self._bodies.get(uid)

    def all(self) -> dict[str, Body]:
        """All resources."""
        return dict(self._bodies)

    def apply(self, kind: str | None, body: Body) -> None:
        """Take in one event of the watch; a kind of None is the listing that a watch begins with."""
        uid = str(body["metadata"]["uid"])
        self._heard_at = self._clock()
        if self._changed_while_listing is not None:
            self._changed_while_listing.add(uid)
        if kind == "DELETED":
            self._bodies.pop(uid, None)
        else:
            self._bodies[uid] = body
        self.changed.set()

    def listing(self) -> None:
        """A listing begins; what the watch says from here on is newer than the listing."""
        self._changed_while_listing = set()

    def listed(self, bodies: list[dict[str, Any]]) -> None:
        """A listing has come."""
        newer = self._changed_while_listing or set()
        self._changed_while_listing = None
        listed = {str(body["metadata"]["uid"]): body for body in bodies}
        kept = {uid: body for uid, body in self._bodies.items() if uid in newer}
        self._bodies = kept | {uid: body for uid, body in listed.items() if uid not in newer}
        if not self._bodies:
            self._heard_at = self._clock()
        self.synced = True
        self.changed.set()

    def rival(self, body: Body) -> str | None:
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


class _Backoffs:
    """Pauses between tries of a request, without end: kopf gives up for good where they end."""

    def __iter__(self) -> Iterator[float]:
        return itertools.chain((1, 1, 2, 3, 5, 8), itertools.repeat(10))


def registry_for(tell: Callable[[str | None, Body], None]) -> kopf.OperatorRegistry:
    """What kopf is to do: log in, be quiet, and tell every event."""
    registry = kopf.OperatorRegistry()

    # kopf's kinds of handler are typed for keyword arguments of all handlers at once.
    @kopf.on.login(registry=registry)
    def login(**kwargs: Any) -> kopf.ConnectionInfo | None:
        return kopf.login_with_service_account(**kwargs) or kopf.login_with_kubeconfig(**kwargs)

    @kopf.on.startup(registry=registry)
    def startup(settings: kopf.OperatorSettings, **_: Any) -> None:
        configure(settings)

    @kopf.on.event(GROUP, VERSION, PLURAL, registry=registry)
    async def event(event: kopf.RawEvent, **_: Any) -> None:
        tell(event["type"], event["object"])

    @kopf.on.cleanup(registry=registry)
    def cleanup(**_: Any) -> None:
        structlog.get_logger("watch").info("watch ended")

    return registry


def configure(settings: kopf.OperatorSettings) -> None:
    """No cluster-wide question, no Event, no mark on anything."""
    settings.scanning.disabled = True
    settings.posting.enabled = False
    settings.networking.request_timeout = 15
    settings.networking.error_backoffs = _Backoffs()
    settings.watching.server_timeout = 300
    settings.watching.connect_timeout = 10
    settings.persistence.finalizer = f"{GROUP}/operator"
    settings.persistence.progress_storage = kopf.AnnotationsProgressStorage(prefix=f"operator.{GROUP}")
    settings.persistence.diffbase_storage = kopf.AnnotationsDiffBaseStorage(prefix=f"operator.{GROUP}")


class Watch:
    """kopf in its thread."""

    def __init__(self, cache: Cache, namespace: str) -> None:
        self.cache = cache
        self.namespace = namespace
        self._home: asyncio.AbstractEventLoop | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop: asyncio.Event | None = None
        self._ending = threading.Event()
        self._thread: threading.Thread | None = None
        self._log = structlog.get_logger("watch")

    def start(self) -> None:
        """Start watching; events arrive in the loop that calls this."""
        self._home = asyncio.get_running_loop()
        self._thread = threading.Thread(target=self._run, name="kopf", daemon=True)
        self._thread.start()

    async def stop(self, seconds: float = 10) -> None:
        """End the watch; a thread that does not end in time ends with the process."""
        self._ending.set()
        if self._loop is not None and self._stop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._stop.set)
        if self._thread is not None:
            await asyncio.to_thread(self._thread.join, seconds)

    def _run(self) -> None:
        while not self._ending.is_set():
            try:
                asyncio.run(self._operate())
            except Exception as error:
                self._log.warning("watch failed", error=type(error).__name__)
            self._ending.wait(RESTART_SECONDS)

    async def _operate(self) -> None:
        self._stop = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        if self._ending.is_set():
            return
        await kopf.operator(
            registry=registry_for(self._tell),
            namespaces=[self.namespace],
            clusterwide=False,
            standalone=True,
            stop_flag=self._stop,
        )

    def _tell(self, kind: str | None, body: Body) -> None:
        if self._home is not None and not self._home.is_closed():
            self._home.call_soon_threadsafe(self.cache.apply, kind, body)
