"""How many renderers there should be: one pure function of the wish, what was seen, what is remembered and the time.

`plan` never fails and does no input or output. The caller reads the queue, the pods and the scale, applies
`Plan.desired` when `Plan.apply` says so, and keeps `Plan.memory` (in the status) for the next call. A scale
request that failed needs nothing special: the plan looks at what is there, not at what it wanted.
"""

from dataclasses import dataclass
from datetime import datetime

from operators.renderer.api import AutoscalerSpec, Memory
from operators.renderer.reasons import LimitedBy, Reason


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
    raise NotImplementedError
