"""What the official suite expects a server under test to have: tools, resources and prompts of each kind of content.

Names, texts and behaviours are the suite's own. `add_contents(server)` puts them beside the product's.
"""

import asyncio
import base64
import json
from typing import Any

from fastmcp import Context, FastMCP
from fastmcp.exceptions import ToolError
from fastmcp.prompts import Message
from fastmcp.tools import ToolResult
from mcp.shared.exceptions import MCPError
from mcp_types import (
    MISSING_REQUIRED_CLIENT_CAPABILITY,
    AudioContent,
    Completion,
    EmbeddedResource,
    EmptyResult,
    ImageContent,
    SetLevelRequestParams,
    TextContent,
    TextResourceContents,
)

from services.mcp.server import Server

# One red pixel, and a tenth of a millisecond of silence.
PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg=="
WAV = base64.b64encode(
    b"RIFF\x28\0\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0\x40\x1f\0\0\x80\x3e\0\0\x02\0\x10\0data\x04\0\0\0\0\0\0\0"
).decode()


def add_contents(server: FastMCP) -> None:
    """Add all of it."""
    _add_content_tools(server)
    _add_failing_tools(server)
    _add_slow_tools(server)
    _add_resources(server)
    _add_prompts(server)

    assert isinstance(server, Server)
    # The product sends no logs and says so; the suite's server takes a level.
    server.sdk.add_request_handler("logging/setLevel", SetLevelRequestParams, _set_level)

    @server.completion
    def complete(reference: Any, argument: Any, context: Any) -> Completion | None:
        if getattr(reference, "name", None) != "test_prompt_with_arguments":
            return None
        found = [word for word in ("paris", "park", "party") if word.startswith(argument.value)]
        return Completion(values=found, total=len(found), has_more=False)


async def _set_level(_: Any, params: SetLevelRequestParams) -> EmptyResult:
    return EmptyResult()


def _image() -> ImageContent:
    return ImageContent(type="image", data=PNG, mime_type="image/png")


def _embedded(uri: str, text: str, mime_type: str) -> EmbeddedResource:
    return EmbeddedResource(type="resource", resource=TextResourceContents(uri=uri, mime_type=mime_type, text=text))


def _add_content_tools(server: FastMCP) -> None:
    @server.tool(output_schema=None)
    def test_simple_text() -> str:
        """Text."""
        return "This is a simple text response for testing."

    @server.tool(output_schema=None)
    def test_image_content() -> ToolResult:
        """A picture."""
        return ToolResult(content=[_image()])

    @server.tool(output_schema=None)
    def test_audio_content() -> ToolResult:
        """A sound."""
        return ToolResult(content=[AudioContent(type="audio", data=WAV, mime_type="audio/wav")])

    @server.tool(output_schema=None)
    def test_embedded_resource() -> ToolResult:
        """A resource in the answer."""
        text = "This is an embedded resource content."
        return ToolResult(content=[_embedded("test://embedded-resource", text, "text/plain")])

    @server.tool(output_schema=None)
    def test_multiple_content_types() -> ToolResult:
        """Three kinds of content."""
        data = json.dumps({"test": "data", "value": 123})
        return ToolResult(
            content=[
                TextContent(type="text", text="Multiple content types test:"),
                _image(),
                _embedded("test://mixed-content-resource", data, "application/json"),
            ]
        )


def _add_failing_tools(server: FastMCP) -> None:
    @server.tool(output_schema=None)
    def test_error_handling() -> str:
        """An error."""
        raise ToolError("This tool intentionally returns an error for testing")

    @server.tool(output_schema=None)
    def test_missing_capability() -> str:
        """What only clients that can sample may call."""
        required: dict[str, Any] = {"requiredCapabilities": {"sampling": {}}}
        raise MCPError(MISSING_REQUIRED_CLIENT_CAPABILITY, "This tool needs a client that can sample", required)


def _add_slow_tools(server: FastMCP) -> None:
    @server.tool(output_schema=None)
    async def test_tool_with_logging(ctx: Context) -> str:
        """Says in three messages what it does."""
        await ctx.info("Tool execution started")
        await asyncio.sleep(0.05)
        await ctx.info("Tool processing data")
        await asyncio.sleep(0.05)
        await ctx.info("Tool execution completed")
        return "done"

    @server.tool(output_schema=None)
    async def test_logging_tool(ctx: Context) -> str:
        """Says something that nobody asked to hear."""
        await ctx.info("Not asked for")
        return "done"

    @server.tool(output_schema=None)
    async def test_tool_with_progress(ctx: Context) -> str:
        """Says how far it is."""
        for progress in (0, 50, 100):
            await ctx.report_progress(progress, 100)
            await asyncio.sleep(0.05)
        return "done"


def _add_resources(server: FastMCP) -> None:
    @server.resource("test://static-text", mime_type="text/plain")
    def static_text() -> str:
        """A text."""
        return "This is the content of the static text resource."

    @server.resource("test://static-binary", mime_type="image/png")
    def static_binary() -> bytes:
        """Bytes."""
        return base64.b64decode(PNG)

    @server.resource("test://watched-resource", mime_type="text/plain")
    def watched() -> str:
        """One that could change."""
        return "This resource is watched."

    @server.resource("test://template/{id}/data", mime_type="application/json")
    def template(id: str) -> str:
        """One by its id."""
        return json.dumps({"id": id, "templateTest": True, "data": f"Data for ID: {id}"})


def _add_prompts(server: FastMCP) -> None:
    @server.prompt
    def test_simple_prompt() -> str:
        """No arguments."""
        return "This is a simple prompt for testing."

    @server.prompt
    def test_prompt_with_arguments(arg1: str, arg2: str) -> str:
        """Two arguments."""
        return f"Prompt with arguments: arg1='{arg1}', arg2='{arg2}'"

    @server.prompt
    def test_prompt_with_embedded_resource(resourceUri: str) -> list[Message]:  # noqa: N803 -- the suite's name
        """A resource in the prompt."""
        embedded = _embedded(resourceUri, "Embedded resource content for testing.", "text/plain")
        return [Message(embedded), Message("Please process the embedded resource above.")]

    @server.prompt
    def test_prompt_with_image() -> list[Message]:
        """A picture in the prompt."""
        return [Message(_image()), Message("Please analyze the image above.")]
