"""Specs and observations for the tests of the autoscaler."""

from datetime import UTC, datetime, timedelta
from typing import Any

from operators.renderer.api import AutoscalerSpec
from operators.renderer.plan import Observation, Queue, Replicas

START = datetime(2026, 3, 2, 12, tzinfo=UTC)


def smallest() -> dict[str, Any]:
    """A spec with nothing that has a default."""
    return {
        "scaleTargetRef": {"name": "site-renderer"},
        "queue": {"redis": {"secretRef": {"name": "site-redis"}}},
        "maxReplicas": 20,
    }


def spec(**changes: Any) -> AutoscalerSpec:
    """A spec with changes in camelCase."""
    return AutoscalerSpec.model_validate({**smallest(), **changes})


def seconds(count: float) -> datetime:
    """That long after the start."""
    return START + timedelta(seconds=count)


def queue(ready: int = 0, in_flight: int = 0, delayed: int = 0, run_id: str = "one") -> Queue:
    """A reading."""
    return Queue(ready, in_flight, delayed, 0, None, run_id)


def seen(current: int, jobs: Queue | None, *, busy: int = 0, ready: int | None = None, pending: int = 0) -> Observation:
    """What a tick sees; all replicas are ready when nothing else is said."""
    answering = current - pending if ready is None else ready
    return Observation(current=current, replicas=Replicas(answering, busy, pending), queue=jobs)
