"""Shadertoy documents: there and back again, and what cannot be carried over."""

import re
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.contracts.shaders import AiLabel, ShaderPublic, VersionPublic, Visibility
from services.core.glsl.parameters import parse_parameters
from services.core.glsl.static_check import check_source
from services.core.kit.database import WriteSession
from services.core.kit.settings import LimitSettings
from services.core.shaders import read, write
from services.core.shaders.exchange import (
    ExportUnsupportedError,
    MalformedDocumentError,
    MultipassError,
    UsedInputError,
    baked,
    read_document,
    write_document,
)
from services.core.shaders.schemas import ImportRequest, ShaderCreate
from tests.factories import SOURCE, caller_of, make_user

PARAMETERS = """uniform float speed; // = 1.0 in [0.0, 4.0] step 0.1 "Speed"
uniform highp int count; // = 3 in [1, 9]
  uniform bool on;// = true
uniform vec3 tint; // = vec3(1.0, 0.5, 0.2) color
#iUniform float glow = 0.5 in {0.0, 2.0}
#iUniform color3 sky = color3(0.1, 0.2, 0.3)
"""


def document(code: str = SOURCE, **changes: Any) -> dict[str, Any]:
    """As Shadertoy's own export."""
    found: dict[str, Any] = {
        "ver": "0.1",
        "info": {
            "id": "XsX3zB",
            "date": "1360495251",
            "viewed": 12345,
            "name": "Sea",
            "username": "somebody",
            "description": "Waves",
            "likes": 10,
            "published": 3,
            "flags": 0,
            "tags": ["Ray March", "sea", "3d!"],
            "hasliked": 0,
        },
        "renderpass": [{"inputs": [], "outputs": [{"id": 37, "channel": 0}], "code": code, "type": "image"}],
    }
    return {**found, **changes}


def imported(found: Any, **fields: Any) -> Any:
    return read_document(ImportRequest(shadertoy=found, **fields))


async def work_of(
    session: WriteSession, source: str, values: dict[str, Any], **fields: Any
) -> tuple[ShaderPublic, VersionPublic]:
    """A published work, as it is read."""
    caller = caller_of(await make_user(session, handle="ada"))
    given = {"title": "Tide pool", "description": "Deep.", "tags": ["water"], "licence": "CC-BY-SA-4.0"}
    order = ShaderCreate(source=source, parameter_values=values, ai_label=AiLabel.AI_ASSISTED, **{**given, **fields})
    work = await write.create(session, caller, order, LimitSettings())
    return (
        await read.shader(session, caller, work.id),
        await read.version(session, caller, work.id, None),
    )


class TestImport:
    @pytest.mark.parametrize("wrap", [lambda d: d, lambda d: {"Shader": d}, lambda d: [d]])
    def test_one_image_pass_becomes_a_draft(self, wrap: Any) -> None:
        order = imported(wrap(document()))
        assert (order.source, order.title) == (SOURCE, "Sea")
        assert order.tags == ["ray-march", "sea", "3d"]
        assert order.visibility is Visibility.DRAFT
        assert order.licence == "all-rights-reserved"
        assert order.description == "Waves\n\nBy somebody on Shadertoy (shadertoy.com/view/XsX3zB)."

    def test_the_request_wins_over_the_document(self) -> None:
        order = imported(
            document(), title="Mine", licence="CC-BY-NC-SA-3.0", visibility="public", ai_label="ai-generated"
        )
        assert (order.title, order.licence, order.visibility) == ("Mine", "CC-BY-NC-SA-3.0", "public")
        assert order.ai_label is AiLabel.AI_GENERATED

    @pytest.mark.parametrize("types", [["common", "image"], ["image", "buffer"], ["image", "sound"], ["buffer"], []])
    def test_further_passes_are_refused_and_named(self, types: list[str]) -> None:
        passes = [{"type": kind, "code": SOURCE, "inputs": []} for kind in types]
        with pytest.raises((MultipassError, MalformedDocumentError)) as caught:
            imported(document(renderpass=passes))
        if types:
            assert caught.value.code == "import_multipass"
            assert caught.value.extra["passes"] == types

    def test_an_input_that_is_read_is_refused(self) -> None:
        inputs = [{"channel": 0, "ctype": "texture"}, {"channel": 1, "ctype": "keyboard"}]
        code = SOURCE + "vec4 a() { return texture(iChannel1, vec2(0.0)); } // iChannel0\n"
        with pytest.raises(UsedInputError) as caught:
            imported(document(renderpass=[{"type": "image", "code": code, "inputs": inputs}]))
        assert caught.value.extra["inputs"] == [{"channel": 1, "ctype": "keyboard"}]

    def test_an_input_that_is_not_read_is_left_out(self) -> None:
        inputs = [{"channel": 0, "ctype": "texture"}]
        assert imported(document(renderpass=[{"type": "image", "code": SOURCE, "inputs": inputs}])).source == SOURCE

    @pytest.mark.parametrize(
        "found",
        [
            {},
            [],
            [document(), document()],
            {"Shader": 3},
            {"Error": "Shader not found"},
            document(info={}),
            document(info={"name": ["x"]}),
            document(renderpass="image"),
            document(renderpass=[{"type": "image"}]),
            document(info={"name": "x" * 121}),
            document(info={"name": "a\u202eb"}),
        ],
    )
    def test_what_is_no_document_is_refused_with_the_place(self, found: Any) -> None:
        with pytest.raises(MalformedDocumentError) as caught:
            imported(found)
        assert caught.value.detail


