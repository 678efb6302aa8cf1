"""Inputs that real use found to go wrong, each with its right answer (its first line tells the story)."""

import json
import socket
import time
from pathlib import Path

import pytest

from services.core.glsl.static_check import SourceRefusedError, check_source
from tests.fixtures.renderer import SHORT_LIMITS, RendererProcess, running_renderer
from tests.renderer.shaders import GRADIENT

pytestmark = pytest.mark.xdist_group("renderer")

CASES = Path(__file__).parent / "cases"


@pytest.mark.parametrize("name", ["07-own-name-ff-color.frag", "09-main-in-a-macro.frag"])
def test_is_drawn(renderer: RendererProcess, name: str) -> None:
    reply = renderer.render((CASES / name).read_text())
    assert reply.status_code == 200, reply.text
    assert reply.json()["still"]["flat"] is False


@pytest.mark.parametrize(
    ("name", "line", "words"),
    [
        ("04-uniform-block.frag", 4, "uniform block Light"),
        ("05-output-location-1.frag", 4, "the picture is output 0"),
        ("06-integer-output-0.frag", 4, "must be a vec4 instead of ivec4"),
    ],
)
def test_what_would_be_black_is_refused(renderer: RendererProcess, name: str, line: int, words: str) -> None:
    reply = renderer.render((CASES / name).read_text())
    assert (reply.status_code, reply.json()["code"]) == (422, "compile_failed")
    (error,) = reply.json()["errors"]
    assert error["line"] == line
    assert words in error["message"]


def test_an_output_that_only_macros_name_is_refused_too(renderer: RendererProcess) -> None:
    source = (CASES / "06-integer-output-0.frag").read_text()
    reply = renderer.render(source.replace("out ivec4", "O").replace("precision", "#define O out ivec4\nprecision", 1))
    assert (reply.status_code, reply.json()["code"]) == (422, "compile_failed")


def test_a_later_time_over_the_limit_does_not_cost_the_still(renderer: RendererProcess) -> None:
    reply = renderer.render((CASES / "03-later-time-over-the-limit.frag").read_text(), preview={})
    assert reply.status_code == 200, reply.text
    answer = reply.json()
    assert (answer["animated"], answer["still"]["time"], answer["still"]["flat"]) == (True, 1.0, False)
    assert answer["preview_skipped"] in ("timeout", "renderer_slow")


def test_a_division_that_crashes_the_driver_is_drawn_with_a_guard(renderer: RendererProcess) -> None:
    reply = renderer.render((CASES / "01-int-min-divided.frag").read_text())
    assert reply.status_code == 200, reply.text
    red, green, blue = bytes.fromhex(reply.json()["still"]["average_color"][1:])
    assert (red, green, blue) == (0, 128, 0)


def test_what_crashes_the_driver_each_time_is_the_shaders_fault(renderer: RendererProcess) -> None:
    before = renderer.render(GRADIENT).json()["still"]["data"]
    renderer.wait_until_ready()
    source = (CASES / "01-int-min-divided.frag").read_text()
    reply = renderer.render(source.replace("c.r = float(lowest / (zero - 1))", "c.r = float(lowest /= zero - 1)"))
    assert (reply.status_code, reply.json()["code"]) == (422, "gpu_crash")
    assert "-2147483648" in reply.json()["errors"][0]["message"]
    renderer.wait_until_ready()
    assert renderer.render(GRADIENT).json()["still"]["data"] == before


@pytest.mark.parametrize(
    ("name", "language"),
    [
        ("10-wgsl.txt", "this is WGSL"),
        ("11-isf.fs", "this is ISF"),
        ("12-shadertoy-export.json", "Shadertoy in JSON, with the passes: image"),
        ("13-godot.gdshader", "Godot's shading language"),
        ("14-sound.frag", "sound shader"),
    ],
)
def test_another_language_is_named(renderer: RendererProcess, name: str, language: str) -> None:
    source = (CASES / name).read_text()
    reply = renderer.render(source)
    assert reply.status_code == 422
    with pytest.raises(SourceRefusedError) as caught:
        check_source(source, 65_536)
    assert caught.value.code == "unknown_dialect"
    messages = [reply.json()["errors"][0]["message"], caught.value.findings[0].message]
    assert all(language in message for message in messages)


def test_a_slow_body_holds_nothing(tmp_path: Path) -> None:
    head = (CASES / "16-slow-body.txt").read_text().partition("\n")[2].partition("\n\n")[0]
    with running_renderer(tmp_path, {**SHORT_LIMITS, "body_seconds": 1}) as own:
        with socket.create_connection(("127.0.0.1", int(own.url.rpartition(":")[2]))) as caller:
            caller.settimeout(10)
            started = time.monotonic()
            caller.sendall(head.replace("\n", "\r\n").encode() + b"\r\n\r\n{")
            received = b""
            while part := caller.recv(4096):
                received += part
        assert time.monotonic() - started < 8
        status, _, rest = received.partition(b"\r\n")
        assert status.startswith(b"HTTP/1.1 408")
        assert json.loads(rest.partition(b"\r\n\r\n")[2])["code"] == "slow_body"
        own.process.terminate()
        assert own.process.wait(15) == 0
