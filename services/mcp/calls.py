"""Who makes the present call, and what of the tools they see.

The gate makes a `Call` for each HTTP request and sets it for the request's task; tools and resources read it by
`current_call()`. The API decides what a caller may do; this only decides what is shown.
"""

from contextvars import ContextVar
from dataclasses import dataclass, field

from pydantic import BaseModel

from services.core.kit.asgi import Receive


class Identity(BaseModel, frozen=True):
    """What the API says of a credential. `scopes` are those of a key; a person signed in has all of them."""

    handle: str
    scopes: frozenset[str]


@dataclass(frozen=True, slots=True)
class ToolFilter:
    """Which tools the caller's headers leave; None stands for all."""

    read_only: bool = False
    toolsets: frozenset[str] | None = None
    tools: frozenset[str] | None = None
    excluded: frozenset[str] = frozenset()

    def allows(self, name: str, toolset: str) -> bool:
        """Whether the headers let this tool through; read-only beats everything."""
        if (self.read_only and toolset != "read") or name in self.excluded:
            return False
        if self.tools is not None and name in self.tools:
            return True
        if self.toolsets is not None:
            return toolset in self.toolsets
        return self.tools is None


@dataclass(slots=True)
class Call:
    """One HTTP request. `identity` is None for nobody, and where the API could not be asked (`unknown`)."""

    authorization: str | None = None
    address: str = "unknown"
    identity: Identity | None = None
    unknown: bool = False
    tool_filter: ToolFilter = field(default_factory=ToolFilter)
    # What the request's connection says after its body: that the caller hung up. None outside of a request.
    receive: Receive | None = None
    # What was called and what came of it, for the request's log line.
    tool: str | None = None
    outcome: str | None = None

    def has(self, scope: str | None) -> bool:
        """Whether the caller has the scope, as far as we know; the API has the last word."""
        if scope is None or self.unknown:
            return True
        if self.identity is None:
            return False
        # A key that may write may read.
        return scope in self.identity.scopes or (scope == "read" and bool(self.identity.scopes))


_call: ContextVar[Call | None] = ContextVar("mcp_call", default=None)


def current_call() -> Call:
    """The call that this code runs for; one of nobody outside of a request."""
    return _call.get() or Call()


def set_call(call: Call) -> None:
    """Make `call` the present one, for this task and those that it starts."""
    _call.set(call)
