"""Calls that share one: in order, with errors of their own, and whoever goes away."""

import asyncio
from collections.abc import Sequence

import pytest

from services.core.kit.shared_calls import SharedCalls


class Server:
    """Gives each number doubled, when it is told to; of a call with 13 in it nobody gets anything."""

    def __init__(self) -> None:
        self.calls: list[list[int]] = []
        self.free = asyncio.Semaphore(0)

    async def __call__(self, numbers: Sequence[int]) -> Sequence[int]:
        self.calls.append([*numbers])
        await self.free.acquire()
        if 13 in numbers:
            raise LookupError("13")
        return [2 * number for number in numbers]


async def asked(calls: SharedCalls[int, int], *numbers: int) -> list[asyncio.Task[int]]:
    tasks = [asyncio.create_task(calls.ask(number)) for number in numbers]
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    return tasks


async def test_those_who_come_meanwhile_share_the_next_call() -> None:
    server = Server()
    calls = SharedCalls(server, most=3)
    first = await asked(calls, 1)
    more = await asked(calls, 2, 3, 4, 5)
    for _ in range(3):
        server.free.release()
    assert await asyncio.gather(*first, *more) == [2, 4, 6, 8, 10]
    assert server.calls == [[1], [2, 3, 4], [5]]


async def test_an_error_is_of_those_who_asked_with_it() -> None:
    server = Server()
    calls = SharedCalls(server, most=2)
    first = await asked(calls, 1)
    more = await asked(calls, 13, 3, 4)
    for _ in range(3):
        server.free.release()
    found = await asyncio.gather(*first, *more, return_exceptions=True)
    assert [type(one) for one in found] == [int, LookupError, LookupError, int]


async def test_who_goes_away_takes_nothing_from_the_others() -> None:
    server = Server()
    calls = SharedCalls(server, most=8)
    first = await asked(calls, 1, 2)
    gone, stays = await asked(calls, 3, 4)
    first[0].cancel()
    gone.cancel()
    for _ in range(2):
        server.free.release()
    assert await stays == 8
    assert server.calls[-1][-1] == 4
    with pytest.raises(asyncio.CancelledError):
        await gone
