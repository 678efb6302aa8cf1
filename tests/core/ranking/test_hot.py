"""The laws of the hot score."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.core.ranking.hot import EPOCH, FULL_WEIGHT, SECONDS_PER_FACTOR_TEN, hot_score

scores = st.integers(-(10**9), 10**9)
times = st.datetimes(datetime(2015, 1, 1), datetime(2060, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 -- see timezones


@given(scores, scores, times)
def test_a_greater_score_is_never_colder(score: int, other: int, at: datetime) -> None:
    if score >= other:
        assert hot_score(score, at) >= hot_score(other, at)


@given(scores, times, st.integers(1, 10**9))
def test_later_is_hotter(score: int, at: datetime, seconds: int) -> None:
    assert hot_score(score, at + timedelta(seconds=seconds)) > hot_score(score, at)


@given(st.integers(100, 10**6), times)
def test_ten_times_the_votes_are_worth_45000_seconds(votes: int, at: datetime) -> None:
    later = at + timedelta(seconds=SECONDS_PER_FACTOR_TEN)
    assert hot_score(10 * votes * FULL_WEIGHT, at) == pytest.approx(hot_score(votes * FULL_WEIGHT, later), abs=0.005)


def test_a_fresh_work_has_its_time_only() -> None:
    assert hot_score(0, EPOCH) == 0.0
    assert hot_score(9 * FULL_WEIGHT, EPOCH) == pytest.approx(1.0)
    assert hot_score(-9 * FULL_WEIGHT, EPOCH) == pytest.approx(-1.0)
    assert hot_score(0, EPOCH + timedelta(seconds=90_000)) == pytest.approx(2.0)


def test_a_tenth_of_a_vote_is_worth_something() -> None:
    assert hot_score(FULL_WEIGHT // 10, EPOCH) > hot_score(0, EPOCH)
