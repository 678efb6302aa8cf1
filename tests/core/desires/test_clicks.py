"""Thresholds out of clicks."""

import random

import pytest

from services.core.desires.clicks import Click, thresholds, wilson
from services.core.desires.models import PairKind


def clicks(same: list[float], different: list[float], embedder_id: str = "words-1") -> list[Click]:
    return [Click(PairKind.JOIN, embedder_id, score) for score in same] + [
        Click(PairKind.APART, embedder_id, score) for score in different
    ]


def test_the_best_threshold_is_where_most_is_right() -> None:
    (found,) = thresholds(clicks([0.5, 0.6, 0.7, 0.9], [0.3, 0.4, 0.45, 0.8]))
    assert (found.best, found.same, found.different) == (0.5, 4, 4)
    assert found.best_between is not None
    assert found.best_between[0] <= 0.5 <= found.best_between[1]
    assert found.clean is not None
    assert (found.clean.score, found.clean.clicks, found.clean.same) == (0.9, 1, 1)
    assert not found.is_enough
    half = next(step for step in found.steps if step.score == 0.5)
    assert (half.clicks, half.same) == (5, 4)


def test_more_clicks_are_surer() -> None:
    chance = random.Random(1)

    def width(count: int) -> float:
        same = [min(1, max(0, chance.gauss(0.7, 0.1))) for _ in range(count)]
        different = [min(1, max(0, chance.gauss(0.5, 0.1))) for _ in range(count)]
        (found,) = thresholds(clicks(same, different))
        assert found.best_between is not None
        return found.best_between[1] - found.best_between[0]

    assert width(1_000) < width(20)


def test_embedders_are_apart_and_what_has_no_score_is_only_counted() -> None:
    mixed = [*clicks([0.5], [], "a"), *clicks([0.9], [0.1], "b"), Click(PairKind.DIFFERENT, "b", None)]
    first, second = thresholds(mixed)
    assert (first.embedder_id, first.counts, first.different) == ("b", {"apart": 1, "different": 1, "join": 1}, 1)
    assert (second.embedder_id, second.best, second.clean) == ("a", None, None)
    assert thresholds([]) == []


def test_where_another_wish_is_above_all_nothing_is_clean() -> None:
    (found,) = thresholds(clicks([0.5, 0.6], [0.9]))
    assert found.clean is None


@pytest.mark.parametrize(
    ("right", "count", "low", "high"), [(8, 10, 0.490, 0.943), (30, 30, 0.886, 1), (0, 5, 0, 0.434)]
)
def test_the_interval_is_wilsons(right: int, count: int, low: float, high: float) -> None:
    assert wilson(right, count) == pytest.approx((low, high), abs=0.001)
