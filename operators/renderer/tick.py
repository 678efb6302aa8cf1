"""One look at one RendererAutoscaler: read everything, plan, write what changed.

Interface: `Ticker.tick()`, once per poll; it never raises for what the world does. While another operator leads it
reads nothing and forgets what it knew, so that it later goes on from the status that the other one wrote. The
Kubernetes API away or refusing: nothing happens until the next tick. Redis away: the plan decides what that means.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

import httpx2
import structlog
from pydantic import ValidationError

from operators.renderer.api import AutoscalerSpec, AutoscalerStatus
from operators.renderer.cache import Body, Cache
from operators.renderer.cluster import Cluster, NotLeadingError, PodView, StaleError, Target, TargetMissingError
from operators.renderer.conditions import failed_status, same, tick_status
from operators.renderer.events import Events
from operators.renderer.metrics import Metrics
from operators.renderer.plan import Observation, Plan, Queue, Replicas, plan
from operators.renderer.reasons import ConditionReason, ConditionType
from operators.renderer.redis_source import QueueError, QueueReader
from operators.renderer.renderers import Fleet, Renderers

STATUS_SECONDS = 30.0
DEFAULT_POLL_SECONDS = 5
# A follower's tick asks nobody, and whoever takes over should not lose a poll.
FOLLOWER_POLL_SECONDS = 1
# So long after a scale-in a busy pod that goes is taken for a victim of it.
WITNESS = timedelta(seconds=60)
# What changes without news: it is written with the next change, or after STATUS_SECONDS.
_RESTLESS = {"memory", "last_demand_time", "conditions"}


class Election(Protocol):
    """Whether we may write."""

    @property
    def leads(self) -> bool:
        """At this moment."""


@dataclass(frozen=True)
class Parts:
    """What all tickers share."""

    cache: Cache
    election: Election
    cluster: Cluster
    events: Events
    reader: QueueReader
    renderers: Renderers
    metrics: Metrics
    now: Callable[[], datetime] = field(default=lambda: datetime.now(UTC))
    clock: Callable[[], float] = time.monotonic


class _RefusedError(Exception):
    """This resource cannot be worked on; nothing is scaled."""

    def __init__(self, reason: ConditionReason, message: str) -> None:
        super().__init__(message)
        self.reason = reason


@dataclass
class _Witness:
    """Busy pods at the last scale-in, to count the ones that went all the same."""

    busy: frozenset[str]
    until: datetime


class Ticker:
    """The memory of one resource between its ticks."""

    def __init__(self, parts: Parts, uid: str, name: str) -> None:
        self.parts = parts
        self.uid = uid
        self.name = name
        self.poll_seconds = DEFAULT_POLL_SECONDS
        self._status: AutoscalerStatus | None = None
        self._written: AutoscalerStatus | None = None
        self._written_at = 0.0
        self._witness: _Witness | None = None
        self._log = structlog.get_logger("tick").bind(autoscaler=name)

    async def tick(self) -> None:
        """Look once, act once."""
        body = self.parts.cache.get(self.uid)
        if body is None:
            return
        if not self.parts.election.leads:
            self.forget()
            self.poll_seconds = FOLLOWER_POLL_SECONDS
            return
        try:
            with self.parts.metrics.tick_seconds.time():
                await self._look(body)
        except NotLeadingError:
            self.forget()
        except httpx2.HTTPStatusError as error:
            await self._refused_by_api(body, error.response.status_code)
        except httpx2.HTTPError as error:
            self._failed("kubernetes")
            self._log.warning("tick skipped", error=type(error).__name__)

    def forget(self) -> None:
        """Another operator goes on, or the resource is gone."""
        if self._status is not None:
            self.parts.metrics.forget(self.name)
        self._status = self._written = self._witness = None

    async def _look(self, body: Body) -> None:
        if self._status is None:
            self._status = self._written = _status_of(body)
        try:
            spec = self._spec_of(body)
            target = await self._target_of(body, spec)
            await self._work(body, spec, target)
        except TargetMissingError as error:
            await self._refuse(body, ConditionReason.TARGET_MISSING, str(error))
        except _RefusedError as error:
            await self._refuse(body, error.reason, str(error))

    def _spec_of(self, body: Body) -> AutoscalerSpec:
        try:
            spec = AutoscalerSpec.model_validate(body.get("spec"))
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            where = ".".join(str(part) for part in first["loc"])
            raise _RefusedError(ConditionReason.INVALID_SPEC, f"spec.{where}: {first['msg']}") from error
        self.poll_seconds = spec.poll_seconds
        return spec.with_annotations(body["metadata"].get("annotations") or {})

    async def _target_of(self, body: Body, spec: AutoscalerSpec) -> Target:
        ref = spec.scale_target_ref
        if rival := self.parts.cache.rival(body):
            raise _RefusedError(ConditionReason.CONFLICT, f"{rival} is older and has the same target")
        if (ref.kind.value, ref.name) in await self.parts.cluster.autoscaled_by_others():
            message = f"a HorizontalPodAutoscaler scales {ref.kind} {ref.name} too"
            raise _RefusedError(ConditionReason.CONFLICT, message)
        return await self.parts.cluster.target(ref)

    async def _work(self, body: Body, spec: AutoscalerSpec, target: Target) -> None:
        queue, error = await self._queue(spec)
        pods = await self.parts.cluster.pods(target)
        fleet = await self.parts.renderers.ask({pod.name: pod.address for pod in pods if pod.address})
        self._report_unseen(pods, fleet)
        busy = _busy(pods, fleet)
        self._look_back(pods)
        seen = Observation(
            current=target.replicas,
            replicas=Replicas(
                ready=sum(pod.ready for pod in pods), busy=len(busy), pending=sum(pod.pending for pod in pods)
            ),
            queue=queue,
            slots_per_replica=fleet.slots_per_replica,
            job_seconds=fleet.job_seconds,
            samples=fleet.samples,
        )
        previous, now = self._status or AutoscalerStatus(), self.parts.now()
        decision = plan(spec, seen, previous.memory, now)
        if decision.changes(target.replicas):
            await self._scale(body, target, decision, pods, busy)
        self.parts.metrics.decided(self.name, spec, seen, decision, at=now.timestamp())
        generation = body["metadata"].get("generation")
        await self._keep(body, tick_status(spec, seen, decision, previous, generation=generation, now=now, error=error))

    async def _queue(self, spec: AutoscalerSpec) -> tuple[Queue | None, str | None]:
        try:
            return await self.parts.reader.read(spec.queue), None
        except QueueError as error:
            self._failed(f"redis_{error.kind}")
            if error.kind == "secret":
                raise _RefusedError(ConditionReason.SECRET_NOT_MOUNTED, str(error)) from error
            return None, str(error)

    async def _scale(
        self, body: Body, target: Target, decision: Plan, pods: list[PodView], busy: frozenset[str]
    ) -> None:
        before, after = target.replicas, decision.desired
        try:
            if after < before:
                await self.parts.cluster.mark(pods, busy)
                self._witness = _Witness(busy, self.parts.now() + WITNESS)
            await self.parts.cluster.scale(target, after)
        except StaleError:
            self._log.info("scale changed meanwhile")
            return
        self.parts.metrics.scaled(self.name, before=before, after=after, reason=decision.reason)
        limit = decision.limited_by
        self._log.info("scaled", before=before, after=after, reason=decision.reason, limited_by=limit)
        await self.parts.events.tell(
            body,
            reason="ScaledUp" if after > before else "ScaledDown",
            message=f"Replicas {before} -> {after}. {decision.reason.sentence}"
            + (f" {limit.sentence}" if limit else ""),
        )

    def _look_back(self, pods: list[PodView]) -> None:
        """Count busy pods that a scale-in took in spite of their mark."""
        if self._witness is None:
            return
        if self.parts.now() > self._witness.until:
            self._witness = None
            return
        gone = self._witness.busy - {pod.name for pod in pods}
        if gone:
            self.parts.metrics.mismatch.labels(self.name).inc(len(gone))
            self._log.warning("busy pods went", pods=sorted(gone))
            self._witness.busy -= gone

    def _report_unseen(self, pods: list[PodView], fleet: Fleet) -> None:
        unseen = sorted(pod.name for pod in pods if pod.ready and pod.name in fleet.unseen)
        if unseen:
            self._failed("renderer")
            self._log.warning("renderers give no answer", pods=unseen[:20], count=len(unseen))

    async def _refuse(self, body: Body, reason: ConditionReason, message: str) -> None:
        previous = self._status or AutoscalerStatus()
        generation = body["metadata"].get("generation")
        await self._keep(body, failed_status(previous, reason, message, generation=generation, now=self.parts.now()))

    async def _refused_by_api(self, body: Body, code: int) -> None:
        """A 403 usually means that the target is not among the chart's `targets`; say it where people look."""
        self._failed("kubernetes")
        self._log.warning("tick skipped", code=code)
        if code != 403:
            return
        try:
            await self._refuse(body, ConditionReason.KUBERNETES_FAILED, "the API server forbids it; see `targets`")
        except (httpx2.HTTPError, NotLeadingError):
            self._log.warning("status not written")

    async def _keep(self, body: Body, status: AutoscalerStatus) -> None:
        """Remember the status, tell its news, and write it when it has some or is old."""
        previous, self._status = self._status, status
        old = self.parts.clock() - self._written_at >= STATUS_SECONDS
        if not old and self._written is not None and _unchanged(self._written, status):
            return
        await self.parts.cluster.write_status(self.name, status)
        self._written, self._written_at = status, self.parts.clock()
        if previous is not None:
            await self._tell_news(body, previous, status)

    async def _tell_news(self, body: Body, previous: AutoscalerStatus, status: AutoscalerStatus) -> None:
        before = {one.type: (one.status, one.reason) for one in previous.conditions}
        for one in status.conditions:
            bad = one.status == ("False" if one.type is ConditionType.READY else "True")
            told = one.type in {ConditionType.READY, ConditionType.FALLBACK_ACTIVE}
            was = before.get(one.type)
            if told and was != (one.status, one.reason) and (bad or was is not None):
                await self.parts.events.tell(body, reason=one.reason.value, message=one.message, warning=bad)

    def _failed(self, kind: str) -> None:
        self.parts.metrics.source_errors.labels(self.name, kind).inc()


def _busy(pods: list[PodView], fleet: Fleet) -> frozenset[str]:
    """Pods that must not go: those that work, and ready ones that we cannot see. A starting one is free to go."""
    ready = {pod.name for pod in pods if pod.ready}
    return frozenset(name for name in fleet.busy if name in ready or name not in fleet.unseen)


def _status_of(body: Body) -> AutoscalerStatus:
    try:
        return AutoscalerStatus.model_validate(body.get("status") or {})
    except ValidationError:
        # Written by a version whose form we do not know: begin anew rather than stand still.
        return AutoscalerStatus()


def _unchanged(one: AutoscalerStatus, other: AutoscalerStatus) -> bool:
    return same(one.conditions, other.conditions) and _plain(one) == _plain(other)


def _plain(status: AutoscalerStatus) -> dict[str, Any]:
    plain = status.model_dump(exclude=_RESTLESS)
    for part, key in (("queue", "oldest_age_seconds"), ("last_decision", "at")):
        if plain.get(part):
            del plain[part][key]
    return plain
