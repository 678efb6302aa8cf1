"""Events about RendererAutoscalers, without repeating them: the same sentence within ten minutes is counted up.

Losing an Event changes nothing, so a failed one is logged and forgotten.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import httpx2
import structlog

from operators.renderer.cluster import Cluster, NotLeadingError

AGGREGATION_SECONDS = 600.0


@dataclass
class _Recorded:
    event: str
    count: int
    at: float


class EventRecorder:
    """Posts Events, and remembers the latest."""

    def __init__(self, cluster: Cluster, *, clock: Callable[[], float] = time.monotonic) -> None:
        self.cluster = cluster
        self._clock = clock
        self._recorded: dict[tuple[str, str, str], _Recorded] = {}
        self._log = structlog.get_logger("events")

    async def record(self, about: Mapping[str, Any], *, reason: str, message: str, warning: bool = False) -> None:
        """Post an Event, or count the one that said the same."""
        now = self._clock()
        self._recorded = {key: one for key, one in self._recorded.items() if now - one.at < AGGREGATION_SECONDS}
        key = (str(about["metadata"].get("uid")), reason, message)
        try:
            known = self._recorded.get(key)
            if known is not None and await self.cluster.count_event(known.event, known.count + 1):
                self._recorded[key] = _Recorded(known.event, known.count + 1, now)
                return
            event = await self.cluster.create_event(about, warning=warning, reason=reason, message=message)
            self._recorded[key] = _Recorded(event, 1, now)
        except (httpx2.HTTPError, NotLeadingError) as error:
            self._log.warning("event lost", reason=reason, error=type(error).__name__)
