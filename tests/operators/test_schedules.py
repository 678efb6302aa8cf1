"""Schedules raise the least and the warm replicas in their zone's time."""

from datetime import UTC, datetime

import pytest
from pydantic import ValidationError

from operators.renderer.schedules import Bounds, bounds
from tests.operators.specs import spec

OFFICE = {"timeZone": "Europe/Berlin", "start": "0 8 * * 1-5", "end": "0 18 * * 1-5", "minReplicas": 2}


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "low"),
    [
        ("2026-03-02T06:59:59", 0),
        ("2026-03-02T07:00:00", 2),
        ("2026-03-02T16:59:59", 2),
        ("2026-03-02T17:00:00", 0),
        ("2026-03-07T10:00:00", 0),
        ("2026-07-01T06:00:00", 2),  # summer time: 8 o'clock in Berlin is 6 in UTC
        ("2026-07-01T16:00:00", 0),
    ],
)
def test_office_hours(moment: str, low: int) -> None:
    assert bounds(spec(schedules=[OFFICE]), at(moment)).low == low


def test_a_night_crosses_midnight() -> None:
    night = {"start": "0 22 * * *", "end": "0 6 * * *", "warmReplicas": 1}
    nightly = spec(schedules=[night])
    assert bounds(nightly, at("2026-03-02T23:00:00")).warm == 1
    assert bounds(nightly, at("2026-03-02T05:00:00")).scheduled
    assert not bounds(nightly, at("2026-03-02T12:00:00")).scheduled


def test_the_highest_of_several_counts() -> None:
    always = {"start": "0 0 * * *", "end": "59 23 * * *", "minReplicas": 1, "warmReplicas": 3}
    both = spec(schedules=[OFFICE, always], maxReplicas=5)
    assert bounds(both, at("2026-03-02T12:00:00")) == Bounds(low=2, high=5, warm=3, scheduled=True)


@pytest.mark.parametrize("wrong", [{"timeZone": "Europe/Atlantis"}, {"timeZone": "../x"}, {"start": "61 * * * *"}])
def test_what_means_nothing_is_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        spec(schedules=[OFFICE | wrong])


def test_a_start_that_never_comes_is_refused() -> None:
    with pytest.raises(ValidationError, match="comes true"):
        spec(schedules=[OFFICE | {"start": "0 0 31 2 *"}])
