"""What is learnt from votes and dwell, and how it fades."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.core.feed.models import ForgottenKind
from services.core.feed.taste import (
    DWELL_WEIGHT,
    HALF_LIFE,
    MAX_TAGS,
    Signal,
    aged,
    decay,
    dwell_strength,
    learn,
    remembered,
)

NOW = datetime(2026, 6, 1, tzinfo=UTC)
tags = st.lists(st.sampled_from(["a", "b", "c", "d"]), max_size=4, unique=True).map(tuple)
signals = st.lists(
    st.builds(
        Signal,
        shader_id=st.sampled_from(["one", "two", "three"]),
        tags=tags,
        strength=st.floats(-1, 1),
        at=st.timedeltas(timedelta(0), timedelta(days=90)).map(lambda age: NOW - age),
    ),
    max_size=30,
)


@given(signals, st.timedeltas(timedelta(0), timedelta(days=60)))
def test_ageing_is_the_same_as_learning_later(history: list[Signal], later: timedelta) -> None:
    then = learn(history, now=NOW + later)
    assert aged(learn(history, now=NOW), since=NOW, now=NOW + later) == pytest.approx(then, abs=1e-12)


@given(signals, tags.filter(bool), st.floats(0.1, 1))
def test_liking_raises_every_tag_of_the_work(history: list[Signal], liked: tuple[str, ...], strength: float) -> None:
    before = learn(history, now=NOW)
    after = learn([*history, Signal("one", liked, strength, NOW)], now=NOW)
    for tag in liked:
        assert after.get(tag, 0.0) > before.get(tag, 0.0)


@given(st.integers(-(10**9), 10**9), st.integers(-(10**9), 10**9))
def test_dwell_is_bounded_and_rises(milliseconds: int, more: int) -> None:
    low, high = sorted((milliseconds, more))
    assert 0 <= dwell_strength(low) <= dwell_strength(high) <= DWELL_WEIGHT


def test_a_weight_halves_in_a_half_life() -> None:
    assert decay(HALF_LIFE) == pytest.approx(0.5)
    assert decay(timedelta(0)) == 1
    assert decay(timedelta(days=-5)) == 1


def test_the_strongest_tags_are_kept() -> None:
    history = [Signal("one", (f"tag{n}",), n / 100, NOW) for n in range(100)]
    weights = learn(history, now=NOW)
    assert len(weights) == MAX_TAGS
    assert "tag99" in weights
    assert "tag1" not in weights


@given(signals, st.sampled_from(["a", "b", "c", "d"]))
def test_a_forgotten_tag_is_liked_only_for_what_came_later(history: list[Signal], tag: str) -> None:
    until = NOW - timedelta(days=45)
    weights = learn(remembered(history, {(ForgottenKind.TAG, tag): until}), now=NOW)
    later = [one for one in history if one.at > until]
    assert weights.get(tag, 0.0) == pytest.approx(
        learn(remembered(later, {}), now=NOW).get(tag, 0.0) if later else 0.0, abs=1e-12
    )


@given(signals)
def test_a_forgotten_work_says_nothing(history: list[Signal]) -> None:
    kept = remembered(history, {(ForgottenKind.SHADER, "one"): NOW})
    assert kept == [one for one in history if one.shader_id != "one"]
