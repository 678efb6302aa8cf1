"""POST /compile and the compile errors of POST /render."""

import threading

import pytest

from tests.fixtures.renderer import RendererProcess
from tests.renderer.shaders import DIALECTS, GRADIENT, HOSTILE, SLOW

pytestmark = pytest.mark.xdist_group("renderer")

BROKEN = "void mainImage(out vec4 c, in vec2 p) {\n  float a = 1.0;\n  c = vec4(missing, a, 0.0, 1.0);\n}"


def test_good_shader(renderer: RendererProcess) -> None:
    for dialect, source in DIALECTS.items():
        answer = renderer.compile(source).json()
        assert (answer["ok"], answer["dialect"], answer["errors"]) == (True, dialect, [])


@pytest.mark.parametrize("source", [BROKEN, "// one\n" + BROKEN.replace("\n", "\r\n")])
def test_errors_are_on_the_authors_lines(renderer: RendererProcess, source: str) -> None:
    expected = {"line": 3 + source.startswith("//"), "column": 12, "token": "missing"}
    answer = renderer.compile(source).json()
    assert answer["ok"] is False
    assert answer["errors"][0].items() >= expected.items()
    refusal = renderer.render(source)
    assert (refusal.status_code, refusal.json()["code"]) == (422, "compile_failed")
    assert refusal.headers["content-type"] == "application/problem+json"
    assert refusal.json()["errors"] == answer["errors"]


def test_unclosed_brace_is_on_one_of_the_authors_lines(renderer: RendererProcess) -> None:
    answer = renderer.compile(BROKEN.replace("missing", "a").removesuffix("}")).json()
    assert answer["ok"] is False
    assert 1 <= answer["errors"][0]["line"] <= 4


@pytest.mark.parametrize("source", ["", "float f(float x) { return x; }", "\0\x01 \u2028 ☃"])
def test_no_entry_point(renderer: RendererProcess, source: str) -> None:
    answer = renderer.compile(source).json()
    assert (answer["ok"], answer["dialect"]) == (False, None)
    refusal = renderer.render(source)
    assert (refusal.status_code, refusal.json()["code"]) == (422, "unknown_dialect")
    assert refusal.json()["errors"]


def test_directives_that_move_lines_are_refused(renderer: RendererProcess) -> None:
    for directive in ("#line 77", "#version 300 es"):
        errors = renderer.compile(f"{GRADIENT}\n{directive}\n").json()["errors"]
        assert errors[0]["line"] == 2


def test_parameters_are_listed(renderer: RendererProcess) -> None:
    source = 'uniform float speed; // = 1.0 in [0.0, 4.0] step 0.1 "Speed"\n' + GRADIENT
    (parameter,) = renderer.compile(source).json()["parameters"]
    assert parameter == {
        "name": "speed",
        "type": "float",
        "default": 1.0,
        "min": 0.0,
        "max": 4.0,
        "step": 0.1,
        "label": "Speed",
        "widget": "slider",
    }


def test_validation_does_not_wait_for_drawing(renderer: RendererProcess) -> None:
    drawing = threading.Thread(target=renderer.render, args=(SLOW,))
    drawing.start()
    for _ in range(10):
        assert renderer.compile(GRADIENT).json()["ok"]
    still_drawing = drawing.is_alive()
    drawing.join()
    assert still_drawing


def test_a_hostile_validation_does_not_hold_up_the_others(renderer: RendererProcess) -> None:
    def answered_meanwhile() -> int:
        hostile = threading.Thread(target=renderer.compile, args=(HOSTILE["macro bomb"][0],))
        hostile.start()
        answered = 0
        while hostile.is_alive():
            assert renderer.compile(GRADIENT).json()["ok"]
            answered += hostile.is_alive()
        return answered

    # The first may have come before the hostile one. A standby that is worn out just then is replaced, which takes
    # longer than the hostile one does; not each time.
    assert any(answered_meanwhile() > 1 for _ in range(6))


def test_no_more_errors_than_anybody_reads(renderer: RendererProcess) -> None:
    source = "void mainImage(out vec4 c, in vec2 p) {\n" + "  missing = 1.0;\n" * 300 + "}"
    answer = renderer.compile(source).json()
    assert 1 <= len(answer["errors"]) <= 50
    assert len(renderer.render(source).json()["errors"]) == len(answer["errors"])
