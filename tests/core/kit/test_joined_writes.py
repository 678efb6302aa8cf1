"""What is written in pairs arrives whole, in order and in time."""

import asyncio
from typing import Any

import pytest

from services.core.kit.joined_writes import Joining


class Wire:
    """Notes what reaches the real transport."""

    def __init__(self) -> None:
        self.seen: list[bytes | str] = []

    def write(self, data: bytes) -> None:
        self.seen.append(data)

    def close(self) -> None:
        self.seen.append("closed")

    def is_closing(self) -> bool:
        return "closed" in self.seen


@pytest.fixture
def wire() -> Wire:
    return Wire()


@pytest.fixture
async def joining(wire: Wire) -> Joining:
    transport: Any = wire
    return Joining(transport, asyncio.get_running_loop())


async def test_head_and_body_are_one_write_at_once(joining: Joining, wire: Wire) -> None:
    joining.write(b"head ")
    joining.write(b"body")
    assert wire.seen == [b"head body"]
    await asyncio.sleep(0)
    assert wire.seen == [b"head body"]


async def test_what_comes_alone_waits_for_the_end_of_the_turn(joining: Joining, wire: Wire) -> None:
    for part in (b"one", b"two"):
        joining.write(part)
        assert part not in wire.seen
        await asyncio.sleep(0)
    assert wire.seen == [b"one", b"two"]


async def test_many_parts_and_empty_ones_keep_their_order(joining: Joining, wire: Wire) -> None:
    for part in (b"", b"a", b"", b"b", b"c", b"d", b""):
        joining.write(part)
    await asyncio.sleep(0)
    assert b"".join(part for part in wire.seen if isinstance(part, bytes)) == b"abcd"


async def test_closing_writes_what_is_held(joining: Joining, wire: Wire) -> None:
    joining.write(b"last words")
    joining.close()
    await asyncio.sleep(0)
    assert wire.seen == [b"last words", "closed"]
    assert joining.is_closing()
