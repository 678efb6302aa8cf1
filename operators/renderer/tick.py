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
from operators.renderer.conditions import equal_but_messages, failed_status, tick_status
from operators.renderer.events import EventRecorder
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
SCALE_IN_WINDOW = timedelta(seconds=60)
# What changes without news: it is written with the next change, or after STATUS_SECONDS.
_VOLATILE = {"memory", "last_demand_time", "conditions"}


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
    events: EventRecorder
    reader: QueueReader
    renderers: Renderers
    metrics: Metrics
    now: Callable[[], datetime] = field(default=lambda: datetime.now(UTC))
    clock: Callable[[], float] = time.monotonic


class _UnusableError(Exception):
    """This resource cannot be worked on; nothing is scaled."""

    def __init__(self, reason: ConditionReason, message: str) -> None:
        super().__init__(message)
        self.reason = reason


@dataclass
class _ScaleIn:
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
        self._scale_in: _ScaleIn | None = None
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
                await self._observe_and_scale(body)
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
        self._status = self._written = self._scale_in = None

    async def _observe_and_scale(self, body: Body) -> None:
        if self._status is None:
            self._status = self._written = _status_of(body)
        try:
            spec = self._spec_of(body)
            target = await self._target_of(body, spec)
            await self._scale_by_queue(body, spec, target)
        except TargetMissingError as error:
            await self._save_failure(body, ConditionReason.TARGET_MISSING, str(error))
        except _UnusableError as error:
            await self._save_failure(body, error.reason, str(error))

    def _spec_of(self, body: Body) -> AutoscalerSpec:
        try:
            spec = AutoscalerSpec.model_validate(body.get("spec"))
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            where = ".".join(str(part) for part in first["loc"])
            raise _UnusableError(ConditionReason.INVALID_SPEC, f"spec.{where}: {first['msg']}") from error
        self.poll_seconds = spec.poll_seconds
        return spec.with_annotations(body["metadata"].get("annotations") or {})

    async def _target_of(self, body: Body, spec: AutoscalerSpec) -> Target:
        ref = spec.scale_target_ref
        if older := self.parts.cache.older_with_same_target(body):
            raise _UnusableError(ConditionReason.CONFLICT, f"{older} is older and has the same target")
        if (ref.kind.value, ref.name) in await self.parts.cluster.autoscaled_by_others():
            message = f"a HorizontalPodAutoscaler scales {ref.kind} {ref.name} too"
            raise _UnusableError(ConditionReason.CONFLICT, message)
        return await self.parts.cluster.target(ref)

    async def _scale_by_queue(self, body: Body, spec: AutoscalerSpec, target: Target) -> None:
        queue, error = await self._queue(spec)
        pods = await self.parts.cluster.pods(target)
        fleet = await self.parts.renderers.loads({pod.name: pod.address for pod in pods if pod.address})
        self._report_unreachable(pods, fleet)
        busy = _busy(pods, fleet)
        self._count_lost_busy_pods(pods)
        observed = Observation(
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
        decision = plan(spec, observed, previous.memory, now)
        if decision.changes(target.replicas):
            await self._scale(body, target, decision, pods, busy)
        self.parts.metrics.record_decision(self.name, spec, observed, decision, at=now.timestamp())
        generation = body["metadata"].get("generation")
        await self._save_status(
            body, tick_status(spec, observed, decision, previous, generation=generation, now=now, error=error)
        )

    async def _queue(self, spec: AutoscalerSpec) -> tuple[Queue | None, str | None]:
        try:
            return await self.parts.reader.read(spec.queue), None
        except QueueError as error:
            self._failed(f"redis_{error.kind}")
            if error.kind == "secret":
                raise _UnusableError(ConditionReason.SECRET_NOT_MOUNTED, str(error)) from error
            return None, str(error)

    async def _scale(
        self, body: Body, target: Target, decision: Plan, pods: list[PodView], busy: frozenset[str]
    ) -> None:
        before, after = target.replicas, decision.desired
        try:
            if after < before:
                await self.parts.cluster.set_deletion_costs(pods, busy)
                self._scale_in = _ScaleIn(busy, self.parts.now() + SCALE_IN_WINDOW)
            await self.parts.cluster.scale(target, after)
        except StaleError:
            self._log.info("scale changed meanwhile")
            return
        self.parts.metrics.record_scaling(self.name, before=before, after=after, reason=decision.reason)
        limit = decision.limited_by
        self._log.info("scaled", before=before, after=after, reason=decision.reason, limited_by=limit)
        await self.parts.events.record(
            body,
            reason="ScaledUp" if after > before else "ScaledDown",
            message=f"Replicas {before} -> {after}. {decision.reason.sentence}"
            + (f" {limit.sentence}" if limit else ""),
        )

    def _count_lost_busy_pods(self, pods: list[PodView]) -> None:
        """Count busy pods that a scale-in took in spite of their mark."""
        if self._scale_in is None:
            return
        if self.parts.now() > self._scale_in.until:
            self._scale_in = None
            return
        gone = self._scale_in.busy - {pod.name for pod in pods}
        if gone:
            self.parts.metrics.mismatch.labels(self.name).inc(len(gone))
            self._log.warning("busy pods went", pods=sorted(gone))
            self._scale_in.busy -= gone

    def _report_unreachable(self, pods: list[PodView], fleet: Fleet) -> None:
        unreachable = sorted(pod.name for pod in pods if pod.ready and pod.name in fleet.unreachable)
        if unreachable:
            self._failed("renderer")
            self._log.warning("renderers give no answer", pods=unreachable[:20], count=len(unreachable))

    async def _save_failure(self, body: Body, reason: ConditionReason, message: str) -> None:
        previous = self._status or AutoscalerStatus()
        generation = body["metadata"].get("generation")
        await self._save_status(
            body, failed_status(previous, reason, message, generation=generation, now=self.parts.now())
        )

    async def _refused_by_api(self, body: Body, code: int) -> None:
        """A 403 usually means that the target is not among the chart's `targets`; say it where people look."""
        self._failed("kubernetes")
        self._log.warning("tick skipped", code=code)
        if code != 403:
            return
        try:
            await self._save_failure(
                body, ConditionReason.KUBERNETES_FAILED, "the API server forbids it; see `targets`"
            )
        except (httpx2.HTTPError, NotLeadingError):
            self._log.warning("status not written")

    async def _save_status(self, body: Body, status: AutoscalerStatus) -> None:
        """Remember the status, tell its news, and write it when it has some or is old."""
        previous, self._status = self._status, status
        old = self.parts.clock() - self._written_at >= STATUS_SECONDS
        if not old and self._written is not None and _unchanged(self._written, status):
            return
        await self.parts.cluster.write_status(self.name, status)
        self._written, self._written_at = status, self.parts.clock()
        if previous is not None:
            await self._record_transitions(body, previous, status)

    async def _record_transitions(self, body: Body, previous: AutoscalerStatus, status: AutoscalerStatus) -> None:
        before = {one.type: (one.status, one.reason) for one in previous.conditions}
        for one in status.conditions:
            bad = one.status == ("False" if one.type is ConditionType.READY else "True")
            told = one.type in {ConditionType.READY, ConditionType.FALLBACK_ACTIVE}
            was = before.get(one.type)
            if told and was != (one.status, one.reason) and (bad or was is not None):
                await self.parts.events.record(body, reason=one.reason.value, message=one.message, warning=bad)

    def _failed(self, kind: str) -> None:
        self.parts.metrics.source_errors.labels(self.name, kind).inc()


def _busy(pods: list[PodView], fleet: Fleet) -> frozenset[str]:
    """Pods that must not go: those that work, and ready ones that we cannot see. A starting one is free to go."""
    ready = {pod.name for pod in pods if pod.ready}
    return frozenset(name for name in fleet.busy if name in ready or name not in fleet.unreachable)


def _status_of(body: Body) -> AutoscalerStatus:
    try:
        return AutoscalerStatus.model_validate(body.get("status") or {})
    except ValidationError:
        # Written by a version whose form we do not know: begin anew rather than stand still.
        return AutoscalerStatus()


def _unchanged(one: AutoscalerStatus, other: AutoscalerStatus) -> bool:
    return equal_but_messages(one.conditions, other.conditions) and _plain(one) == _plain(other)


def _plain(status: AutoscalerStatus) -> dict[str, Any]:
    plain = status.model_dump(exclude=_VOLATILE)
    for part, key in (("queue", "oldest_age_seconds"), ("last_decision", "at")):
        if plain.get(part):
            del plain[part][key]
    return plain
