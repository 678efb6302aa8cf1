"""How many renderers there should be: a pure function of the spec, the observation, the memory and the time.

`plan` never fails and does no input or output. The caller reads the queue, the pods and the scale, applies
`Plan.desired` when `Plan.apply` says so, and keeps `Plan.memory` (in the status) for the next call. A scale
request that failed needs nothing special: the plan looks at what is there, not at what it wanted.
"""

import math
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from operators.renderer.api import AutoscalerSpec, FallbackBehavior, Memory
from operators.renderer.behavior import scale_down_limit, scale_up_limit
from operators.renderer.history import (
    highest_recommendation,
    is_fresh,
    lowest_recommendation,
    with_busy_mean,
    with_recommendation,
    with_replicas,
)
from operators.renderer.reasons import LimitedBy, Reason
from operators.renderer.schedules import Bounds, bounds

PANIC_FACTOR = 2
SAMPLES = 20
HOLD_SECONDS = 60
ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Queue:
    """One consistent reading of the queues."""

    ready: int
    in_flight: int
    delayed: int
    dead: int
    oldest_age_seconds: float | None
    run_id: str

    @property
    def demand(self) -> int:
        """Jobs that want a renderer now or soon."""
        return self.ready + self.in_flight + self.delayed


@dataclass(frozen=True, slots=True)
class Replicas:
    """Pods of the target: answering ones, those of them that draw or have waiting jobs, and those without a node."""

    ready: int
    busy: int
    pending: int


@dataclass(frozen=True, slots=True)
class Observation:
    """What was observed in one tick. `queue` is None when it could not be read, which is not an empty queue."""

    current: int
    replicas: Replicas
    queue: Queue | None
    slots_per_replica: float | None = None
    job_seconds: float | None = None
    samples: int = 0


@dataclass(frozen=True, slots=True)
class Plan:
    """The decision. `raw_desired` is what the demand alone asks for; None when the queue could not be read."""

    desired: int
    raw_desired: int | None
    reason: Reason
    limited_by: LimitedBy | None
    apply: bool
    memory: Memory

    def changes(self, current: int) -> bool:
        """Whether there is something to write to the scale."""
        return self.apply and self.desired != current


def plan(spec: AutoscalerSpec, observed: Observation, memory: Memory, now: datetime) -> Plan:
    """The number of renderers for this moment."""
    adopting = not is_fresh(memory, spec.poll_seconds, now)
    memory = with_busy_mean(memory, observed.replicas.busy, now)
    memory = with_replicas(memory, spec.behavior, observed.current, now)
    if adopting or observed.queue is None:
        # What is there was wanted by somebody who knew more, so it counts for a whole window.
        memory = with_recommendation(memory, spec.behavior, min(observed.current, spec.max_replicas), now)
    if observed.queue is None:
        memory = memory.model_copy(update={"failing_since": memory.failing_since or now})
        proposal = _without_queue(spec, observed, memory, now)
    else:
        memory = _remembered(spec, observed, observed.queue, memory, now)
        view = replace(observed, job_seconds=memory.job_seconds)
        proposal, memory = _with_queue(spec, view, observed.queue, memory, now)
        if adopting and proposal.desired < observed.current:
            proposal = replace(proposal, desired=observed.current, reason=Reason.ADOPTED, limited_by=None)
    proposal = _clamped(proposal, observed.current, bounds(spec, now))
    proposal = _paused(proposal, observed.current, spec)
    return Plan(proposal.desired, proposal.raw, proposal.reason, proposal.limited_by, not spec.dry_run, memory)


@dataclass(frozen=True, slots=True)
class _Proposal:
    """A number on its way through the rules."""

    desired: int
    raw: int | None
    reason: Reason
    limited_by: LimitedBy | None = None

    def limited(self, desired: int, by: LimitedBy) -> "_Proposal":
        """With `desired` instead, and what changed it; as it is when nothing changed."""
        return self if desired == self.desired else replace(self, desired=desired, limited_by=by)


