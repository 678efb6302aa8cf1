"""What the plan decides, case by case."""

from dataclasses import replace
from typing import Any

import pytest

from operators.renderer.api import AutoscalerSpec, Memory
from operators.renderer.plan import Observation, Plan, Queue, plan
from operators.renderer.reasons import LimitedBy, Reason
from tests.operators.specs import queue, seconds, seen, spec

EMPTY = queue()


class Run:
    """Ticks every five seconds; what was decided is there at the next one."""

    def __init__(self, wish: AutoscalerSpec, current: int = 0, memory: Memory | None = None) -> None:
        self.spec, self.current, self.memory = wish, current, memory or Memory()
        self.now = 0.0

    def tick(self, jobs: Queue | None, *, busy: int = 0, pending: int = 0, ready: int | None = None) -> Plan:
        """One decision, applied."""
        self.now += 5
        view = seen(self.current, jobs, busy=min(busy, self.current), pending=pending, ready=ready)
        decided = plan(self.spec, view, self.memory, seconds(self.now))
        self.memory = decided.memory
        self.current = decided.desired if decided.apply else self.current
        return decided

    def ticks(self, duration: float, jobs: Queue | None, **more: Any) -> Plan:
        """The last decision of a while."""
        decided = self.tick(jobs, **more)
        for _ in range(int(duration / 5) - 1):
            decided = self.tick(jobs, **more)
        return decided


class TestDemand:
    @pytest.mark.parametrize(
        ("jobs", "raw"),
        [(queue(ready=1), 1), (queue(ready=15), 1), (queue(16), 2), (queue(10, 20, 30), 4), (queue(delayed=1), 1)],
    )
    def test_all_jobs_count_against_the_time_to_drain(self, jobs: Queue, raw: int) -> None:
        assert Run(spec()).tick(jobs).raw_desired == raw

    def test_measured_seconds_need_twenty_jobs(self) -> None:
        view = replace(seen(1, queue(ready=60)), job_seconds=6.0, samples=19)
        assert plan(spec(), view, Memory(), seconds(0)).raw_desired == 4
        assert plan(spec(), replace(view, samples=20), Memory(), seconds(0)).raw_desired == 12

    def test_what_was_measured_stays_when_the_renderers_that_did_are_gone(self) -> None:
        view = replace(seen(1, queue(ready=60)), job_seconds=0.5, samples=40)
        before = plan(spec(), view, Memory(), seconds(0))
        after = plan(spec(), replace(view, job_seconds=1.0, samples=3), before.memory, seconds(5))
        assert before.raw_desired == after.raw_desired == 1

    def test_slots_divide(self) -> None:
        view = replace(seen(1, queue(ready=60)), slots_per_replica=4.0)
        assert plan(spec(), view, Memory(), seconds(0)).raw_desired == 1

    def test_jobs_per_replica(self) -> None:
        assert Run(spec(target={"jobsPerReplica": 4})).tick(queue(ready=9)).raw_desired == 3

    def test_never_below_the_busy_ones(self) -> None:
        decided = Run(spec(), 6).tick(queue(in_flight=6), busy=6)
        assert (decided.desired, decided.raw_desired) == (6, 6)

    def test_small_differences_change_nothing(self) -> None:
        decided = Run(spec(), 20).tick(queue(ready=275), busy=2)
        assert (decided.desired, decided.raw_desired, decided.reason) == (20, 19, Reason.WITHIN_TOLERANCE)

    def test_tolerance_does_not_hold_zero(self) -> None:
        assert Run(spec(), 0).tick(queue(delayed=1)).desired == 1


