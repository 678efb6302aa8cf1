"""The laws of the hot score."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.core.ranking.hot import EPOCH, SECONDS_PER_FACTOR_TEN, hot_score

counts = st.integers(0, 10**7)
times = st.datetimes(datetime(2015, 1, 1), datetime(2060, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 -- see timezones


@given(counts, counts, counts, counts, times)
def test_a_greater_score_is_never_colder(up: int, down: int, other_up: int, other_down: int, at: datetime) -> None:
    if up - down >= other_up - other_down:
        assert hot_score(up, down, at) >= hot_score(other_up, other_down, at)


@given(counts, counts, times)
def test_only_the_difference_counts(up: int, down: int, at: datetime) -> None:
    common = min(up, down)
    assert hot_score(up, down, at) == hot_score(up - common, down - common, at)


@given(counts, counts, times, st.integers(1, 10**9))
def test_later_is_hotter(up: int, down: int, at: datetime, seconds: int) -> None:
    assert hot_score(up, down, at + timedelta(seconds=seconds)) > hot_score(up, down, at)


@given(st.integers(1, 10**6), times)
def test_ten_times_the_score_is_worth_45000_seconds(score: int, at: datetime) -> None:
    later = at + timedelta(seconds=SECONDS_PER_FACTOR_TEN)
    assert hot_score(10 * score, 0, at) == pytest.approx(hot_score(score, 0, later), abs=1e-6)


def test_a_fresh_work_has_its_time_only() -> None:
    assert hot_score(0, 0, EPOCH) == 0.0
    assert hot_score(1, 0, EPOCH) == 0.0
    assert hot_score(100, 0, EPOCH) == pytest.approx(2.0)
    assert hot_score(0, 100, EPOCH) == pytest.approx(-2.0)
    assert hot_score(0, 0, EPOCH + timedelta(seconds=90_000)) == pytest.approx(2.0)