def _without_queue(spec: AutoscalerSpec, observed: Observation, memory: Memory, now: datetime) -> _Proposal:
    """Without the queue: hold, and after a while perhaps a floor. Never less than there is."""
    since = memory.failing_since or now
    if now - since < timedelta(seconds=spec.fallback.after_seconds):
        return _Proposal(observed.current, None, Reason.SOURCE_FAILED)
    floor = max(1, spec.min_replicas, spec.fallback.replicas or 1)
    if spec.fallback.behavior is FallbackBehavior.FLOOR or observed.current == 0:
        proposal = _Proposal(max(observed.current, floor), None, Reason.FALLBACK_FLOOR)
        return _scale_up(spec, observed, memory, proposal, now) if proposal.desired > observed.current else proposal
    return _Proposal(observed.current, None, Reason.FALLBACK_HOLD)


def _remembered(spec: AutoscalerSpec, observed: Observation, queue: Queue, memory: Memory, now: datetime) -> Memory:
    """The memory after a good reading."""
    changes: dict[str, object] = {"failing_since": None, "run_id": queue.run_id}
    if observed.samples >= SAMPLES and observed.job_seconds is not None:
        # Kept, because a renderer that goes takes what it measured along, and the hint would make the number jump.
        changes["job_seconds"] = observed.job_seconds
    if queue.demand or memory.last_demand_at is None:
        changes["last_demand_at"] = now
    if memory.run_id not in (None, queue.run_id):
        window = max(HOLD_SECONDS, spec.behavior.scale_down.stabilization_window_seconds)
        changes["hold_until"] = now + timedelta(seconds=window)
    return memory.model_copy(update=changes)


def _with_queue(
    spec: AutoscalerSpec, observed: Observation, queue: Queue, memory: Memory, now: datetime
) -> tuple[_Proposal, Memory]:
    """With the queue: what the demand asks for, in the steps that the behavior allows."""
    limits = bounds(spec, now)
    proposal = _proposed(spec, observed, queue, limits, observed.replicas.busy)
    wanted = limits.clamped(proposal.desired)
    # The window keeps what lasts: with every peak of the busy ones in it, it would never let the last idle one go.
    lasting = _proposed(spec, observed, queue, limits, min(queue.demand, round(memory.busy_mean or 0)))
    memory = with_recommendation(memory, spec.behavior, limits.clamped(lasting.desired), now)
    if (proposal.raw or 0) >= PANIC_FACTOR * max(1, observed.current):
        window = timedelta(seconds=spec.behavior.scale_down.stabilization_window_seconds)
        memory = memory.model_copy(update={"panic_until": now + window})
    if wanted > observed.current:
        return _scale_up(spec, observed, memory, proposal, now), memory
    if wanted < observed.current:
        return _scale_down(spec, observed, queue, memory, proposal, now), memory
    return proposal, memory


def _proposed(spec: AutoscalerSpec, observed: Observation, queue: Queue, limits: Bounds, busy: int) -> _Proposal:
    """The number without any limit of speed, at least `busy`."""
    need = required_replicas(spec, observed, queue)
    raw = max(math.ceil(need - ROUNDING), busy, 1 if queue.demand else 0)
    proposal = _Proposal(raw, raw, Reason.DEMAND if queue.demand else Reason.IDLE)
    if raw and observed.current and raw != observed.current and raw > busy:
        rules = spec.behavior.scale_up if raw > observed.current else spec.behavior.scale_down
        if abs(need / observed.current - 1) <= rules.tolerance:
            proposal = replace(proposal, desired=observed.current, reason=Reason.WITHIN_TOLERANCE)
    warm = busy + limits.warm if queue.demand or limits.scheduled else 0
    if warm > proposal.desired:
        proposal = replace(proposal, desired=warm, reason=Reason.WARM)
    if proposal.desired == observed.current and proposal.reason is Reason.DEMAND:
        proposal = replace(proposal, reason=Reason.STEADY)
    return proposal


