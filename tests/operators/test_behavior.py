"""The policies allow what a HorizontalPodAutoscaler's would."""

from typing import Any

import pytest

from operators.renderer.api import ScaleDown, ScaleEvent, ScaleUp
from operators.renderer.behavior import scale_down_limit, scale_up_limit
from tests.operators.specs import seconds

PODS = {"type": "Pods", "value": 4, "periodSeconds": 15}
PERCENT = {"type": "Percent", "value": 100, "periodSeconds": 15}


def up(*policies: dict[str, Any], select: str = "Max") -> ScaleUp:
    return ScaleUp.model_validate({"policies": list(policies), "selectPolicy": select})


def down(*policies: dict[str, Any], select: str = "Max") -> ScaleDown:
    return ScaleDown.model_validate({"policies": list(policies), "selectPolicy": select})


@pytest.mark.parametrize(
    ("rules", "current", "allowed"),
    [
        (up(PODS, PERCENT), 0, 4),
        (up(PODS, PERCENT), 3, 7),
        (up(PODS, PERCENT), 10, 20),
        (up(PODS, PERCENT, select="Min"), 10, 14),
        (up(PODS, PERCENT, select="Disabled"), 10, 10),
        (up(PERCENT), 0, 1),
        (up(PERCENT | {"value": 10}), 1, 2),
        (up(PERCENT | {"value": 10}), 11, 13),
    ],
)
def test_growth(rules: ScaleUp, current: int, allowed: int) -> None:
    assert scale_up_limit(rules, current, [], seconds(0)) == allowed


@pytest.mark.parametrize(
    ("rules", "current", "allowed"),
    [
        (down(PERCENT), 10, 0),
        (down(PODS), 10, 6),
        (down(PODS), 2, 0),
        (down(PERCENT | {"value": 50}, PODS), 10, 5),
        (down(PERCENT | {"value": 50}, PODS, select="Min"), 10, 6),
        (down(PERCENT | {"value": 1}), 10, 9),
        (down(PODS, select="Disabled"), 10, 10),
    ],
)
def test_shrinking(rules: ScaleDown, current: int, allowed: int) -> None:
    assert scale_down_limit(rules, current, [], seconds(0)) == allowed


def test_what_changed_in_the_period_counts() -> None:
    grown = [ScaleEvent(at=seconds(0), change=3)]
    assert scale_up_limit(up(PODS), 8, grown, seconds(10)) == 9
    assert scale_up_limit(up(PODS), 8, grown, seconds(15)) == 12


def test_an_exhausted_limit_holds_and_never_reverses() -> None:
    grown = [ScaleEvent(at=seconds(0), change=9)]
    assert scale_up_limit(up(PODS), 10, grown, seconds(1)) == 10
    shrunk = [ScaleEvent(at=seconds(0), change=-9)]
    assert scale_down_limit(down(PODS), 10, shrunk, seconds(1)) == 10
