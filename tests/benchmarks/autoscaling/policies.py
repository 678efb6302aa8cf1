"""The autoscalers that are compared: ours, a HorizontalPodAutoscaler, KEDA with both hashes, and KEDA on the list.

All have the same most replicas and the same target: as many jobs a replica as it draws in `drainSeconds`. The others
run with their defaults, and where something was unclear it was decided for them: their metric is never stale.
HPA: every 15 s, tolerance 10 %, up by the larger of 100 % and four pods in 15 s, down to the highest recommendation
of 300 s, at least one replica. KEDA: from zero to one when a poll of 30 s finds something, to zero after 300 s without
anything, and an HPA between one and the most.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from math import ceil
from typing import Protocol

from operators.renderer.api import AutoscalerSpec, Memory
from operators.renderer.plan import Observation, Queue, Replicas, plan
from tests.benchmarks.autoscaling.traces import MEAN_SECONDS
from tests.benchmarks.autoscaling.world import World

BEGINNING = datetime(2026, 1, 5, tzinfo=UTC)


class Policy(Protocol):
    """Installs itself in a world."""

    def __call__(self, world: World) -> None: ...


def ours_spec(**changes: object) -> AutoscalerSpec:
    """The defaults."""
    required = {"scaleTargetRef": {"name": "renderer"}, "queue": {"redis": {"secretRef": {"name": "redis"}}}}
    return AutoscalerSpec.model_validate({**required, "maxReplicas": 20, **changes})


class Ours:
    """`plan` with the defaults of the API, and the loop around it."""

    def __init__(self, **changes: object) -> None:
        self.changes = changes

    def __call__(self, world: World) -> None:
        spec = ours_spec(**{"maxReplicas": world.trace.max_replicas, **self.changes})
        memory = Memory()

        def tick() -> None:
            nonlocal memory
            serving = world.serving
            busy = [pod for pod in serving if pod.calls]
            seen = Observation(
                current=world.replicas,
                replicas=Replicas(ready=len(serving), busy=len(busy), pending=world.unplaced),
                queue=Queue(len(world.ready), world.in_flight, world.delayed, 0, None, "run"),
                slots_per_replica=1,
                job_seconds=world.mean_seconds,
                samples=world.drawn,
            )
            decision = plan(spec, seen, memory, BEGINNING + timedelta(seconds=world.now))
            memory = decision.memory
            if decision.changes(world.replicas):
                world.scale(decision.desired, busy)

        world.every(spec.poll_seconds, tick)


class Hpa:
    """HPA v2 with an external metric and an average value as the target."""

    def __init__(self, metric: Callable[[World], int] = lambda world: world.demand) -> None:
        self.metric = metric

    def __call__(self, world: World) -> None:
        world.scale(1)
        self.sync_forever(world)

    def sync_forever(self, world: World) -> None:
        """Decide every 15 s; zero replicas switch it off."""
        recommendations: list[tuple[float, int]] = []

        def sync() -> None:
            current = world.replicas
            if current == 0:
                recommendations.clear()
                return
            wanted = self.wanted(world, current)
            recommendations[:] = [(at, one) for at, one in recommendations if at > world.now - 300]
            recommendations.append((world.now, wanted))
            if wanted < current:
                wanted = min(current, max(one for _, one in recommendations))
            else:
                wanted = min(wanted, max(2 * current, current + 4))
            world.scale(max(1, min(wanted, world.trace.max_replicas)))

        world.every(15, sync)

    def wanted(self, world: World, current: int) -> int:
        """By the formula, within the tolerance the current number."""
        need = self.metric(world) / jobs_per_replica()
        return current if abs(need / current - 1) <= 0.1 else ceil(need)


class Keda(Hpa):
    """KEDA 2.20 with the defaults."""

    def __call__(self, world: World) -> None:
        last_active = 0.0

        def poll() -> None:
            nonlocal last_active
            if self.metric(world) > 0:
                last_active = world.now
                if world.replicas == 0:
                    world.scale(1)
            elif world.replicas and world.now - last_active >= 300:
                world.scale(0)

        world.every(30, poll)
        self.sync_forever(world)


def jobs_per_replica() -> float:
    """What our target means as an average value."""
    return (ours_spec().target.drain_seconds or 30) / MEAN_SECONDS


POLICIES: dict[str, Policy] = {
    "ours": Ours(),
    "HPA v2": Hpa(),
    "KEDA": Keda(),
    "KEDA on the list": Keda(lambda world: world.list_length),
}