def required_replicas(spec: AutoscalerSpec, observed: Observation, queue: Queue) -> float:
    """Replicas, with a fraction, that work the demand off as the target says."""
    target = spec.target
    if target.drain_seconds is None:
        return queue.demand / (target.jobs_per_replica or 1)
    seconds = observed.job_seconds or target.render_seconds_hint
    slots = observed.slots_per_replica or target.slots_per_replica
    return queue.demand * seconds / (target.drain_seconds * slots)


def _scale_up(
    spec: AutoscalerSpec, observed: Observation, memory: Memory, proposal: _Proposal, now: datetime
) -> _Proposal:
    """More, as fast as allowed and as long as the cluster has room."""
    rules = spec.behavior.scale_up
    if window := rules.stabilization_window_seconds:
        low = lowest_recommendation(memory, window, now)
        if low is not None:
            proposal = proposal.limited(max(observed.current, min(proposal.desired, low)), LimitedBy.SCALE_UP_WINDOW)
    allowed = scale_up_limit(rules, observed.current, memory.scale_events, now)
    proposal = proposal.limited(min(proposal.desired, allowed), LimitedBy.SCALE_UP_POLICY)
    if observed.replicas.pending >= spec.max_pending_replicas:
        proposal = proposal.limited(min(proposal.desired, observed.current), LimitedBy.PENDING_REPLICAS)
    return proposal


def _scale_down(
    spec: AutoscalerSpec, observed: Observation, queue: Queue, memory: Memory, proposal: _Proposal, now: datetime
) -> _Proposal:
    """Fewer, as slowly as asked, and only pods that do nothing."""
    rules, current = spec.behavior.scale_down, observed.current
    recent = highest_recommendation(memory, rules.stabilization_window_seconds, now)
    proposal = proposal.limited(min(current, max(proposal.desired, recent)), LimitedBy.SCALE_DOWN_WINDOW)
    if memory.hold_until is not None and now < memory.hold_until:
        proposal = proposal.limited(current, LimitedBy.SOURCE_CHANGED)
    if memory.panic_until is not None and now < memory.panic_until:
        proposal = proposal.limited(current, LimitedBy.PANIC)
    idle_since = memory.last_demand_at or now
    if queue.demand or now - idle_since < timedelta(seconds=spec.idle_seconds):
        proposal = proposal.limited(max(proposal.desired, 1), LimitedBy.IDLE_SECONDS)
    allowed = scale_down_limit(rules, current, memory.scale_events, now)
    proposal = proposal.limited(max(proposal.desired, allowed), LimitedBy.SCALE_DOWN_POLICY)
    idle = max(0, observed.replicas.ready - observed.replicas.busy) + observed.replicas.pending
    return proposal.limited(max(proposal.desired, current - idle), LimitedBy.BUSY_REPLICAS)


def _clamped(proposal: _Proposal, current: int, limits: Bounds) -> _Proposal:
    """Inside the bounds, which have the last word over everything but a pause."""
    if proposal.desired > limits.high:
        proposal = proposal.limited(limits.high, LimitedBy.MAX_REPLICAS)
        return replace(proposal, reason=Reason.BOUNDS) if current > limits.high else proposal
    if proposal.desired < limits.low:
        proposal = proposal.limited(limits.low, LimitedBy.MIN_REPLICAS)
        reason = Reason.SCHEDULE if limits.scheduled else Reason.BOUNDS
        return replace(proposal, reason=reason) if current < limits.low else proposal
    return proposal


def _paused(proposal: _Proposal, current: int, spec: AutoscalerSpec) -> _Proposal:
    """What a person has forbidden."""
    paused = spec.paused
    if paused.replicas is not None:
        return replace(proposal, desired=paused.replicas, reason=Reason.PAUSED, limited_by=None)
    if paused.scale_in and proposal.desired < current:
        return proposal.limited(current, LimitedBy.PAUSED_SCALE_IN)
    if paused.scale_out and proposal.desired > current:
        return proposal.limited(current, LimitedBy.PAUSED_SCALE_OUT)
    return proposal
