"""A request on its way: the queue holds it, the pool gives it a slot, `rendering` carries it out."""

import asyncio
import time
from collections.abc import Callable
from enum import IntEnum
from typing import Any

from services.contracts.renderer import CompileRequest, RenderRequest


class Priority(IntEnum):
    """The order of service."""

    COMPILE = 0
    STILL = 1
    SHEET = 2
    PREVIEW = 3
    KEPT = 4


_PRIORITIES = {
    "still": Priority.STILL,
    "both": Priority.STILL,
    "sheet": Priority.SHEET,
    "preview": Priority.PREVIEW,
    "flashes": Priority.PREVIEW,
    "kept": Priority.KEPT,
}


class Job:
    """`result` is what was drawn, or an error. Each attempt starts from the source again, the job's clock does not."""

    def __init__(self, request: CompileRequest | RenderRequest, seconds: float, patience: float = float("inf")) -> None:
        """`seconds` is how long the job may take from the first attempt on, `patience` how long it waits for that."""
        self.request = request
        self.priority = Priority.COMPILE if isinstance(request, CompileRequest) else _PRIORITIES[request.kind]
        self.patience = patience
        self.attempts = 0
        self.crashes = 0
        self.abandoned = False
        # Whether it is to be given up for others, asked while it is drawn.
        self.outranked: Callable[[], bool] = bool
        self.arrived = self.started = time.monotonic()
        self.deadline = float("inf")
        self.result: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self.taken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        # Whether it may take longer than others; how long it took says nothing of those.
        self.stretched = isinstance(request, RenderRequest) and request.stretch > 1
        self._seconds = seconds

    def begin(self) -> None:
        """Count an attempt; the first one starts the clock."""
        self.attempts += 1
        if not self.taken.done():
            self.started = time.monotonic()
            self.deadline = self.started + self._seconds
            self.taken.set_result(None)

    def fail(self, error: Exception) -> None:
        """Answer with an error, unless there is an answer."""
        if not self.result.done():
            self.result.set_exception(error)
            self.result.exception()  # Its caller may be gone; nobody must be told that nobody looked.