class TestRoundTrip:
    async def test_all_that_we_know_comes_back(self, session: WriteSession) -> None:
        work, version = await work_of(session, PARAMETERS + SOURCE, {"speed": 2.5, "on": False})
        written = write_document(work, version, url="http://test/s/7YkQm2Xb4Ra")
        order = imported(written)
        assert order.source == version.source
        assert order.parameter_values == version.parameter_values
        for name in ("title", "description", "tags", "licence", "ai_label"):
            assert getattr(order, name) == getattr(work, name), name
        assert order.visibility is Visibility.DRAFT

    async def test_an_edit_of_the_code_is_never_lost(self, session: WriteSession) -> None:
        work, version = await work_of(session, PARAMETERS + SOURCE, {"speed": 2.5})
        written = write_document(work, version, url="")
        written["renderpass"][0]["code"] += "// edited elsewhere\n"
        assert imported(written).source == written["renderpass"][0]["code"]

    async def test_without_our_member_it_is_a_shadertoy_document(self, session: WriteSession) -> None:
        work, version = await work_of(session, SOURCE, {})
        written = write_document(work, version, url="")
        assert "source" not in written["fractafrag"]
        del written["fractafrag"]
        order = imported(written)
        assert order.source == SOURCE
        assert order.description.startswith("Deep.\n\nBy ada on Shadertoy")

    async def test_other_dialects_are_refused(self, session: WriteSession) -> None:
        work, version = await work_of(session, "out vec4 c; void main() { c = vec4(1.0); }", {})
        with pytest.raises(ExportUnsupportedError):
            write_document(work, version, url="")


class TestBaked:
    def test_parameters_become_constants_in_their_lines(self) -> None:
        code = baked(PARAMETERS + SOURCE, {"speed": 2.5, "on": False, "count": 99})
        assert code.split("\n")[:6] == [
            'const float speed = 2.5; // = 1.0 in [0.0, 4.0] step 0.1 "Speed"',
            "const int count = 9; // = 3 in [1, 9]",
            "  const bool on = false;// = true",
            "const vec3 tint = vec3(1.0, 0.5, 0.2); // = vec3(1.0, 0.5, 0.2) color",
            "const float glow = 0.5;",
            "const vec3 sky = vec3(0.1, 0.2, 0.3);",
        ]
        assert code.count("\n") == (PARAMETERS + SOURCE).count("\n")

    def test_what_is_in_a_comment_stays(self) -> None:
        source = "/*\nuniform float a; // = 2.0\n*/\nuniform float a; // = 1.0\n" + SOURCE
        lines = baked(source, {}).split("\n")
        assert (lines[1], lines[3]) == ("uniform float a; // = 2.0", "const float a = 1.0; // = 1.0")

    def test_a_source_of_many_lines_takes_bounded_time(self) -> None:
        source = "".join(f"uniform float a{n}; // = 1.0\n" for n in range(64)) + "x\n" * 31_000 + SOURCE
        started = time.process_time()
        assert baked(source, {}).count("const float") == 64
        assert time.process_time() - started < 1

    @given(st.floats(-1e30, 1e30, allow_nan=False))
    def test_every_number_is_written_as_a_float_of_the_language(self, value: float) -> None:
        source = f"uniform float a; // = {value!r} in [-1e31, 1e31]\n" + SOURCE
        (parameter,) = parse_parameters(source)
        line = baked(source, {"a": value}).split("\n")[0]
        written = line.removeprefix("const float a = ").split(";")[0]
        assert float(written) == parameter["default"]
        assert re.fullmatch(r"-?(\d+\.\d*|\d+(\.\d+)?e[-+]?\d+)", written)


async def test_what_is_exported_passes_the_gate(session: WriteSession) -> None:
    work, version = await work_of(session, PARAMETERS + SOURCE, {})
    code = write_document(work, version, url="")["renderpass"][0]["code"]
    assert check_source(code, 65_536).parameters == []
