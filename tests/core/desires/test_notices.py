"""The beginning of a desire as notices name it."""

from uuid import uuid4

import pytest

from services.core.desires.models import Desire
from services.core.desires.notices import brief
from services.core.kit.tables import utc_now


@pytest.mark.parametrize(
    ("prompt", "said"),
    [
        ("Rain on\n a  window", "Rain on a window"),
        (
            "Rain running down a window at night, with blurred city lights",
            "Rain running down a window at night, with blurred city…",
        ),
        ("Rain on a window of a small house; " + "x" * 60, "Rain on a window of a small house…"),
        ("x" * 80, "x" * 59 + "…"),
    ],
)
def test_a_long_wish_ends_with_a_word(prompt: str, said: str) -> None:
    assert brief(Desire(author_id=uuid4(), prompt=prompt, expires_at=utc_now())) == said
