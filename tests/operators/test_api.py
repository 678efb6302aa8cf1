"""The models: defaults, refusals, annotations, conditions and the way through JSON."""

import json
from typing import Any

import pytest
from pydantic import ValidationError

from operators.renderer.api import (
    PAUSED_REPLICAS,
    PAUSED_SCALE_IN,
    PAUSED_SCALE_OUT,
    AutoscalerSpec,
    AutoscalerStatus,
    condition,
    set_condition,
)
from operators.renderer.conditions import equal_but_messages, failed_status, tick_status
from operators.renderer.plan import plan
from operators.renderer.reasons import ConditionReason, ConditionType, LimitedBy, Reason
from tests.operators.specs import queue, seconds, seen, spec

ABOVE = [
    {"minReplicas": 21},
    {"warmReplicas": 21},
    {"fallback": {"replicas": 21}},
    {"paused": {"replicas": 21}},
    {"schedules": [{"start": "0 8 * * *", "end": "0 9 * * *", "minReplicas": 21}]},
]


def test_the_smallest_spec_has_all_defaults() -> None:
    small = spec()
    assert (small.min_replicas, small.warm_replicas, small.poll_seconds) == (0, 0, 5)
    assert small.target.drain_seconds == 30
    assert small.queue.names == ["render"]
    assert AutoscalerSpec.model_validate(small.to_object()) == small


@pytest.mark.parametrize("wrong", ABOVE)
def test_a_number_above_the_most_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match="must not be above maxReplicas"):
        spec(**wrong)


@pytest.mark.parametrize("target", [{}, {"drainSeconds": 5, "jobsPerReplica": 5}])
def test_a_target_is_exactly_one(target: dict[str, int]) -> None:
    with pytest.raises(ValidationError, match="exactly one"):
        spec(target=target)


def test_fields_of_a_newer_definition_are_ignored() -> None:
    assert spec(overflow={"maxReplicas": 3}) == spec()


class TestAnnotations:
    def test_they_pause(self) -> None:
        paused = spec().with_annotations({PAUSED_SCALE_IN: "true", PAUSED_SCALE_OUT: "true", PAUSED_REPLICAS: "3"})
        assert paused.paused.scale_in
        assert paused.paused.scale_out
        assert paused.paused.replicas == 3

    @pytest.mark.parametrize("text", ["", "-1", "three", "1.5", "²"])
    def test_a_value_that_is_no_number_is_ignored(self, text: str) -> None:
        assert spec().with_annotations({PAUSED_REPLICAS: text}).paused.replicas is None

    def test_they_leave_the_given_spec_alone(self) -> None:
        given = spec()
        given.with_annotations({PAUSED_SCALE_IN: "true"})
        assert not given.paused.scale_in

    def test_a_number_stays_in_range(self) -> None:
        assert spec().with_annotations({PAUSED_REPLICAS: "500"}).paused.replicas == 20


class TestConditions:
    def test_the_time_of_a_transition_stays(self) -> None:
        old = condition(ConditionType.READY, True, ConditionReason.SCALING, seconds(0), 1, "")
        new = condition(ConditionType.READY, True, ConditionReason.DRY_RUN, seconds(9), 2, "")
        (kept,) = set_condition([old], new)
        assert (kept.last_transition_time, kept.reason, kept.observed_generation) == (seconds(0), new.reason, 2)

    def test_a_changed_status_is_a_transition(self) -> None:
        old = condition(ConditionType.READY, True, ConditionReason.SCALING, seconds(0), 1, "")
        new = condition(ConditionType.READY, False, ConditionReason.CONFLICT, seconds(9), 1, "")
        assert set_condition([old], new) == [new]

    def test_every_reason_has_a_sentence(self) -> None:
        assert all(one.sentence.endswith(".") for one in (*Reason, *LimitedBy))


class TestStatus:
    def test_it_goes_through_json(self) -> None:
        wish, view = spec(), seen(2, queue(ready=100), busy=2, pending=1)
        decision = plan(wish, view, AutoscalerStatus().memory, seconds(0))
        status = tick_status(wish, view, decision, AutoscalerStatus(), generation=3, now=seconds(0))
        assert AutoscalerStatus.model_validate(json.loads(json.dumps(status.to_object()))) == status
        found = {one.type: one.status for one in status.conditions}
        assert found == {
            ConditionType.READY: "True",
            ConditionType.ACTIVE: "True",
            ConditionType.SCALING_LIMITED: "False",
            ConditionType.FALLBACK_ACTIVE: "False",
            ConditionType.PAUSED: "False",
            ConditionType.CAPACITY_PENDING: "True",
        }
        assert status.last_decision is not None
        assert (status.last_decision.from_, status.last_decision.to) == (2, 7)

    def test_a_failed_reading_shows(self) -> None:
        wish, view, before = spec(), seen(2, None), AutoscalerStatus(demand=7)
        decision = plan(wish, view, before.memory, seconds(0))
        status = tick_status(wish, view, decision, before, generation=3, now=seconds(0), error="refused")
        found = {one.type: (one.status, one.reason) for one in status.conditions}
        assert found[ConditionType.READY] == ("False", ConditionReason.SOURCE_FAILED)
        assert found[ConditionType.ACTIVE][0] == "Unknown"
        assert status.health is not None
        assert (status.health.last_error, status.demand) == ("refused", 7)

    def test_a_failure_before_the_plan_keeps_the_memory(self) -> None:
        wish, view = spec(), seen(2, queue(ready=1))
        decision = plan(wish, view, AutoscalerStatus().memory, seconds(0))
        status = tick_status(wish, view, decision, AutoscalerStatus(), generation=1, now=seconds(0))
        failed = failed_status(status, ConditionReason.TARGET_MISSING, "gone", generation=1, now=seconds(5))
        assert failed.memory == status.memory
        assert not equal_but_messages(failed.conditions, status.conditions)
