"""What a prompt is read as: the same words, in whichever language and spelling."""

import pytest

from services.core.embedding.load import load_guard
from services.core.embedding.reader import Term

READER = load_guard().reader


def terms(text: str) -> dict[str, Term]:
    return {term.stem: term for term in READER.read(text).terms}


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("gotas de lluvia en la ventana", "es"),
        ("gouttes de pluie sur la vitre", "fr"),
        ("Regentropfen am Fenster", "de"),
        ("gotas de chuva na janela", "pt"),
        ("raindrops on the window", "en"),
    ],
)
def test_five_languages_say_the_same(text: str, language: str) -> None:
    assert READER.read(text).language == language
    assert "window" in terms(text)
    assert {"rain", "raindrop"} & terms(text).keys()


def test_a_german_compound_is_split() -> None:
    assert {"light", "wave"} <= terms("eine Lichtwelle in der Nacht").keys()


def test_words_of_asking_are_dropped() -> None:
    assert terms("Hi, could someone please make a waterfall? Thanks!").keys() == terms("WATERFALL!!").keys()


def test_jargon_is_put_into_plain_words() -> None:
    read = terms("Gray-Scott")
    assert read["scott"].is_jargon
    assert read["organic"].is_expansion
    assert (read["organic"].start, read["organic"].end) == (0, 10)


def test_a_slip_of_the_finger_is_what_was_meant() -> None:
    assert "kaleidoscop" in terms("a kaleidosocpe")
    assert "mandelbrot" in terms("mandlebrot")


@pytest.mark.parametrize(
    ("slip", "meant"),
    [
        ("sreen", "screen"),
        ("rpples", "ripples"),
        ("coluoring", "colouring"),
        ("folows", "follows"),
    ],
)
def test_what_a_likely_slip_makes_goes_before_what_is_common(slip: str, meant: str) -> None:
    assert terms(slip).keys() == terms(meant).keys()


def test_a_negation_reaches_to_the_next_pause() -> None:
    read = terms("no clouds, blue sky")
    assert read["cloud"].is_negated
    assert not read["blue"].is_negated


@pytest.mark.parametrize("text", ["", "   ", "!?", "\0\ud800", "水の光", "a" * 500, "ß" * 200, "🎆🎆", "d'", "-" * 99])
def test_anything_can_be_read(text: str) -> None:
    for term in READER.read(text).terms:
        assert 0 <= term.start < term.end <= len(text)
