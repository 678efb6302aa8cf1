"""A tool: arguments checked by a pydantic model, a coroutine that does it, a small result.

    @tool(title="Search shaders", scope=None, toolset="read")
    async def search_shaders(backend: Backend, arguments: SearchArguments) -> Result[Listing]:
        '''What an agent reads about it.'''

makes a `ToolSpec`, and `ApiTool.of(spec, backend, identities)` what FastMCP serves. Unknown arguments are refused. What
goes wrong is a result with `isError` that says what to change (tool_errors.py); an unexpected error is logged by its
place and kind, never by its text.
"""

import inspect
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Generic, Literal, TypeVar, get_args, get_type_hints

import structlog
from fastmcp.tools.base import Tool, ToolResult
from mcp_types import ImageContent, TextContent, ToolAnnotations
from mcp_types import Tool as McpTool
from prometheus_client import Counter, Histogram
from pydantic import BaseModel, ConfigDict, PrivateAttr, ValidationError

from services.core.kit.asgi import AbandonedError
from services.core.kit.observability import place_of
from services.mcp.api_client import ApiDownError, ApiProblemError
from services.mcp.backend import Backend
from services.mcp.calls import Call, current_call
from services.mcp.identity import Identities
from services.mcp.schemas import input_schema, output_schema
from services.mcp.text import RESULT_BYTES
from services.mcp.tool_errors import ToolCallError, error_of_arguments, error_of_outage, error_of_problem, error_text

log = structlog.get_logger("mcp.tools")

