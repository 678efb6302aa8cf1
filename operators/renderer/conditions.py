"""The status after a tick: pure, from the decision and what was observed.

`tick_status` is for a tick that reached a plan (the queue may have been unreadable); `failed_status` for one that did
not, because the spec, the target or the Redis URL is missing or wrong. Neither fails.
"""

from collections.abc import Iterator
from datetime import datetime

from operators.renderer.api import (
    AutoscalerSpec,
    AutoscalerStatus,
    Condition,
    Health,
    LastDecision,
    QueueStatus,
    condition,
    set_condition,
)
from operators.renderer.plan import Observation, Plan
from operators.renderer.reasons import ConditionReason, ConditionType, LimitedBy, Reason

FALLBACKS = {
    Reason.FALLBACK_HOLD: ConditionReason.FALLBACK_HOLD,
    Reason.FALLBACK_FLOOR: ConditionReason.FALLBACK_FLOOR,
}
PAUSE_LIMITS = frozenset({LimitedBy.PAUSED_SCALE_IN, LimitedBy.PAUSED_SCALE_OUT})

ConditionValues = tuple[ConditionType, bool | None, ConditionReason, str]


def tick_status(
    spec: AutoscalerSpec,
    observed: Observation,
    plan: Plan,
    previous: AutoscalerStatus,
    *,
    generation: int | None,
    now: datetime,
    error: str | None = None,
) -> AutoscalerStatus:
    """The status after `plan`; `error` says why the queue could not be read."""
    conditions = previous.conditions
    for kind, holds, reason, message in _conditions(spec, observed, plan, error):
        conditions = set_condition(conditions, condition(kind, holds, reason, now, generation, message))
    failing = plan.memory.failing_since
    return AutoscalerStatus(
        observed_generation=generation,
        current_replicas=observed.current,
        ready_replicas=observed.replicas.ready,
        busy_replicas=observed.replicas.busy,
        pending_replicas=observed.replicas.pending,
        desired_replicas=plan.desired,
        raw_desired=plan.raw_desired,
        reason=plan.reason,
        limited_by=plan.limited_by,
        demand=observed.queue.demand if observed.queue else previous.demand,
        queue=_queue(observed) or previous.queue,
        last_demand_time=plan.memory.last_demand_at,
        last_scale_time=plan.memory.last_scale_at,
        last_decision=_decision(observed, plan, now) or previous.last_decision,
        health=Health(failing_since=failing, last_error=error[:1024] if error else None) if failing else None,
        conditions=conditions,
        memory=plan.memory,
    )


def failed_status(
    previous: AutoscalerStatus, reason: ConditionReason, message: str, *, generation: int | None, now: datetime
) -> AutoscalerStatus:
    """`previous` with Ready False; everything remembered stays."""
    new = condition(ConditionType.READY, False, reason, now, generation, message)
    changes = {"conditions": set_condition(previous.conditions, new), "observed_generation": generation}
    return previous.model_copy(update=changes)


def equal_but_messages(one: list[Condition], other: list[Condition]) -> bool:
    """Whether nothing but messages differs; numbers in messages change all the time."""
    return [(each.type, each.status, each.reason) for each in one] == [
        (each.type, each.status, each.reason) for each in other
    ]


def _conditions(
    spec: AutoscalerSpec, observed: Observation, plan: Plan, error: str | None
) -> Iterator[ConditionValues]:
    yield _ready(spec, observed, error)
    yield _active(observed)
    if plan.limited_by is None or plan.limited_by in PAUSE_LIMITS:
        yield ConditionType.SCALING_LIMITED, False, ConditionReason.NOT_LIMITED, "Nothing limits the number."
    else:
        yield ConditionType.SCALING_LIMITED, True, ConditionReason.LIMITED, plan.limited_by.sentence
    fallback = FALLBACKS.get(plan.reason)
    healthy = (ConditionReason.SOURCE_HEALTHY, "The queue is read, or has not failed for long.")
    reason, message = (fallback, plan.reason.sentence) if fallback else healthy
    yield ConditionType.FALLBACK_ACTIVE, fallback is not None, reason, message
    yield _paused(spec)
    if pending := observed.replicas.pending:
        message = f"{pending} replicas wait for a node."
        yield ConditionType.CAPACITY_PENDING, True, ConditionReason.REPLICAS_PENDING, message
    else:
        message = "Every replica has a node."
        yield ConditionType.CAPACITY_PENDING, False, ConditionReason.REPLICAS_PLACED, message


def _ready(spec: AutoscalerSpec, observed: Observation, error: str | None) -> ConditionValues:
    if observed.queue is None:
        message = error or "The queue could not be read."
        return ConditionType.READY, False, ConditionReason.SOURCE_FAILED, message
    if spec.dry_run:
        return ConditionType.READY, True, ConditionReason.DRY_RUN, "Decisions are reported and not applied."
    return ConditionType.READY, True, ConditionReason.SCALING, "The target is scaled with the queue."


def _active(observed: Observation) -> ConditionValues:
    if observed.queue is None:
        return ConditionType.ACTIVE, None, ConditionReason.SOURCE_FAILED, "The queue could not be read."
    if demand := observed.queue.demand:
        return ConditionType.ACTIVE, True, ConditionReason.DEMAND, f"{demand} jobs want a renderer."
    return ConditionType.ACTIVE, False, ConditionReason.NO_DEMAND, "No job wants a renderer."


def _paused(spec: AutoscalerSpec) -> ConditionValues:
    paused = spec.paused
    if paused.replicas is not None:
        message = f"Kept at {paused.replicas} replicas."
    elif paused.scale_in or paused.scale_out:
        message = "Paused: " + " and ".join(
            name for name, is_paused in (("scale-in", paused.scale_in), ("scale-out", paused.scale_out)) if is_paused
        )
    else:
        return ConditionType.PAUSED, False, ConditionReason.NOT_PAUSED, "Nothing is paused."
    return ConditionType.PAUSED, True, ConditionReason.PAUSED, message


def _queue(observed: Observation) -> QueueStatus | None:
    queue = observed.queue
    if queue is None:
        return None
    return QueueStatus(
        ready=queue.ready,
        in_flight=queue.in_flight,
        delayed=queue.delayed,
        dead=queue.dead,
        oldest_age_seconds=queue.oldest_age_seconds,
    )


def _decision(observed: Observation, plan: Plan, now: datetime) -> LastDecision | None:
    if plan.desired == observed.current:
        return None
    return LastDecision.model_validate(
        {
            "from": observed.current,
            "to": plan.desired,
            "reason": plan.reason,
            "limited_by": plan.limited_by,
            "at": now,
        }
    )
