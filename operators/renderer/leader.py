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
from lightkube import AsyncClient
from lightkube.models.coordination_v1 import LeaseSpec
from lightkube.models.meta_v1 import ObjectMeta
from lightkube.resources.coordination_v1 import Lease


@dataclass(frozen=True)
class Times:
    """Seconds; the order duration > deadline > retry is what makes two leaders impossible."""

    duration: int = 15
    deadline: float = 10
    retry: float = 2


@dataclass(frozen=True)
class _Seen:
    """A Lease as we saw it, and when by our own clock."""

    fingerprint: tuple[object, ...]
    at: float


class Leader:
    """One candidate for one Lease."""

    def __init__(
        self,
        client: AsyncClient,
        *,
        namespace: str,
        name: str,
        identity: str,
        times: Times | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.client = client
        self.namespace = namespace
        self.name = name
        self.identity = identity
        self.times = times or Times()
        self._clock = clock
        self._renewed_at: float | None = None
        self._seen: _Seen | None = None
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
                    lease = await self.client.get(Lease, self.name, namespace=self.namespace)
                    if lease.spec is not None and lease.spec.holderIdentity == self.identity:
                        lease.spec.holderIdentity = ""
                        lease.spec.leaseDurationSeconds = 1
                        lease.spec.renewTime = _now()
                        await self.client.replace(lease)
                        self._log.info("released")
            except (httpx2.HTTPError, TimeoutError) as error:
                # It runs out by itself.
                self._log.warning("release", error=type(error).__name__)

    async def _try(self) -> None:
        started = self._clock()
        try:
            lease = await self.client.get(Lease, self.name, namespace=self.namespace)
        except httpx2.HTTPStatusError as error:
            if error.response.status_code != 404:
                raise
            # Somebody else's create in the same moment makes ours a 409.
            await self.client.create(self._new())
        else:
            if not self._may_take(lease):
                self._renewed_at = None
                return
            # The resourceVersion that we read goes along: a change in between makes this a 409.
            await self.client.replace(self._taken(lease))
        self._renewed_at = started

    def _may_take(self, lease: Lease) -> bool:
        spec = lease.spec or LeaseSpec()
        fingerprint = (spec.holderIdentity, spec.renewTime, spec.leaseTransitions)
        if self._seen is None or self._seen.fingerprint != fingerprint:
            self._seen = _Seen(fingerprint, self._clock())
        if not spec.holderIdentity or spec.holderIdentity == self.identity:
            return True
        return self._clock() - self._seen.at >= (spec.leaseDurationSeconds or self.times.duration)

    def _new(self) -> Lease:
        now = _now()
        return Lease(
            metadata=ObjectMeta(name=self.name, namespace=self.namespace),
            spec=LeaseSpec(
                holderIdentity=self.identity,
                leaseDurationSeconds=self.times.duration,
                acquireTime=now,
                renewTime=now,
                leaseTransitions=0,
            ),
        )

    def _taken(self, lease: Lease) -> Lease:
        spec = lease.spec = lease.spec or LeaseSpec()
        now = _now()
        if spec.holderIdentity != self.identity:
            spec.holderIdentity = self.identity
            spec.acquireTime = now
            spec.leaseTransitions = (spec.leaseTransitions or 0) + 1
        spec.leaseDurationSeconds = self.times.duration
        spec.renewTime = now
        return lease

    def _failed(self, code: int) -> None:
        if code == 409:
            # We lost a race; the next step sees who won.
            self._renewed_at = None
        else:
            self._log.warning("lease", code=code)


def _now() -> datetime:
    now = datetime.now(UTC)
    # The API server demands six digits, which a time of exactly zero microseconds is not written with.
    return now.replace(microsecond=now.microsecond or 1)
