"""An agent: the official MCP client, with a key in its headers, and results as tests like to read them."""

import asyncio
import base64
import contextlib
import functools
import io
import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any

import httpx2
import jsonschema
from mcp.client.client import Client
from mcp.client.streamable_http import streamable_http_client
from mcp_types import CallToolResult, ImageContent, TextContent
from PIL import Image

SEVERAL_MEGABYTES = 4_194_304
# Refusals that say when to send the same call again.
_WAITS = frozenset({"renderer_busy", "rate_limited"})

_check_schema = jsonschema.Draft202012Validator.check_schema


@functools.cache
def _checked(schema: str) -> None:
    _check_schema(json.loads(schema))


def _check_once(schema: Any, *_: Any) -> None:
    _checked(json.dumps(schema))


# Every client looks at the schemas of the tools anew, 30 ms for each, in the loop that serves all the others as well.
jsonschema.Draft202012Validator.check_schema = _check_once  # type: ignore[assignment,method-assign]


@dataclass
class Answer:
    """A tool's result. `error` is what a refusal holds."""

    data: dict[str, Any]
    error: dict[str, Any] | None
    images: list[ImageContent]
    text: str

    @property
    def picture(self) -> Image.Image:
        """The only picture, decoded."""
        [image] = self.images
        assert image.mime_type == "image/webp"
        return Image.open(io.BytesIO(base64.b64decode(image.data))).convert("RGB")


class Agent:
    """Calls tools by name."""

    def __init__(self, client: Client) -> None:
        self.client = client

    async def call(self, tool: str, **arguments: Any) -> Answer:
        """The result, which holds to what every result promises."""
        result = await self.client.call_tool(tool, arguments)
        assert isinstance(result, CallToolResult)
        return read(result)

    async def ok(self, tool: str, **arguments: Any) -> Answer:
        """The result of a call that is to succeed. As it is told, it waits for its turn and for renderers."""
        answer = await self.call(tool, **arguments)
        for _ in range(10):
            if answer.error is None or answer.error["code"] not in _WAITS:
                break
            await asyncio.sleep(answer.error["retry_after_seconds"])
            answer = await self.call(tool, **arguments)
        assert answer.error is None, answer.error
        return answer

    async def refused(self, tool: str, **arguments: Any) -> dict[str, Any]:
        """The refusal of a call that is to be refused."""
        answer = await self.call(tool, **arguments)
        assert answer.error is not None, answer.data
        assert answer.error["code"]
        assert answer.error["message"]
        assert answer.error["change"]
        return answer.error

    async def tools(self) -> list[str]:
        """The names of the tools, in their order."""
        return [tool.name for tool in (await self.client.list_tools()).tools]


def read(result: CallToolResult) -> Answer:
    """A result, checked for its form and size."""
    texts = [part.text for part in result.content if isinstance(part, TextContent)]
    images = [part for part in result.content if isinstance(part, ImageContent)]
    assert len(texts) + len(images) == len(result.content)
    [text] = texts
    assert len(text.encode()) <= 25_000
    assert all(len(image.data) * 3 // 4 <= 150_000 for image in images)
    content = json.loads(text)
    if result.is_error:
        assert result.structured_content is None
        return Answer({}, content["error"], images, text)
    assert result.structured_content == content
    return Answer(content, None, images, text)


@contextlib.asynccontextmanager
async def connected(
    url: str, key: str | None = None, *, mode: str = "auto", headers: Mapping[str, str] | None = None
) -> AsyncIterator[Agent]:
    """An agent at `url`. `mode`: a version of the protocol, `legacy` for the one before, `auto` to find out."""
    given = {**({"Authorization": f"Bearer {key}"} if key else {}), **(headers or {})}
    async with httpx2.AsyncClient(headers=given, timeout=60) as http:
        transport = streamable_http_client(url, http_client=http, max_sse_event_size=SEVERAL_MEGABYTES)
        async with Client(transport, mode=mode) as client:
            yield Agent(client)