class TestGrowth:
    def test_policies_limit(self) -> None:
        decided = Run(spec(), 1).tick(queue(ready=1000), busy=1)
        assert (decided.desired, decided.limited_by) == (11, LimitedBy.SCALE_UP_POLICY)

    def test_the_maximum_is_the_most(self) -> None:
        decided = Run(spec(), 15).tick(queue(ready=1000), busy=15)
        assert (decided.desired, decided.limited_by) == (20, LimitedBy.MAX_REPLICAS)

    def test_pending_replicas_stop_it(self) -> None:
        decided = Run(spec(maxPendingReplicas=2), 5).tick(queue(ready=1000), busy=3, pending=2)
        assert (decided.desired, decided.limited_by) == (5, LimitedBy.PENDING_REPLICAS)

    def test_a_window_waits_for_what_lasts(self) -> None:
        run = Run(spec(behavior={"scaleUp": {"stabilizationWindowSeconds": 30}}), 1)
        run.tick(queue(ready=1))
        assert run.tick(queue(ready=100), busy=1).limited_by is LimitedBy.SCALE_UP_WINDOW
        assert run.ticks(35, queue(ready=100), busy=1).desired > 1

    def test_warm_ones_stay_beyond_the_busy(self) -> None:
        run = Run(spec(warmReplicas=2), 3)
        decided = run.tick(queue(in_flight=3), busy=3)
        assert (decided.desired, decided.reason) == (5, Reason.WARM)
        assert run.ticks(600, EMPTY).desired == 0


class TestShrinking:
    def test_the_window_holds_then_lets_go(self) -> None:
        run = Run(spec(idleSeconds=0, behavior={"scaleDown": {"stabilizationWindowSeconds": 60}}), 0)
        run.ticks(20, queue(ready=120))
        held = run.ticks(50, EMPTY)
        assert (held.desired, held.limited_by) == (8, LimitedBy.SCALE_DOWN_WINDOW)
        assert run.ticks(30, EMPTY).desired == 0

    def test_only_idle_ones_go(self) -> None:
        run = Run(spec(), 10)
        run.ticks(400, queue(in_flight=2), busy=9)
        decided = run.tick(queue(in_flight=2), busy=7)
        assert decided.desired >= 7

    def test_unanswering_ones_are_not_idle(self) -> None:
        run = Run(spec(), 10)
        assert run.ticks(400, EMPTY, ready=0).limited_by is LimitedBy.BUSY_REPLICAS
        assert run.current == 10

    def test_the_last_one_waits_for_idle_seconds(self) -> None:
        run = Run(spec(idleSeconds=300), 1)
        run.tick(queue(in_flight=1), busy=1)
        held = run.ticks(290, EMPTY)
        assert (held.desired, held.limited_by) == (1, LimitedBy.IDLE_SECONDS)
        gone = run.ticks(10, EMPTY)
        assert (gone.desired, gone.reason) == (0, Reason.IDLE)

    def test_delayed_jobs_keep_the_last_one(self) -> None:
        run = Run(spec(), 1)
        assert run.ticks(3600, queue(delayed=1)).desired == 1

    def test_a_few_poisoned_jobs_do_not_hold_many(self) -> None:
        run = Run(spec(), 20)
        assert run.ticks(600, queue(delayed=10), busy=1).desired == 1

    def test_panic_freezes(self) -> None:
        run = Run(spec(behavior={"scaleUp": {"selectPolicy": "Disabled"}}), 4)
        run.ticks(100, queue(ready=15), busy=4)
        run.tick(queue(ready=120), busy=4)
        assert run.current == 4
        assert run.tick(EMPTY).limited_by in (LimitedBy.PANIC, LimitedBy.SCALE_DOWN_WINDOW)


class TestBadReadings:
    def test_a_failed_one_is_no_empty_queue(self) -> None:
        decided = Run(spec(), 5).ticks(3600, None)
        assert (decided.desired, decided.reason, decided.raw_desired) == (5, Reason.FALLBACK_HOLD, None)

    def test_before_the_fallback_it_is_held(self) -> None:
        run = Run(spec(), 0)
        decided = run.ticks(25, None)
        assert (decided.desired, decided.reason) == (0, Reason.SOURCE_FAILED)

    def test_from_zero_hold_is_a_floor_of_one(self) -> None:
        decided = Run(spec(), 0).ticks(60, None)
        assert decided.desired == 1

    def test_a_floor(self) -> None:
        floor = spec(fallback={"afterSeconds": 10, "behavior": "floor", "replicas": 3})
        assert Run(floor, 0).ticks(20, None).desired == 3
        assert Run(floor, 8).ticks(20, None).desired == 8

    def test_after_it_a_window_passes(self) -> None:
        run = Run(spec(idleSeconds=0), 5)
        run.ticks(60, None)
        assert run.tick(EMPTY).desired == 5
        assert run.memory.failing_since is None
        assert run.ticks(120, EMPTY).desired == 0

    def test_another_redis_holds(self) -> None:
        run = Run(spec(idleSeconds=0), 5)
        run.ticks(300, queue(in_flight=5), busy=5)
        held = run.ticks(55, queue(run_id="two"))
        assert (held.desired, run.current) == (5, 5)
        assert run.ticks(120, queue(run_id="two")).desired == 0

    def test_another_redis_may_ask_for_more(self) -> None:
        run = Run(spec(), 5)
        run.tick(queue(in_flight=5), busy=5)
        assert run.tick(queue(ready=150, run_id="two"), busy=5).desired == 10


