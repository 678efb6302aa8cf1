"""Calls that share: those that come while one is under way make the next one together, and a lone one goes at once.

    memories = SharedCalls(read_many, most=64)
    memory = await memories.ask(user_id)

In a crowd that makes each a fraction of a call to a server. `make` gets what was asked for in the order of asking and
gives as many answers; what it raises goes to all who asked with that call. Who goes away meanwhile takes nothing from
the others. One call is under way at a time, so whoever asks waits for at most two, or more with over `most` at once.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

Asked = TypeVar("Asked")
Answer = TypeVar("Answer")


class SharedCalls(Generic[Asked, Answer]):
    """What asks `make`, for at most `most` at once."""

    def __init__(self, make: Callable[[Sequence[Asked]], Awaitable[Sequence[Answer]]], *, most: int) -> None:
        self._make = make
        self._most = most
        self._waiting: list[tuple[Asked, asyncio.Future[Answer]]] = []
        self._sender: asyncio.Task[None] | None = None

    async def ask(self, asked: Asked) -> Answer:
        """The answer to this one. Raises what `make` raises."""
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting.append((asked, answer))
        if self._sender is None or self._sender.done():
            self._sender = asyncio.create_task(self._send())
        return await answer

    async def _send(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting[: self._most], self._waiting[self._most :]
            wanted = [(asked, answer) for asked, answer in batch if not answer.done()]
            if not wanted:
                continue
            try:
                answers = await self._make([asked for asked, _ in wanted])
                for (_, answer), given in zip(wanted, answers, strict=True):
                    if not answer.done():
                        answer.set_result(given)
            except Exception as error:
                for _, answer in wanted:
                    if not answer.done():
                        answer.set_exception(error)
            finally:
                for _, answer in wanted:
                    answer.cancel()  # Unless this task is cut off, all of these are done.
