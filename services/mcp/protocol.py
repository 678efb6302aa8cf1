"""What our server corrects in the protocol around the tools: it claims what it does, and knows the cursors it gave out.

FastMCP claims of every server that it sends logs, has pages of its own (MCP Apps) and tells of lists that change; it
ignores cursors of lists that have one page, and gives each entry of a list a `_meta` of its own. Ours sends nothing
while a call runs and keeps no sessions, so there is nobody to tell. `correct(server)` changes that for the SDK's server
inside a FastMCP; what is not asked for by these few methods passes untouched.
"""

from collections.abc import Awaitable, Callable
from typing import Any, NoReturn

from fastmcp.apps.config import UI_EXTENSION_ID
from fastmcp.server.low_level import LowLevelServer
from mcp.server.context import CallNext, HandlerResult, ServerRequestContext
from mcp.server.lowlevel import NotificationOptions
from mcp.shared.exceptions import MCPError
from mcp_types import INVALID_PARAMS, METHOD_NOT_FOUND, SetLevelRequestParams
from pydantic import BaseModel

Context = ServerRequestContext[Any, Any]
_SET_LEVEL = "logging/setLevel"


def correct(server: LowLevelServer[Any]) -> None:
    """Do it, for all connections of `server`. After FastMCP has given it its handlers and before it serves."""
    server.notification_options = NotificationOptions()
    server.add_request_handler(_SET_LEVEL, SetLevelRequestParams, _no_logs)
    server.middleware.insert(0, _corrected)


async def _corrected(ctx: Context, call_next: CallNext) -> HandlerResult:
    correction = _CORRECTIONS.get(ctx.method)
    return await (call_next(ctx) if correction is None else correction(ctx, call_next))


async def _claims(ctx: Context, call_next: CallNext) -> HandlerResult:
    result = _wire(await call_next(ctx))
    capabilities = result["capabilities"]
    capabilities.pop("logging", None)
    extensions = capabilities.pop("extensions", {})
    extensions.pop(UI_EXTENSION_ID, None)
    if extensions:
        capabilities["extensions"] = extensions
    return result


async def _one_page(ctx: Context, call_next: CallNext) -> HandlerResult:
    if (ctx.params or {}).get("cursor") is not None:
        message = "This list has one page, so there is no such cursor. Ask without one."
        raise MCPError(INVALID_PARAMS, message, {"code": "invalid_cursor"})
    result = _wire(await call_next(ctx))
    for entries in result.values():
        if isinstance(entries, list):
            for entry in entries:
                entry.pop("_meta", None)
    return result


async def _no_logs(_: Context, params: SetLevelRequestParams) -> NoReturn:
    raise MCPError(METHOD_NOT_FOUND, "This server sends no logs.", {"method": _SET_LEVEL})


def _wire(result: HandlerResult) -> dict[str, Any]:
    if isinstance(result, BaseModel):
        return result.model_dump(by_alias=True, mode="json", exclude_none=True)
    return result or {}


_CORRECTIONS: dict[str, Callable[[Context, CallNext], Awaitable[HandlerResult]]] = {
    "initialize": _claims,
    "server/discover": _claims,
    "tools/list": _one_page,
    "prompts/list": _one_page,
    "resources/list": _one_page,
    "resources/templates/list": _one_page,
}
