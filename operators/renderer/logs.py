"""Logs: one JSON line per event on stdout, `timestamp level process event` first, ours and the libraries' alike.

URLs, passwords and tokens are never logged; errors are logged by their type or by a sentence of ours.
"""

import logging
import sys

import structlog
from structlog.typing import EventDict, Processor


def configure_logging(level: str) -> None:
    """Send structlog and the standard library's loggers to stdout."""
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
        logger_factory=structlog.PrintLoggerFactory(sys.stdout),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stdout)
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
