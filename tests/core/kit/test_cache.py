"""A value is made once for all who ask in its moment, and an error or a waiter who leaves harms nobody else."""

import asyncio

import pytest

from services.core.kit.cache import TtlCache


class Maker:
    """Counts how often it was asked, and waits for `gate`."""

    def __init__(self) -> None:
        self.made = 0
        self.gate = asyncio.Event()
        self.gate.set()
        self.error: Exception | None = None

    async def __call__(self) -> int:
        self.made += 1
        number = self.made
        await self.gate.wait()
        if self.error is not None:
            raise self.error
        return number


@pytest.fixture
def maker() -> Maker:
    return Maker()


async def test_a_value_is_kept_for_its_moment(maker: Maker) -> None:
    cache: TtlCache[int] = TtlCache(seconds=0.05)
    assert [await cache.get("a", maker) for _ in range(3)] == [1, 1, 1]
    assert await cache.get("b", maker) == 2
    await asyncio.sleep(0.06)
    assert await cache.get("a", maker) == 3


async def test_peeking_makes_nothing(maker: Maker) -> None:
    cache: TtlCache[int] = TtlCache(seconds=0.05)
    assert cache.peek("a") is None
    maker.gate.clear()
    waiting = asyncio.create_task(cache.get("a", maker))
    await asyncio.sleep(0)
    assert cache.peek("a") is None
    maker.gate.set()
    await waiting
    assert cache.peek("a") == 1
    await asyncio.sleep(0.06)
    assert cache.peek("a") is None


async def test_a_crowd_waits_for_one(maker: Maker) -> None:
    cache: TtlCache[int] = TtlCache(seconds=60)
    maker.gate.clear()
    crowd = [asyncio.create_task(cache.get("a", maker)) for _ in range(50)]
    await asyncio.sleep(0)
    maker.gate.set()
    assert await asyncio.gather(*crowd) == [1] * 50


async def test_who_leaves_does_not_take_it_from_the_others(maker: Maker) -> None:
    cache: TtlCache[int] = TtlCache(seconds=60)
    maker.gate.clear()
    first, second = (asyncio.create_task(cache.get("a", maker)) for _ in range(2))
    await asyncio.sleep(0)
    first.cancel()
    maker.gate.set()
    assert await second == 1
    with pytest.raises(asyncio.CancelledError):
        await first


async def test_an_error_reaches_all_and_is_not_kept(maker: Maker) -> None:
    cache: TtlCache[int] = TtlCache(seconds=60)
    maker.error = RuntimeError("broken")
    answers = await asyncio.gather(*(cache.get("a", maker) for _ in range(3)), return_exceptions=True)
    assert [str(answer) for answer in answers] == ["broken"] * 3
    maker.error = None
    assert await cache.get("a", maker) == 2


async def test_the_oldest_make_room(maker: Maker) -> None:
    cache: TtlCache[int] = TtlCache(seconds=60, size=2)
    for key in ("a", "b", "c"):
        await cache.get(key, maker)
    assert await cache.get("c", maker) == 3
    assert await cache.get("b", maker) == 2
    assert await cache.get("a", maker) == 4


async def test_without_seconds_nothing_is_kept(maker: Maker) -> None:
    cache: TtlCache[int] = TtlCache(seconds=0)
    assert [await cache.get("a", maker) for _ in range(2)] == [1, 2]
