"""Logs: one JSON line per event on stdout, `timestamp level process event` first, ours and the libraries' alike.

URLs, passwords and tokens are never logged; errors are logged by their type or by a sentence of ours. A line that
cannot be written is lost: nothing fails because of its log.
"""

import contextlib
import io
import logging
import sys
from typing import TextIO, cast

import structlog
from structlog.typing import EventDict, Processor


class _Stdout(io.TextIOBase):
    """stdout without its errors."""

    def write(self, text: str) -> int:
        """Write `text`, or lose it."""
        with contextlib.suppress(OSError):
            sys.stdout.write(text)
        return len(text)

    def flush(self) -> None:
        """Send on what was written."""
        with contextlib.suppress(OSError):
            sys.stdout.flush()


def configure_logging(level: str) -> None:
    """Send structlog and the standard library's loggers to stdout."""
    stdout = cast("TextIO", _Stdout())
    shared: list[Processor] = [
        _first_fields,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    renderer = structlog.processors.JSONRenderer(default=repr)
    structlog.configure(
        processors=[*shared, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        logger_factory=structlog.PrintLoggerFactory(stdout),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, structlog.stdlib.add_logger_name],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    logging.basicConfig(level=level, handlers=[handler], force=True)
    # They tell of every request, and of addresses.
    for name in ("httpx2", "httpcore2", "asyncio", "kopf"):
        logging.getLogger(name).setLevel("WARNING")


def _first_fields(_logger: object, _method: str, event: EventDict) -> EventDict:
    """The first fields in their order; the processors after this one fill them in."""
    return {"timestamp": None, "level": None, "process": "operator", "event": event.pop("event", None), **event}
