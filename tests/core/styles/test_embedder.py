"""A vector says what a work is like, and there is one for whatever people write."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.core.styles.code import Floats
from services.core.styles.embedder import DIM, Work, load, part_slices
from services.core.styles.models import DIM as STORED
from tests.core.styles.works import BLUE, RED, loop, still
from tests.factories import SOURCE

WAVES = """
// Rolling waves, after a sketch of mine.
float wave(vec2 place, float speed) { return sin(place.x * 3.0 + iTime * speed) * cos(place.y * 2.0); }
void mainImage(out vec4 color, in vec2 at) {
    vec2 place = at / iResolution.y;
    float height = wave(place, 1.0) + 0.5 * wave(place * 2.0, 1.7);
    color = vec4(0.0, 0.1 + 0.1 * height, 0.5 + 0.3 * height, 1.0);
}
"""
RENAMED = WAVES.replace("wave", "bump").replace("place", "q").replace("height", "h").replace("// Rolling", "// My")
MARCH = """
float map(vec3 p) { return length(mod(p, 2.0) - 1.0) - 0.3; }
void main() {
    vec3 ray = normalize(vec3(gl_FragCoord.xy / resolution - 0.5, 1.0)), p = vec3(0.0);
    for (int step = 0; step < 64; step++) { float d = map(p); if (d < 0.001) break; p += ray * d; }
    gl_FragColor = vec4(vec3(1.0 / (1.0 + length(p))), 1.0);
}
"""


def part(work: Work, name: str) -> Floats:
    return load().embed(work)[part_slices()[name]]


def cosine(one: Floats, other: Floats) -> float:
    return float(one @ other / np.linalg.norm(one) / np.linalg.norm(other))


@settings(max_examples=60, deadline=None)
@given(
    source=st.text(max_size=400),
    title=st.text(max_size=40),
    tags=st.lists(st.text(max_size=12), max_size=4),
    still=st.none() | st.binary(max_size=60),
    loop=st.none() | st.binary(max_size=60),
)
def test_whatever_people_write_has_a_vector(
    source: str, title: str, tags: list[str], still: bytes | None, loop: bytes | None
) -> None:
    vector = load().embed(Work(source, title, tags, still, loop))
    assert vector.shape == (DIM,) == (STORED,)
    assert np.isfinite(vector).all()
    assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-4) or not vector.any()


def test_the_same_work_has_the_same_vector() -> None:
    work = Work(WAVES, "Waves", ["water"], still(BLUE), loop(BLUE))
    assert load().embed(work).tobytes() == load().embed(work).tobytes()


def test_a_copy_with_edits_is_kin_and_another_program_is_not() -> None:
    kin = part(Work(WAVES.replace("1.7", "2.5") + "// and on\n"), "kinship")
    assert cosine(part(Work(WAVES), "kinship"), kin) > 0.8
    assert cosine(part(Work(WAVES), "kinship"), part(Work(MARCH), "kinship")) < 0.3


def test_names_do_not_change_the_kind_of_program() -> None:
    kinds = [part(Work(source), "kind") for source in (WAVES, RENAMED, MARCH)]
    assert cosine(kinds[0], kinds[1]) > 0.8 > cosine(kinds[0], kinds[2])


def test_other_forms_of_a_word_are_one_word() -> None:
    assert cosine(part(Work("", "Wave"), "words"), part(Work("", "The WAVES"), "words")) > 0.99
    assert abs(cosine(part(Work("", "Wave"), "words"), part(Work("", "Desert"), "words"))) < 0.6
    assert not part(Work("x", "of the"), "words").any()


def test_pictures_are_alike_by_colour_texture_and_motion() -> None:
    def picture(colour: tuple[int, int, int], stripes: int = 0, moving: bytes | None = None) -> Floats:
        return part(Work(SOURCE, still=still(colour, stripes=stripes), loop=moving), "pictures")

    blue = picture(BLUE)
    assert cosine(blue, picture((25, 50, 170))) > cosine(blue, picture(RED))
    striped = picture(BLUE, stripes=40)
    assert cosine(striped, picture(BLUE, stripes=36)) > cosine(striped, blue)
    moving = picture(BLUE, moving=loop(BLUE))
    assert cosine(moving, picture(BLUE, moving=loop((22, 44, 150)))) > cosine(moving, blue)


def test_a_part_that_says_nothing_leaves_the_others_their_say() -> None:
    vector = load().embed(Work(WAVES))
    spans = part_slices()
    assert not vector[spans["words"]].any()
    assert not vector[spans["pictures"]].any()
    assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-5)
