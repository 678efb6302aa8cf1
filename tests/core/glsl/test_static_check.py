"""The static check refuses what could deceive or do harm, with the right line, and lets every real shader pass."""

import time
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.core.glsl import static_check
from services.core.glsl.static_check import CheckedSource, SourceRefusedError
from services.core.kit.errors import FractafragError

LIMIT = 65_536
IMAGE = "void mainImage(out vec4 c, in vec2 p) { c = vec4(1.0); }\n"


def check(source: str) -> CheckedSource:
    return static_check.check_source(source, LIMIT)


def refusal(source: str) -> SourceRefusedError:
    with pytest.raises(SourceRefusedError) as caught:
        check(source)
    return caught.value


def lines(source: str) -> list[int]:
    return [finding.line for finding in refusal(source).findings]


class TestSize:
    @pytest.mark.parametrize("source", ["", " \n\t\n", "\ufeff", "\r\n"])
    def test_an_empty_source_is_refused(self, source: str) -> None:
        assert refusal(source).code == "source_empty"

    def test_bytes_count_and_not_characters(self) -> None:
        fits = IMAGE + "//" + "é" * ((LIMIT - len(IMAGE) - 2) // 2)
        assert len(fits.encode()) in (LIMIT, LIMIT - 1)
        assert check(fits).source == fits
        with pytest.raises(static_check.SourceTooLargeError) as caught:
            check(fits + "éé")
        assert caught.value.status == 413
        assert caught.value.extra == {"limit": LIMIT, "size": len(fits.encode()) + 4}


class TestCharacters:
    @pytest.mark.parametrize("char", ["\0", "\x01", "\x0c", "\x1b", "\x7f", "\x85", "\u202e", "\u2066", "\ud800"])
    def test_what_is_no_text_is_refused(self, char: str) -> None:
        error = refusal(IMAGE + "\n// a" + char)
        assert error.code == "control_character"
        assert (error.findings[0].line, error.findings[0].column) == (3, 5)

    def test_accents_emoji_and_tabs_pass(self) -> None:
        assert check("\t// héllo 👋🏽 שלום\n" + IMAGE).dialect == "shadertoy"

    def test_line_ends_are_kept_as_one_form(self) -> None:
        assert check("\ufeff// a\r\n// b\r" + IMAGE).source == "// a\n// b\n" + IMAGE


class TestDirectives:
    @pytest.mark.parametrize(
        ("source", "line"),
        [
            ("#line 7\n", 1),
            ("\n  #  line 7 2\n", 2),
            ("\n#/* a */line 7\n", 2),
            ("\n/* a\nb */ #line 7\n", 3),
            ("\n#/* a\nb */line 7\n", 2),
            ("#\\\nline 7\n", 1),
            ("\n#li\\\nne 7\n", 2),
            ("\\\n\\\n#line 7\n", 3),
            ("// ends in a backslash \\\n#line 7\n", 2),
            ("/* a *\\\n/ #line 7\n", 2),
            ("/\\\n* a */ #line 7 /* */\n", 2),
            ("#define A B \\\n#line 7\n", 2),
            ("#\u00a0line 7\n", 1),
            ("\u200b#line 7\n", 1),
            ("#line\\\n 7\n", 1),
            ("/* open */ /* \n\n */ // #line 8\n#line 7", 4),
        ],
    )
    def test_line_is_refused_however_it_is_written(self, source: str, line: int) -> None:
        error = refusal(source + IMAGE)
        assert error.code == "line_directive"
        assert error.findings[0].line == line

    @pytest.mark.parametrize(
        "source",
        [
            "// #line 7\n",
            "/* #line 7\n#line 8 */\n",
            "#define line 7\n",
            "int line = 7;\n",
            "#pragma line 7\n",
            "#if line\n",
        ],
    )
    def test_what_only_looks_like_it_passes(self, source: str) -> None:
        assert check(source + IMAGE).source == source + IMAGE

    @pytest.mark.parametrize(
        "version",
        [
            "#version 300 es",
            "#version 100",
            "  #  version\t300  es // why",
            "// head\n\n#version 300 es",
            "#version/**/100",
        ],
    )
    def test_a_leading_version_of_the_web_passes(self, version: str) -> None:
        assert check(f"{version}\nout vec4 c; void main() {{ c = vec4(1.0); }}").dialect in ("es300", "es100")

    @pytest.mark.parametrize(
        "source",
        [
            "#version 330\n",
            "#version 300\n",
            "#version 100 es\n",
            "#version 310 es\n",
            "#version 300 es core\n",
            "#version\n",
            "int a;\n#version 300 es\n",
            "#version 300 es\n#version 300 es\n",
            "#define A\n#version 300 es\n",
            "#version 300 /*\n*/ es 2\n",
        ],
    )
    def test_any_other_version_is_refused(self, source: str) -> None:
        assert refusal(source + IMAGE).code == "version_directive"

    def test_include_is_refused(self) -> None:
        assert refusal('#include "lygia/math.glsl"\n' + IMAGE).code == "include_directive"

    @pytest.mark.parametrize(
        ("directive", "passes"),
        [
            ("#extension GL_OES_standard_derivatives : enable", True),
            ("#extension GL_OES_standard_derivatives: require // yes", True),
            ("#extension all : warn", True),
            ("#extension all : require", False),
            ("#extension GL_OES_standard_derivatives", False),
            ("#extension GL_OES_standard_derivatives : maybe", False),
            ("#extension a\n", False),
        ],
    )
    def test_extension_has_to_be_well_formed(self, directive: str, passes: bool) -> None:
        if passes:
            assert check(f"{directive}\n{IMAGE}").dialect == "shadertoy"
        else:
            assert refusal(f"{directive}\n{IMAGE}").code == "extension_directive"

    def test_all_findings_are_told_in_order(self) -> None:
        error = refusal("#include <a>\n#line 1\n\n#version 440\n#extension all : require\n" + IMAGE)
        assert error.code == "include_directive"
        assert [finding.line for finding in error.findings] == [1, 2, 4, 5]
        assert [each["line"] for each in error.extra["errors"]] == [1, 2, 4, 5]

    def test_findings_are_bounded(self) -> None:
        assert len(lines("#line 1\n" * 5000 + IMAGE)) == static_check.MAX_FINDINGS


class TestDialect:
    @pytest.mark.parametrize("source", ["hello", "// only a comment", "void main() {}", "int a;"])
    def test_what_has_no_entry_point_is_refused(self, source: str) -> None:
        assert refusal(source).code == "unknown_dialect"

    def test_parameters_come_with_it(self) -> None:
        checked = check("uniform float speed; // = 1.0 in [0.0, 4.0]\n" + IMAGE)
        assert [parameter["name"] for parameter in checked.parameters] == ["speed"]


@given(st.text(alphabet=st.sampled_from(list("#/*\\\n \tline0123version{}();\0")), max_size=80))
def test_anything_is_taken_or_refused_with_a_line(source: str) -> None:
    findings = []
    try:
        check(source + IMAGE)
    except SourceRefusedError as error:
        findings = error.findings
    assert all(1 <= finding.line <= (source + IMAGE).count("\n") + 1 for finding in findings)


HARD = {
    "spaces in main": "void main(" + " " * 65_000,
    "uniforms": "void main(){}" + "uniform lowp " * 5_000,
    "uniform and spaces": "void main(){}uniform a" + " " * 65_000,
    "hashes": "#" * 65_000,
    "directives": "#line\n" * 10_000,
    "hash and spaces": ("#" + " " * 200) * 320,
    "comments": "/**/" * 16_000,
    "open comments": "/*" * 32_000,
    "slashes": "/" * 65_000,
    "continuations": "\\\n" * 32_000,
    "continued directives": "\\\n#line " * 8_000,
    "new lines": "\n" * 65_000 + "a",
    "nested": "void mainImage(" * 4_000,
    "parameters": 'uniform vec4 a; // = vec4(1,1,1,1) in [1,2] step 1 "a"\n' * 1_100,
    "annotation": "uniform float a; // = 1.0 " + "in [1,2] " * 7_000,
}


@pytest.mark.parametrize("name", HARD)
def test_hard_sources_take_bounded_time(name: str) -> None:
    started = time.process_time()
    with suppress(FractafragError):
        check(HARD[name])
    assert time.process_time() - started < 1