class TestPeople:
    def test_a_pause_at_a_number(self) -> None:
        for jobs in (None, EMPTY, queue(ready=1000)):
            decided = Run(spec(paused={"replicas": 3}), 5).tick(jobs, busy=5)
            assert (decided.desired, decided.reason) == (3, Reason.PAUSED)

    def test_a_pause_of_scale_in(self) -> None:
        run = Run(spec(paused={"scaleIn": True}), 5)
        assert run.ticks(3600, EMPTY).limited_by is LimitedBy.PAUSED_SCALE_IN
        assert run.tick(queue(ready=150), busy=5).desired == 10

    def test_a_pause_of_scale_out(self) -> None:
        decided = Run(spec(paused={"scaleOut": True}), 5).tick(queue(ready=150), busy=5)
        assert (decided.desired, decided.limited_by) == (5, LimitedBy.PAUSED_SCALE_OUT)

    def test_a_dry_run_decides_and_does_nothing(self) -> None:
        decided = Run(spec(dryRun=True), 1).tick(queue(ready=150), busy=1)
        assert (decided.desired, decided.apply, decided.changes(1)) == (10, False, False)

    def test_bounds_are_kept_at_once(self) -> None:
        assert Run(spec(minReplicas=2), 0).tick(EMPTY).desired == 2
        decided = Run(spec(maxReplicas=4), 9).tick(queue(ready=1000), busy=9)
        assert (decided.desired, decided.reason) == (4, Reason.BOUNDS)

    def test_a_schedule_raises_without_demand(self) -> None:
        morning = {"start": "0 11 * * *", "end": "0 13 * * *"}
        decided = Run(spec(schedules=[{**morning, "minReplicas": 3}]), 0).tick(EMPTY)
        assert (decided.desired, decided.reason) == (3, Reason.SCHEDULE)
        assert Run(spec(schedules=[{**morning, "warmReplicas": 2}]), 0).tick(EMPTY).desired == 2


class TestRestart:
    def test_the_first_tick_adopts(self) -> None:
        decided = Run(spec(idleSeconds=0, behavior={"scaleDown": {"stabilizationWindowSeconds": 0}}), 7).tick(EMPTY)
        assert (decided.desired, decided.reason) == (7, Reason.ADOPTED)

    def test_a_window_survives(self) -> None:
        run = Run(spec(idleSeconds=0), 0)
        run.ticks(20, queue(ready=120))
        again = Run(run.spec, run.current, Memory.model_validate(run.memory.to_object()))
        again.now = run.now
        assert again.ticks(50, EMPTY).limited_by is LimitedBy.SCALE_DOWN_WINDOW
        assert again.ticks(30, EMPTY).desired == 0

    def test_after_a_long_gap_it_adopts_again(self) -> None:
        run = Run(spec(idleSeconds=0), 0)
        run.ticks(20, queue(ready=120))
        run.now += 3600
        assert run.ticks(50, EMPTY).desired == 8

    def test_changes_by_others_are_noticed(self) -> None:
        run = Run(spec(), 2)
        run.tick(queue(in_flight=2), busy=2)
        run.current = 12
        decided = run.tick(queue(ready=1000), busy=2)
        assert (decided.desired, decided.limited_by) == (12, LimitedBy.SCALE_UP_POLICY)
        assert decided.memory.last_scale_at == seconds(run.now)


def test_the_decision_depends_on_nothing_else() -> None:
    view: Observation = seen(3, queue(ready=50), busy=3)
    assert plan(spec(), view, Memory(), seconds(0)) == plan(spec(), view, Memory(), seconds(0))
