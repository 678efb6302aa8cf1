"""The value of a key: its form, and that nothing else is taken for one."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.core.keys.secret import PREFIX_LENGTH, digest, is_key, new_secret


def test_values_differ_and_have_the_form() -> None:
    values = {new_secret() for _ in range(1000)}
    assert len(values) == len({value[:PREFIX_LENGTH] + value[-8:] for value in values}) == 1000
    for value in values:
        assert re.fullmatch(r"ff_live_[A-Za-z0-9_-]{43}", value)
        assert is_key(value)
        assert re.fullmatch(r"[0-9a-f]{64}", digest(value) or "")


@pytest.mark.parametrize(
    "change", [lambda v: v + "\n", lambda v: v[:-1], lambda v: " " + v, str.upper, lambda v: v + v]
)
def test_a_changed_value_is_no_key(change: object) -> None:
    assert callable(change)
    assert digest(change(new_secret())) is None


@given(st.text())
def test_any_text_can_be_asked_about(text: str) -> None:
    for value in (text, "ff_live_" + text):
        assert digest(value) is None or re.fullmatch(r"ff_live_[A-Za-z0-9_-]{43}", value)
