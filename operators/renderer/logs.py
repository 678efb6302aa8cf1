"""Logs: one JSON line per event on stdout, `timestamp level process event` first, ours and the libraries' alike.

URLs, passwords and tokens are never logged; errors are logged by their type or by a sentence of ours.
"""

import json
import logging
import sys
from collections.abc import MutableMapping
from datetime import UTC, datetime
from typing import Any

import structlog

_PROCESS = "operator"
_encode = json.JSONEncoder(default=repr).encode


def configure_logging(level: str) -> None:
    """Send structlog and the standard library's loggers to stdout."""
    structlog.configure(
        processors=[structlog.stdlib.add_log_level, _line],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        logger_factory=structlog.PrintLoggerFactory(sys.stdout),
        cache_logger_on_first_use=True,
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[structlog.stdlib.add_log_level, structlog.stdlib.add_logger_name],
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, _line],
    )
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    # They tell of every request, and of addresses.
    for name in ("httpx", "httpx2", "httpcore", "httpcore2", "aiohttp.access", "asyncio", "kopf"):
        logging.getLogger(name).setLevel("WARNING")
    # It warns that it does not handle signals in its thread, as if that were not wanted.
    logging.getLogger("kopf._core.reactor.running").setLevel("ERROR")


def _line(_: Any, method: str, event: MutableMapping[str, Any]) -> str:
    line: dict[str, Any] = {
        "timestamp": datetime.now(UTC).isoformat().replace("+00:00", "Z"),
        "level": event.pop("level", method),
        "process": _PROCESS,
        "event": event.pop("event", None),
        **event,
    }
    if "exc_info" in line:
        line = dict(structlog.processors.format_exc_info(_, method, line))
    return _encode(line)