CALLS = Counter("mcp_tool_calls_total", "Tool calls by what came of them.", ["tool", "outcome"])
SECONDS = Histogram(
    "mcp_tool_duration_seconds",
    "Time that a tool call took, the API's answer included.",
    ["tool"],
    buckets=(0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
)

Toolset = Literal["read", "write"]
Scope = Literal["read", "write", "bounty"]
Output = TypeVar("Output", bound=BaseModel)
ArgumentsT = TypeVar("ArgumentsT", bound="Arguments")


class Arguments(BaseModel):
    """Arguments of a tool; one that it does not know is refused."""

    model_config = ConfigDict(extra="forbid")


@dataclass(slots=True)
class Result(Generic[Output]):
    """What a tool gives: data, and pictures for those who can see."""

    data: Output
    pictures: list[ImageContent] = field(default_factory=list)


Run = Callable[[Backend, Any], Awaitable[Result[Any]]]


@dataclass(frozen=True, slots=True)
class ToolSpec:
    """A tool as it is declared. `scope` is what its callers need; None: anybody may call it."""

    name: str
    title: str
    description: str
    toolset: Toolset
    scope: Scope | None
    destructive: bool
    open_world: bool
    arguments: type[Arguments]
    output: type[BaseModel]
    run: Run


def tool(
    *, title: str, toolset: Toolset, scope: Scope | None, destructive: bool = False, open_world: bool = True
) -> Callable[[Callable[[Backend, ArgumentsT], Awaitable[Result[Output]]]], ToolSpec]:
    """Make a tool out of a coroutine function, whose docstring is its description."""

    def make(run: Callable[[Backend, ArgumentsT], Awaitable[Result[Output]]]) -> ToolSpec:
        hints = get_type_hints(run)
        return ToolSpec(
            name=run.__name__,
            title=title,
            description=" ".join((inspect.getdoc(run) or "").split()),
            toolset=toolset,
            scope=scope,
            destructive=destructive,
            open_world=open_world,
            arguments=hints["arguments"],
            output=get_args(hints["return"])[0],
            run=run,
        )

    return make


class ApiTool(Tool):
    """What FastMCP serves for a `ToolSpec`."""

    _spec: ToolSpec = PrivateAttr()
    _backend: Backend = PrivateAttr()
    _identities: Identities = PrivateAttr()

    @classmethod
    def of(cls, spec: ToolSpec, backend: Backend, identities: Identities) -> "ApiTool":
        """The tool that asks the API of `backend`."""
        made = cls(
            name=spec.name,
            title=spec.title,
            description=spec.description,
            parameters=input_schema(spec.arguments),
            output_schema=output_schema(spec.output),
            annotations=ToolAnnotations(
                read_only_hint=spec.toolset == "read",
                destructive_hint=spec.destructive,
                idempotent_hint=True,
                open_world_hint=spec.open_world,
            ),
        )
        made._spec, made._backend, made._identities = spec, backend, identities
        return made

    def to_mcp_tool(self, **overrides: Any) -> McpTool:
        """As FastMCP does it, without its own `_meta`, which would only lengthen the list."""
        return super().to_mcp_tool(**overrides, _meta=None)

    def shown_to(self, call: Call) -> bool:
        """Whether the caller can use it, and wants to see it."""
        return call.tool_filter.allows(self.name, self._spec.toolset) and call.has(self._spec.scope)

    async def run(self, arguments: dict[str, Any]) -> ToolResult:
        """Do it, and count it."""
        call, started = current_call(), time.perf_counter()
        try:
            result = _result(await self._call(call, arguments))
            outcome = "ok"
        except ToolCallError as error:
            outcome, result = "refused", _error(error.content)
        except ApiProblemError as problem:
            if problem.status == 401:
                self._identities.forget(call)
            outcome = "unavailable" if problem.status >= 500 else "refused"
            source = arguments.get("source")
            result = _error(error_of_problem(problem, source if isinstance(source, str) else None))
        except ApiDownError:
            outcome, result = "unavailable", _error(error_of_outage())
        except AbandonedError:
            outcome, result = "abandoned", _error(_INTERNAL)  # Nobody reads it.
        except Exception as error:
            _log_unexpected(self.name, error)
            outcome, result = "failed", _error(_INTERNAL)
        call.tool, call.outcome = self.name, outcome
        CALLS.labels(self.name, outcome).inc()
        SECONDS.labels(self.name).observe(time.perf_counter() - started)
        return result

    async def _call(self, call: Call, arguments: dict[str, Any]) -> Result[Any]:
        spec = self._spec
        if not call.tool_filter.allows(self.name, spec.toolset):
            raise _excluded(self.name, call)
        if not call.has(spec.scope):
            raise _missing_scope(spec, call)
        try:
            parsed = spec.arguments.model_validate(arguments)
        except ValidationError as error:
            raise _invalid_arguments(error, spec) from None
        return await spec.run(self._backend, parsed)


_INTERNAL = {
    "code": "internal",
    "message": "This is a fault of the server.",
    "change": "Try other arguments, or tell the site's operator when this happened.",
}


def _excluded(name: str, call: Call) -> ToolCallError:
    if call.tool_filter.read_only:
        return ToolCallError("read_only", f"{name} writes, and this address only reads.", "Connect to /mcp instead.")
    return ToolCallError("tool_excluded", f"This client's headers exclude {name}.", "Change its X-MCP-* headers.")


def _missing_scope(spec: ToolSpec, call: Call) -> ToolCallError:
    if call.identity is None:
        document = {"code": "unauthorized", "detail": f"{spec.name} needs an API key."}
        return ToolCallError(**error_of_problem(ApiProblemError(401, document, None)))
    detail = f"{spec.name} needs the scope `{spec.scope}`."
    document = {"code": "missing_scope", "detail": detail, "scope": str(spec.scope)}
    return ToolCallError(**error_of_problem(ApiProblemError(403, document, None)))


def _invalid_arguments(error: ValidationError, spec: ToolSpec) -> ToolCallError:
    return ToolCallError(**error_of_arguments(error, list(spec.arguments.model_fields)))


def _result(found: Result[Any]) -> ToolResult:
    text = found.data.model_dump_json(exclude_none=True)
    if len(text.encode()) > RESULT_BYTES:
        raise ValueError("a result is too long")
    return ToolResult(
        content=[TextContent(type="text", text=text), *found.pictures],
        structured_content=found.data.model_dump(mode="json", exclude_none=True),
    )


def _error(content: dict[str, Any]) -> ToolResult:
    return ToolResult(content=[TextContent(type="text", text=error_text(content))], is_error=True)


def _log_unexpected(name: str, error: Exception) -> None:
    log.error("unexpected", tool=name, kind=type(error).__name__, where=place_of(error))
