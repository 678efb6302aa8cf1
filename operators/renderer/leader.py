"""Leader election by a `coordination.k8s.io` Lease: 15 s long, given up after 10 s without renewal, tried every 2 s.

Interface: `Leader.run()` as a task, `Leader.leads` right before every write, `Leader.release()` at the end.
Clocks of other machines are not believed: another's Lease has run out when we have seen no change in it for its whole
duration by our own monotonic clock. A failed request is retried at the next step; whoever cannot renew stops writing
5 s before anybody else may start.
"""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import httpx2
import structlog

from operators.renderer.client import KubernetesClient, Object

API_VERSION, PLURAL = "coordination.k8s.io/v1", "leases"


@dataclass(frozen=True)
class Times:
    """Seconds; the order duration > deadline > retry is what makes two leaders impossible."""

    duration: int = 15
    deadline: float = 10
    retry: float = 2


@dataclass(frozen=True)
class _Observed:
    """A Lease as we saw it, and when by our own clock."""

    fingerprint: tuple[object, ...]
    at: float


class Leader:
    """One candidate for one Lease."""

    def __init__(
        self,
        client: KubernetesClient,
        *,
        name: str,
        identity: str,
        times: Times | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.client = client
        self.name = name
        self.identity = identity
        self.times = times or Times()
        self._clock = clock
        self._renewed_at: float | None = None
        self._observed: _Observed | None = None
        self._stepping = asyncio.Lock()
        self._log = structlog.get_logger("leader")

    @property
    def leads(self) -> bool:
        """Whether we may write at this very moment."""
        return self._renewed_at is not None and self._clock() - self._renewed_at < self.times.deadline

    async def run(self) -> None:
        """Try to become and stay the leader, until cancelled."""
        while True:
            before = self.leads
            await self.step()
            if before != self.leads:
                self._log.info("leadership", leads=self.leads, identity=self.identity)
            await asyncio.sleep(self.times.retry)

    async def step(self) -> None:
        """One try; never raises for what the API server or the network does."""
        async with self._stepping:
            try:
                async with asyncio.timeout(self.times.deadline / 2):
                    await self._try()
            except httpx2.HTTPStatusError as error:
                self._failed(error.response.status_code)
            except (httpx2.HTTPError, TimeoutError) as error:
                self._log.warning("lease", error=type(error).__name__)

    async def release(self) -> None:
        """Let the next one start at once; call it when nothing will be written any more."""
        async with self._stepping:
            held, self._renewed_at = self.leads, None
            if not held:
                return
            try:
                async with asyncio.timeout(self.times.retry):
                    lease = await self.client.get(self._path)
                    if lease["spec"].get("holderIdentity") == self.identity:
                        lease["spec"] |= {"holderIdentity": "", "leaseDurationSeconds": 1, "renewTime": _now()}
                        await self.client.replace(self._path, lease)
                        self._log.info("released")
            except (httpx2.HTTPError, TimeoutError) as error:
                # It runs out by itself.
                self._log.warning("release", error=type(error).__name__)

    async def _try(self) -> None:
        started = self._clock()
        try:
            lease = await self.client.get(self._path)
        except httpx2.HTTPStatusError as error:
            if error.response.status_code != 404:
                raise
            # Somebody else's create in the same moment makes ours a 409.
            await self.client.create(self.client.path(API_VERSION, PLURAL), self._new())
        else:
            if not self._may_take(lease):
                self._renewed_at = None
                return
            # The resourceVersion that we read goes along: a change in between makes this a 409.
            await self.client.replace(self._path, self._taken(lease))
        self._renewed_at = started

    @property
    def _path(self) -> str:
        return self.client.path(API_VERSION, PLURAL, self.name)

    def _may_take(self, lease: Object) -> bool:
        spec = lease.get("spec", {})
        holder = spec.get("holderIdentity")
        fingerprint = (holder, spec.get("renewTime"), spec.get("leaseTransitions"))
        if self._observed is None or self._observed.fingerprint != fingerprint:
            self._observed = _Observed(fingerprint, self._clock())
        if not holder or holder == self.identity:
            return True
        return self._clock() - self._observed.at >= (spec.get("leaseDurationSeconds") or self.times.duration)

    def _new(self) -> Object:
        lease = {"apiVersion": API_VERSION, "kind": "Lease", "metadata": {"name": self.name}}
        now = _now()
        spec = {"holderIdentity": self.identity, "acquireTime": now, "renewTime": now, "leaseTransitions": 0}
        return {**lease, "spec": {**spec, "leaseDurationSeconds": self.times.duration}}

    def _taken(self, lease: Object) -> Object:
        spec, now = lease.get("spec", {}), _now()
        if spec.get("holderIdentity") != self.identity:
            transitions = spec.get("leaseTransitions", 0) + 1
            spec |= {"holderIdentity": self.identity, "acquireTime": now, "leaseTransitions": transitions}
        spec |= {"leaseDurationSeconds": self.times.duration, "renewTime": now}
        return {**lease, "spec": spec}

    def _failed(self, code: int) -> None:
        if code == 409:
            # We lost a race; the next step sees who won.
            self._renewed_at = None
        else:
            self._log.warning("lease", code=code)


def _now() -> str:
    # The API server demands six digits, also of a time of exactly zero microseconds.
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
