"""How many renderers there should be: one pure function of the wish, what was seen, what is remembered and the time.

`plan` never fails and does no input or output. The caller reads the queue, the pods and the scale, applies
`Plan.desired` when `Plan.apply` says so, and keeps `Plan.memory` (in the status) for the next call. A scale
request that failed needs nothing special: the plan looks at what is there, not at what it wanted.
"""

import math
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from operators.renderer.api import AutoscalerSpec, FallbackBehavior, Memory
from operators.renderer.behavior import least, most
from operators.renderer.history import averaged, fresh, highest, lowest, observed, recommended
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
    """What was seen in one tick. `queue` is None when it could not be read, which is not an empty queue."""

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


def plan(spec: AutoscalerSpec, seen: Observation, memory: Memory, now: datetime) -> Plan:
    """The number of renderers for this moment."""
    adopting = not fresh(memory, spec.poll_seconds, now)
    memory = averaged(memory, seen.replicas.busy, now)
    memory = observed(memory, spec.behavior, seen.current, now)
    if adopting or seen.queue is None:
        # What is there was wanted by somebody who knew more, so it counts for a whole window.
        memory = recommended(memory, spec.behavior, min(seen.current, spec.max_replicas), now)
    if seen.queue is None:
        memory = memory.model_copy(update={"failing_since": memory.failing_since or now})
        wish = _blind(spec, seen, memory, now)
    else:
        memory = _noted(spec, seen, seen.queue, memory, now)
        view = replace(seen, job_seconds=memory.job_seconds)
        wish, memory = _seeing(spec, view, seen.queue, memory, now)
        if adopting and wish.desired < seen.current:
            wish = replace(wish, desired=seen.current, reason=Reason.ADOPTED, limited_by=None)
    wish = _within(wish, seen.current, bounds(spec, now))
    wish = _paused(wish, seen.current, spec)
    return Plan(wish.desired, wish.raw, wish.reason, wish.limited_by, not spec.dry_run, memory)


@dataclass(frozen=True, slots=True)
class _Wish:
    """A number on its way through the rules."""

    desired: int
    raw: int | None
    reason: Reason
    limited_by: LimitedBy | None = None

    def limited(self, desired: int, by: LimitedBy) -> "_Wish":
        """With `desired` instead, and what changed it; as it is when nothing changed."""
        return self if desired == self.desired else replace(self, desired=desired, limited_by=by)


def _blind(spec: AutoscalerSpec, seen: Observation, memory: Memory, now: datetime) -> _Wish:
    """Without the queue: hold, and after a while perhaps a floor. Never less than there is."""
    since = memory.failing_since or now
    if now - since < timedelta(seconds=spec.fallback.after_seconds):
        return _Wish(seen.current, None, Reason.SOURCE_FAILED)
    floor = max(1, spec.min_replicas, spec.fallback.replicas or 1)
    if spec.fallback.behavior is FallbackBehavior.FLOOR or seen.current == 0:
        wish = _Wish(max(seen.current, floor), None, Reason.FALLBACK_FLOOR)
        return _grow(spec, seen, memory, wish, now) if wish.desired > seen.current else wish
    return _Wish(seen.current, None, Reason.FALLBACK_HOLD)


def _noted(spec: AutoscalerSpec, seen: Observation, queue: Queue, memory: Memory, now: datetime) -> Memory:
    """The memory after a good reading."""
    changes: dict[str, object] = {"failing_since": None, "run_id": queue.run_id}
    if seen.samples >= SAMPLES and seen.job_seconds is not None:
        # Kept, because a renderer that goes takes what it measured along, and the hint would make the number jump.
        changes["job_seconds"] = seen.job_seconds
    if queue.demand or memory.last_demand_at is None:
        changes["last_demand_at"] = now
    if memory.run_id not in (None, queue.run_id):
        window = max(HOLD_SECONDS, spec.behavior.scale_down.stabilization_window_seconds)
        changes["hold_until"] = now + timedelta(seconds=window)
    return memory.model_copy(update=changes)


def _seeing(
    spec: AutoscalerSpec, seen: Observation, queue: Queue, memory: Memory, now: datetime
) -> tuple[_Wish, Memory]:
    """With the queue: what the demand asks for, in the steps that the behavior allows."""
    limits = bounds(spec, now)
    wish = _wanted(spec, seen, queue, limits, seen.replicas.busy)
    wanted = limits.clamped(wish.desired)
    # The window keeps what lasts: with every peak of the busy ones in it, it would never let the last idle one go.
    lasting = _wanted(spec, seen, queue, limits, min(queue.demand, round(memory.busy_mean or 0)))
    memory = recommended(memory, spec.behavior, limits.clamped(lasting.desired), now)
    if (wish.raw or 0) >= PANIC_FACTOR * max(1, seen.current):
        window = timedelta(seconds=spec.behavior.scale_down.stabilization_window_seconds)
        memory = memory.model_copy(update={"panic_until": now + window})
    if wanted > seen.current:
        return _grow(spec, seen, memory, wish, now), memory
    if wanted < seen.current:
        return _shrink(spec, seen, queue, memory, wish, now), memory
    return wish, memory


