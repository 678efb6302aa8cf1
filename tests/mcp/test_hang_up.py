"""A caller who hangs up lets go of the renderer: seen at the renderer itself, over sockets all the way."""

import asyncio
import json
from urllib.parse import urlsplit

import pytest

from tests.fixtures.renderer import RendererProcess
from tests.fixtures.worker import eventually
from tests.mcp.conftest import Service

SLOW = (
    "void mainImage(out vec4 c, in vec2 p) {\n"
    "    float a = p.x + iTime;\n"
    "    for (int i = 0; i < 900; i++) a = sin(a) * 3.0 + fract(a);\n"
    "    c = vec4(a);\n"
    "}\n"
)
_META = {"io.modelcontextprotocol/protocolVersion": "2026-07-28", "io.modelcontextprotocol/clientCapabilities": {}}


async def _begun(url: str, path: str, key: str, body: dict[str, object], **headers: str) -> asyncio.StreamWriter:
    """A request that was sent and not answered."""
    place = urlsplit(url)
    _, writer = await asyncio.open_connection(place.hostname, place.port)
    content = json.dumps(body).encode()
    lines = [
        f"POST {path} HTTP/1.1",
        f"Host: {place.netloc}",
        f"Authorization: Bearer {key}",
        f"Content-Length: {len(content)}",
        "Content-Type: application/json",
        "Accept: application/json",
        *(f"{name.replace('_', '-')}: {value}" for name, value in headers.items()),
    ]
    writer.write("\r\n".join([*lines, "", ""]).encode() + content)
    await writer.drain()
    return writer


def _abandoned(renderer: RendererProcess) -> float:
    lines = renderer.client.get("/metrics").text.splitlines()
    counted = [line for line in lines if line.startswith("renderer_jobs_total") and 'outcome="abandoned"' in line]
    return sum(float(line.rpartition(" ")[2]) for line in counted)


def _busy(renderer: RendererProcess) -> bool:
    load = renderer.client.get("/load").json()
    return bool(load["busy"] + load["waiting"])


@pytest.mark.parametrize("way", ["mcp 2026-07-28", "mcp 2025-11-25", "api"])
async def test_who_hangs_up_lets_go_of_the_renderer(studio: Service, renderer: RendererProcess, way: str) -> None:
    key = await studio.key("read")
    renderer.wait_until_ready()
    before = _abandoned(renderer)
    order = {"source": SLOW, "times": [0, 1, 2, 3, 4, 5, 6, 7, 8], "width": 512}
    if way == "api":
        writer = await _begun(studio.api_url, "/api/v1/shaders/preview", key, order)
    else:
        params = {"name": "render_preview", "arguments": order, "_meta": _META}
        message = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}
        said = {"MCP_Protocol_Version": way.removeprefix("mcp "), "Mcp_Method": "tools/call"}
        writer = await _begun(studio.url, "/mcp", key, message, **said, Mcp_Name="render_preview")
    await eventually(lambda: _busy(renderer))
    writer.close()
    await eventually(lambda: _abandoned(renderer) > before)
    renderer.wait_until_ready()
