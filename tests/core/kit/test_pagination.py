"""Cursors round-trip, and refuse what is not theirs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.core.kit.pagination import InvalidCursorError, decode_cursor, encode_cursor


@given(st.text(), st.integers(), st.floats(allow_nan=False, allow_infinity=False))
def test_a_cursor_gives_its_key_back(text: str, number: int, score: float) -> None:
    cursor = encode_cursor("new", text, number, score)
    assert decode_cursor("new", cursor, str, int, float) == [text, number, score]


@given(st.text(max_size=60))
def test_any_other_text_is_refused(text: str) -> None:
    with pytest.raises(InvalidCursorError):
        decode_cursor("new", text, str)


@pytest.mark.parametrize("types", [(str,), (str, int, int), (int, str), ()])
def test_a_cursor_of_another_shape_is_refused(types: tuple[type, ...]) -> None:
    with pytest.raises(InvalidCursorError):
        decode_cursor("new", encode_cursor("new", "a", 1), *types)


def test_a_cursor_of_another_list_is_refused() -> None:
    with pytest.raises(InvalidCursorError):
        decode_cursor("top", encode_cursor("new", "a"), str)


def test_true_is_no_number() -> None:
    with pytest.raises(InvalidCursorError):
        decode_cursor("new", encode_cursor("new", True), int)
