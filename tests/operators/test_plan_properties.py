"""What holds of the plan whatever happens."""

from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from operators.renderer.api import AutoscalerSpec, AutoscalerStatus, Memory
from operators.renderer.conditions import tick_status
from operators.renderer.plan import Observation, plan
from tests.operators.specs import queue, seconds, seen, spec

counts = st.integers(0, 60)


@st.composite
def specs(draw: st.DrawFn) -> AutoscalerSpec:
    """Specs that the schema accepts."""
    most = draw(st.integers(1, 30))
    window = st.sampled_from([0, 30, 300, 3600])
    target = draw(st.sampled_from([{"drainSeconds": 1}, {"drainSeconds": 60}, {"jobsPerReplica": 3}]))
    policy: dict[str, Any] = {"type": draw(st.sampled_from(["Pods", "Percent"])), "value": draw(st.integers(1, 100))}
    directions = {
        name: {
            "stabilizationWindowSeconds": draw(window),
            "selectPolicy": draw(st.sampled_from(["Max", "Min", "Disabled"])),
            "policies": [policy | {"periodSeconds": draw(st.sampled_from([1, 60, 1800]))}],
        }
        for name in ("scaleUp", "scaleDown")
    }
    return spec(
        maxReplicas=most,
        minReplicas=draw(st.integers(0, most)),
        warmReplicas=draw(st.integers(0, most)),
        target=target,
        behavior=directions,
        idleSeconds=draw(st.sampled_from([0, 300])),
        fallback={"behavior": draw(st.sampled_from(["hold", "floor"]))},
        maxPendingReplicas=draw(st.integers(1, 10)),
    )


@st.composite
def observations(draw: st.DrawFn) -> Observation:
    """What may be seen, with all numbers but the current one free."""
    reading = queue(draw(counts), draw(counts), draw(counts), draw(st.sampled_from(["one", "one", "one", "two"])))
    jobs = draw(st.sampled_from([None, reading, reading, reading, queue()]))
    view = seen(0, jobs, busy=draw(st.integers(0, 30)), ready=draw(st.integers(0, 30)), pending=draw(st.integers(0, 5)))
    return replace(view, job_seconds=draw(st.sampled_from([None, 0.5, 8.0])), samples=draw(st.integers(0, 40)))


def placed(view: Observation, current: int) -> Observation:
    """The view with as many pods as there are."""
    pending = min(view.replicas.pending, current)
    ready = min(view.replicas.ready, current - pending)
    busy = min(view.replicas.busy, ready)
    return replace(view, current=current, replicas=replace(view.replicas, ready=ready, busy=busy, pending=pending))


steps = st.lists(st.tuples(observations(), st.sampled_from([1, 5, 5, 5, 60, 4000])), min_size=1, max_size=40)


@settings(max_examples=40, deadline=None)
@given(wish=specs(), steps=steps, current=st.integers(0, 40))
def test_invariants(wish: AutoscalerSpec, steps: list[tuple[Observation, int]], current: int) -> None:
    memory, now = Memory(), 0
    for given_view, passed in steps:
        now += passed
        view = placed(given_view, current)
        decided = plan(wish, view, memory, seconds(now))
        stored = Memory.model_validate(memory.to_object())
        assert plan(wish, view, stored, seconds(now)) == decided, "a status keeps all that matters"
        assert wish.min_replicas <= decided.desired <= wish.max_replicas
        assert decided.desired >= min(view.replicas.busy, wish.max_replicas)
        if view.queue is None or view.queue.demand:
            assert decided.desired >= min(1, current)
        if view.queue is None:
            assert decided.desired >= min(current, wish.max_replicas)
        removed = min(current, wish.max_replicas) - decided.desired
        assert removed <= max(0, view.replicas.ready - view.replicas.busy) + view.replicas.pending
        assert len(decided.memory.recommendations) <= 64
        assert len(decided.memory.scale_events) <= 64
        Memory.model_validate(decided.memory.to_object())
        memory, current = decided.memory, decided.desired


@settings(max_examples=15, deadline=None)
@given(demands=st.lists(st.integers(0, 300), min_size=40, max_size=120))
def test_flaps_are_bounded(demands: list[int]) -> None:
    """Noise every five seconds turns the direction at most twice a window, however wild it is."""
    wish, memory, current, turns, direction = spec(), Memory(), 0, 0, 0
    for number, demand in enumerate(demands):
        view = seen(current, queue(ready=demand))
        decided = plan(wish, view, memory, seconds(5 * number))
        change = (decided.desired > current) - (decided.desired < current)
        if change and change != direction:
            turns, direction = turns + 1, change
        memory, current = decided.memory, decided.desired
    window = wish.behavior.scale_down.stabilization_window_seconds
    assert turns <= 2 * (5 * len(demands) / window + 1)


@settings(max_examples=15, deadline=None)
@given(steps=steps)
def test_a_status_stays_small(steps: list[tuple[Observation, int]]) -> None:
    wish, status, now = spec(), AutoscalerStatus(), 0
    for view, passed in steps:
        now += passed
        decided = plan(wish, placed(view, 5), status.memory, seconds(now))
        status = tick_status(wish, placed(view, 5), decided, status, generation=1, now=seconds(now))
    assert len(status.model_dump_json()) < 16_384