def _wanted(spec: AutoscalerSpec, seen: Observation, queue: Queue, limits: Bounds, busy: int) -> _Wish:
    """The number without any limit of speed, at least `busy`."""
    need = needed(spec, seen, queue)
    raw = max(math.ceil(need - ROUNDING), busy, 1 if queue.demand else 0)
    wish = _Wish(raw, raw, Reason.DEMAND if queue.demand else Reason.IDLE)
    if raw and seen.current and raw != seen.current and raw > busy:
        rules = spec.behavior.scale_up if raw > seen.current else spec.behavior.scale_down
        if abs(need / seen.current - 1) <= rules.tolerance:
            wish = replace(wish, desired=seen.current, reason=Reason.WITHIN_TOLERANCE)
    warm = busy + limits.warm if queue.demand or limits.scheduled else 0
    if warm > wish.desired:
        wish = replace(wish, desired=warm, reason=Reason.WARM)
    if wish.desired == seen.current and wish.reason is Reason.DEMAND:
        wish = replace(wish, reason=Reason.STEADY)
    return wish


def needed(spec: AutoscalerSpec, seen: Observation, queue: Queue) -> float:
    """Replicas, with a fraction, that work the demand off as the target says."""
    target = spec.target
    if target.drain_seconds is None:
        return queue.demand / (target.jobs_per_replica or 1)
    seconds = seen.job_seconds or target.render_seconds_hint
    slots = seen.slots_per_replica or target.slots_per_replica
    return queue.demand * seconds / (target.drain_seconds * slots)


def _grow(spec: AutoscalerSpec, seen: Observation, memory: Memory, wish: _Wish, now: datetime) -> _Wish:
    """More, as fast as allowed and as long as the cluster has room."""
    rules = spec.behavior.scale_up
    if window := rules.stabilization_window_seconds:
        low = lowest(memory, window, now)
        if low is not None:
            wish = wish.limited(max(seen.current, min(wish.desired, low)), LimitedBy.SCALE_UP_WINDOW)
    allowed = most(rules, seen.current, memory.scale_events, now)
    wish = wish.limited(min(wish.desired, allowed), LimitedBy.SCALE_UP_POLICY)
    if seen.replicas.pending >= spec.max_pending_replicas:
        wish = wish.limited(min(wish.desired, seen.current), LimitedBy.PENDING_REPLICAS)
    return wish


def _shrink(spec: AutoscalerSpec, seen: Observation, queue: Queue, memory: Memory, wish: _Wish, now: datetime) -> _Wish:
    """Fewer, as slowly as asked, and only pods that do nothing."""
    rules, current = spec.behavior.scale_down, seen.current
    recent = highest(memory, rules.stabilization_window_seconds, now)
    wish = wish.limited(min(current, max(wish.desired, recent)), LimitedBy.SCALE_DOWN_WINDOW)
    if memory.hold_until is not None and now < memory.hold_until:
        wish = wish.limited(current, LimitedBy.SOURCE_CHANGED)
    if memory.panic_until is not None and now < memory.panic_until:
        wish = wish.limited(current, LimitedBy.PANIC)
    idle_since = memory.last_demand_at or now
    if queue.demand or now - idle_since < timedelta(seconds=spec.idle_seconds):
        wish = wish.limited(max(wish.desired, 1), LimitedBy.IDLE_SECONDS)
    allowed = least(rules, current, memory.scale_events, now)
    wish = wish.limited(max(wish.desired, allowed), LimitedBy.SCALE_DOWN_POLICY)
    idle = max(0, seen.replicas.ready - seen.replicas.busy) + seen.replicas.pending
    return wish.limited(max(wish.desired, current - idle), LimitedBy.BUSY_REPLICAS)


def _within(wish: _Wish, current: int, limits: Bounds) -> _Wish:
    """Inside the bounds, which have the last word over everything but a pause."""
    if wish.desired > limits.high:
        wish = wish.limited(limits.high, LimitedBy.MAX_REPLICAS)
        return replace(wish, reason=Reason.BOUNDS) if current > limits.high else wish
    if wish.desired < limits.low:
        wish = wish.limited(limits.low, LimitedBy.MIN_REPLICAS)
        reason = Reason.SCHEDULE if limits.scheduled else Reason.BOUNDS
        return replace(wish, reason=reason) if current < limits.low else wish
    return wish


def _paused(wish: _Wish, current: int, spec: AutoscalerSpec) -> _Wish:
    """What a person has forbidden."""
    paused = spec.paused
    if paused.replicas is not None:
        return replace(wish, desired=paused.replicas, reason=Reason.PAUSED, limited_by=None)
    if paused.scale_in and wish.desired < current:
        return wish.limited(current, LimitedBy.PAUSED_SCALE_IN)
    if paused.scale_out and wish.desired > current:
        return wish.limited(current, LimitedBy.PAUSED_SCALE_OUT)
    return wish
