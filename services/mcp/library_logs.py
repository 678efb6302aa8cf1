"""The libraries' own logs, without what they would quote.

FastMCP and the MCP SDK log errors with their texts, which may hold what a user sent. `quiet_libraries` lets through
where a warning came from and of which kind its error is, as one of our lines.
"""

import logging

import structlog
from fastmcp.exceptions import FastMCPError
from mcp.shared.exceptions import MCPError

from services.core.kit.observability import place_of

_NAMES = ("fastmcp", "mcp")
_log = structlog.get_logger("mcp.library")


class _Places(logging.Handler):
    """Says where, not what."""

    def emit(self, record: logging.LogRecord) -> None:
        """Log the place of a record, and the kind and place of its error."""
        error = record.exc_info[1] if record.exc_info else None
        if isinstance(error, MCPError | FastMCPError):
            return  # An answer to the caller, and no fault.
        said = {"logger": record.name, "at": f"{record.module}:{record.lineno}"}
        if error is not None:
            said["kind"] = type(error).__name__
            said["where"] = place_of(error)
        _log.warning("library", level=record.levelname.lower(), **said)


def quiet_libraries() -> None:
    """Do this for all loggers of both libraries."""
    for name in _NAMES:
        logger = logging.getLogger(name)
        logger.handlers = [_Places(logging.WARNING)]
        logger.setLevel(logging.WARNING)
        logger.propagate = False
