"""What Prometheus reads, prefix `fractafrag_autoscaler_`; `autoscaler` is the resource's name.

`last_tick_timestamp` is the last tick that reached a decision, so an alert on its age sees also an API server that is
away. Gauges of a resource that is gone, or that another operator leads, are taken away rather than left stale.
"""

from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from operators.renderer.api import AutoscalerSpec
from operators.renderer.plan import Observation, Plan
from operators.renderer.reasons import LimitedBy, Reason

_PREFIX = "fractafrag_autoscaler"
_BLOCKS_SCALE_IN = frozenset(
    {
        LimitedBy.BUSY_REPLICAS,
        LimitedBy.IDLE_SECONDS,
        LimitedBy.PANIC,
        LimitedBy.PAUSED_SCALE_IN,
        LimitedBy.SCALE_DOWN_POLICY,
        LimitedBy.SCALE_DOWN_WINDOW,
        LimitedBy.SOURCE_CHANGED,
    }
)


class Metrics:
    """All series of one operator process."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.queue_messages = self._gauge("queue_messages", "Messages in the queues.", "state")
        self.oldest_age = self._gauge("oldest_age_seconds", "Age of the oldest message that is known.")
        self.replicas = self._gauge("replicas", "Replicas of the target.", "state")
        self.desired = self._gauge(
            "desired_replicas", "Replicas wanted by demand alone, and after all limits.", "stage"
        )
        self.fallback_active = self._gauge("fallback_active", "1 while the queue cannot be read for long.")
        self.paused = self._gauge("paused", "1 while any direction is paused.")
        self.last_tick = self._gauge("last_tick_timestamp", "Unix time of the last decision.")
        self.scale_total = self._counter("scale_total", "Changes of the scale.", "direction", "reason")
        self.blocked = self._counter("scale_in_blocked_total", "Decisions that kept replicas back.", "reason")
        self.mismatch = self._counter("scale_in_mismatch_total", "Busy pods that were removed all the same.")
        self.source_errors = self._counter("source_errors_total", "Failed reads.", "kind")
        self.tick_seconds = Histogram(
            f"{_PREFIX}_tick_seconds",
            "Duration of a tick.",
            registry=self.registry,
            buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
        )
        self.leader = Gauge(f"{_PREFIX}_leader", "1 while this process leads.", registry=self.registry)
        self.watch_age = Gauge(
            f"{_PREFIX}_watch_age_seconds", "Time since the watch last said anything.", registry=self.registry
        )
        self.build_info = Gauge(f"{_PREFIX}_build_info", "Always 1.", ["version"], registry=self.registry)

    def _gauge(self, name: str, text: str, *labels: str) -> Gauge:
        return Gauge(f"{_PREFIX}_{name}", text, ["autoscaler", *labels], registry=self.registry)

    def _counter(self, name: str, text: str, *labels: str) -> Counter:
        return Counter(f"{_PREFIX}_{name}", text, ["autoscaler", *labels], registry=self.registry)

    def bind(self, *, leads: Callable[[], bool], watch_age: Callable[[], float]) -> None:
        """Take the process-wide values from their owners when somebody asks."""
        self.leader.set_function(lambda: float(leads()))
        self.watch_age.set_function(watch_age)

    def record_decision(self, name: str, spec: AutoscalerSpec, observed: Observation, plan: Plan, *, at: float) -> None:
        """Take over what a tick saw and decided."""
        self.last_tick.labels(name).set(at)
        states = {
            "current": observed.current,
            "ready": observed.replicas.ready,
            "busy": observed.replicas.busy,
        }
        for state, count in {**states, "pending": observed.replicas.pending}.items():
            self.replicas.labels(name, state).set(count)
        if observed.queue is not None:
            queue = observed.queue
            by_state = {
                "ready": queue.ready,
                "in_flight": queue.in_flight,
                "delayed": queue.delayed,
                "dead": queue.dead,
            }
            for state, count in by_state.items():
                self.queue_messages.labels(name, state).set(count)
            self.oldest_age.labels(name).set(queue.oldest_age_seconds or 0)
        if plan.raw_desired is not None:
            self.desired.labels(name, "raw").set(plan.raw_desired)
        self.desired.labels(name, "limited").set(plan.desired)
        self.fallback_active.labels(name).set(plan.reason in {Reason.FALLBACK_HOLD, Reason.FALLBACK_FLOOR})
        paused = spec.paused
        self.paused.labels(name).set(paused.scale_in or paused.scale_out or paused.replicas is not None)
        if plan.limited_by in _BLOCKS_SCALE_IN:
            self.blocked.labels(name, plan.limited_by.value).inc()

    def record_scaling(self, name: str, *, before: int, after: int, reason: Reason) -> None:
        """The scale was changed."""
        self.scale_total.labels(name, "up" if after > before else "down", reason.value).inc()

    def forget(self, name: str) -> None:
        """Take the gauges of a resource away; counters stay, since Prometheus counts on that."""
        for gauge in (
            self.queue_messages,
            self.oldest_age,
            self.replicas,
            self.desired,
            self.fallback_active,
            self.paused,
            self.last_tick,
        ):
            gauge.remove_by_labels({"autoscaler": name})
