"""Titles, descriptions and tags are cleaned, or refused with a sentence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.core.kit.text import clean_line, clean_tags, clean_text, clean_title


def test_markup_is_text() -> None:
    assert clean_title("<script>alert(1)</script> & co") == "<script>alert(1)</script> & co"


def test_a_title_is_one_line_in_composed_form() -> None:
    assert clean_title("  Cafe\u0301 \n noir ") == "Caf\u00e9 noir"


@pytest.mark.parametrize("title", ["", " ", "\u200b", "\u200d\ufe0f", "a\0b", "a\u202eb", "\x07", "x" * 121])
def test_titles_that_cannot_be(title: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        clean_title(title)


@pytest.mark.parametrize("title", ["👋🏽", "שלום", "x" * 120, "½", "家族 👨‍👩‍👧"])
def test_titles_that_can_be(title: str) -> None:
    assert clean_title(title) == title


def test_a_text_keeps_its_lines() -> None:
    assert clean_text(" a\r\n\tb\rc \n") == "a\n\tb\nc"


@pytest.mark.parametrize(
    ("tags", "cleaned"),
    [
        (["Water", "water", "WATER"], ["water"]),
        (["#noise field", "ray_march"], ["noise-field", "ray-march"]),
        (["3d", " sdf "], ["3d", "sdf"]),
        ([f"t{n % 8}" for n in range(20)], [f"t{n}" for n in range(8)]),
    ],
)
def test_tags_have_one_form(tags: list[str], cleaned: list[str]) -> None:
    assert clean_tags(tags) == cleaned


@pytest.mark.parametrize("tag", ["", "-", "a--b", "-a", "a-", "é", "a/b", "x" * 41, "a\0"])
def test_tags_that_cannot_be(tag: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        clean_tags([tag])


@given(st.text(max_size=60))
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    for clean in (clean_line, clean_title, clean_text):
        try:
            cleaned = clean(text)
        except ValueError:
            continue
        assert clean(cleaned) == cleaned
        assert "\0" not in cleaned
