"""What reads strangers' text takes time in proportion to it: twice the text takes about twice the time.

Each reader is tried on texts of one repeated piece, behind a beginning that leads into an expression and before
an end that it does not expect. Only a text that takes long at all is tried at more lengths, so the test is quick;
what is compared is the processor's time.
"""

import itertools
import time
from collections.abc import Callable
from contextlib import suppress

import pytest

from services.core.accounts.common_passwords import is_common
from services.core.glsl.dialect import detect_dialect
from services.core.glsl.parameters import parse_parameters
from services.core.glsl.source import normalise
from services.core.glsl.static_check import check_source
from services.core.kit.errors import FractafragError
from services.core.kit.text import clean_tags, clean_text, clean_title
from services.core.shaders.exchange import baked
from services.core.styles.code import tokens
from services.web.server.encoding import accepts

BEGINNINGS = (
    *("", "uniform float a; // = ", "uniform vec2 a; // = vec2(", "uniform float a; // = 1 in [", "uniform float a"),
    *("uniform float a; // = 1 step ", 'uniform float a; // = 1 "', "#iUniform float a = ", "void main(", "#version "),
    "gzip",
)
PIECES = (
    *("1", "a", " ", "\t", "\n", ".", "-", "\\", "/", "*", "(", "#", '"', "1.", "1e", "a ", "1,", "-a", "/*", "\\\n"),
    *("uniform ", "uniform float a", "void mainImage(", "in [1,2] ", "#define a "),
)
REPEATS, NOT_WORTH_A_LOOK = 1_000, 0.005


def checked(source: str) -> None:
    with suppress(FractafragError):
        check_source(source, 10_000_000)


def cleaned(text: str) -> None:
    for clean in (clean_title, clean_text, lambda tag: clean_tags([tag])):
        with suppress(ValueError):
            clean(text)


def seconds(read: Callable[[str], object], text: str) -> float:
    started = time.process_time()
    read(text)
    return time.process_time() - started


def is_linear(read: Callable[[str], object], beginning: str, piece: str) -> bool:
    """Whether eight times the text takes less than 24 times as long; in quadratic time it takes 64 times."""
    text = beginning + piece * REPEATS + "x"
    if seconds(read, text) < NOT_WORTH_A_LOOK:
        return True
    longer = beginning + piece * REPEATS * 8 + "x"
    return min(seconds(read, longer) for _ in range(2)) < 24 * min(seconds(read, text) for _ in range(3))


def exported(source: str) -> None:
    baked(source, {})


def packs(header: str) -> bool:
    return accepts(header, "gzip")


SOURCES = (parse_parameters, detect_dialect, normalise, checked, exported, tokens)


@pytest.mark.parametrize("read", [*SOURCES, cleaned, is_common, packs])
def test_twice_the_text_takes_about_twice_the_time(read: Callable[[str], object]) -> None:
    pairs = itertools.product(BEGINNINGS, PIECES)
    assert next((pair for pair in pairs if not is_linear(read, *pair)), None) is None
