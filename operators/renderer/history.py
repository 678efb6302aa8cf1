"""The history that the plan needs: recommendations and changes of replicas, bounded to fit into a status. Pure.

Each function returns a new Memory. Thinning may keep something longer than its window by one part of it, never
shorter, so it never lets replicas go too early or come too fast.
"""

import math
from datetime import datetime, timedelta

from operators.renderer.api import Behavior, Memory, Recommendation, ScaleEvent

PARTS = 24
BUSY_SECONDS = 60.0
FORGOTTEN_AFTER = timedelta(seconds=60)


def is_fresh(memory: Memory, poll_seconds: int, now: datetime) -> bool:
    """Whether ticks came without a gap; otherwise what is there must be adopted, as nobody saw what was wanted."""
    if memory.last_tick_at is None:
        return False
    gap = max(FORGOTTEN_AFTER, timedelta(seconds=3 * poll_seconds))
    return now - memory.last_tick_at <= gap


def with_replicas(memory: Memory, behavior: Behavior, current: int, now: datetime) -> Memory:
    """With the change of replicas since the last tick, whoever made it."""
    changes: dict[str, object] = {"replicas": current, "last_tick_at": now}
    if memory.replicas is not None and memory.replicas != current:
        periods = (*behavior.scale_up.policies, *behavior.scale_down.policies)
        longest = timedelta(seconds=max(policy.period_seconds for policy in periods))
        event = ScaleEvent.model_construct(at=now, change=current - memory.replicas)
        changes["scale_events"] = _thinned_events(memory.scale_events, event, now - longest, longest / PARTS)
        changes["last_scale_at"] = now
    return memory.model_copy(update=changes)


def with_busy_mean(memory: Memory, busy: int, now: datetime) -> Memory:
    """With the busy replicas of this moment in their moving mean; call it before `with_replicas`."""
    before = memory.busy_mean
    if before is None or memory.last_tick_at is None:
        return memory.model_copy(update={"busy_mean": float(busy)})
    passed = max(0.0, (now - memory.last_tick_at).total_seconds())
    kept = math.exp(-passed / BUSY_SECONDS)
    return memory.model_copy(update={"busy_mean": busy + (before - busy) * kept})


def with_recommendation(memory: Memory, behavior: Behavior, wanted: int, now: datetime) -> Memory:
    """With `wanted` of this moment."""
    windows = (behavior.scale_up.stabilization_window_seconds, behavior.scale_down.stabilization_window_seconds)
    window = timedelta(seconds=max(*windows, 1))
    kept = [one for one in memory.recommendations if one.at > now - window][-2 * PARTS :]
    if len(kept) > 1 and now - kept[-2].at < window / PARTS:
        last = kept.pop()
        new = (max(last.high, wanted), min(last.low, wanted))
    else:
        new = (wanted, wanted)
    kept.append(Recommendation.model_construct(at=now, high=new[0], low=new[1]))
    return memory.model_copy(update={"recommendations": kept})


def highest_recommendation(memory: Memory, seconds: int, now: datetime) -> int:
    """The highest recommendation of the last `seconds`; 0 without any."""
    since = now - timedelta(seconds=seconds)
    return max((one.high for one in memory.recommendations if one.at > since), default=0)


def lowest_recommendation(memory: Memory, seconds: int, now: datetime) -> int | None:
    """The lowest recommendation of the last `seconds`."""
    since = now - timedelta(seconds=seconds)
    return min((one.low for one in memory.recommendations if one.at > since), default=None)


def _thinned_events(events: list[ScaleEvent], new: ScaleEvent, since: datetime, part: timedelta) -> list[ScaleEvent]:
    kept = [event for event in events if event.at > since][-2 * PARTS :]
    if len(kept) > 1 and new.at - kept[-2].at < part:
        new = ScaleEvent.model_construct(at=new.at, change=max(-1000, min(1000, kept.pop().change + new.change)))
    return [*kept, new]
