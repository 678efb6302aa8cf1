"""What the calendar asks for: pure, from the spec and the time.

A schedule is active from `start` on (that minute included) until `end` (that minute excluded), both read in its time
zone, so that it keeps its hour when the clocks change. Of several active ones the highest numbers count.
"""

from dataclasses import dataclass
from datetime import datetime

from cronsim import CronSim

from operators.renderer.api import AutoscalerSpec, Schedule, zone


@dataclass(frozen=True, slots=True)
class Bounds:
    """The range of replicas at a moment. `scheduled`: a schedule raised something, so it holds without demand."""

    low: int
    high: int
    warm: int
    scheduled: bool

    def clamped(self, replicas: int) -> int:
        """The nearest number in the range."""
        return max(self.low, min(self.high, replicas))


def active(schedule: Schedule, now: datetime) -> bool:
    """Whether its end comes next, before its start comes again."""
    moment = now.astimezone(zone(schedule.time_zone))
    ends, starts = next(CronSim(schedule.end, moment), None), next(CronSim(schedule.start, moment), None)
    return ends is not None and (starts is None or ends < starts)


def bounds(spec: AutoscalerSpec, now: datetime) -> Bounds:
    """The range and the warm replicas at `now`."""
    running = [one for one in spec.schedules if active(one, now)]
    low = max([spec.min_replicas, *(one.min_replicas or 0 for one in running)])
    warm = max([spec.warm_replicas, *(one.warm_replicas or 0 for one in running)])
    raised = any(one.min_replicas or one.warm_replicas for one in running)
    return Bounds(low=min(low, spec.max_replicas), high=spec.max_replicas, warm=warm, scheduled=raised)
