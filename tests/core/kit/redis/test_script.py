"""The script on its own connection, against the real server: answers stay in step whatever happens to it."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import redis.asyncio
from redis.exceptions import ResponseError

from services.core.kit.redis.script import LoneScript

_ECHO = "if ARGV[1] == '0' then return redis.error_reply('no zero') end return ARGV[1] .. ' ' .. (KEYS[1] or '-')"


@pytest.fixture
async def echo(redis_client: redis.asyncio.Redis) -> AsyncIterator[LoneScript]:
    pool = redis_client.connection_pool
    pool.connection_kwargs["socket_timeout"] = 0.2
    script = LoneScript(redis_client, _ECHO)
    yield script
    await script.aclose()


async def _connections(client: redis.asyncio.Redis) -> set[str]:
    return {each["id"] for each in await client.client_list()}


async def test_all_calls_go_over_one_connection(echo: LoneScript, redis_client: redis.asyncio.Redis) -> None:
    before = await _connections(redis_client)
    assert [await echo(["a"], [number]) for number in range(1, 6)] == [f"{number} a" for number in range(1, 6)]
    assert len(await _connections(redis_client) - before) == 1


async def test_a_server_that_forgot_the_script_gets_it_again(
    echo: LoneScript, redis_client: redis.asyncio.Redis
) -> None:
    for number in (1, 2, 3):
        await redis_client.script_flush()
        assert await echo([], [number]) == f"{number} -"


async def test_a_lost_connection_is_opened_anew(echo: LoneScript, redis_client: redis.asyncio.Redis) -> None:
    for number in (1, 2, 3):
        assert await echo([], [number]) == f"{number} -"
        await redis_client.client_kill_filter(_type="normal", skipme=True)
        # The second time before this side can have heard of it.
        if number != 2:
            await asyncio.sleep(0.05)


async def test_the_answer_to_a_call_that_was_given_up_is_never_read(
    echo: LoneScript, redis_client: redis.asyncio.Redis
) -> None:
    assert await echo([], [1]) == "1 -"
    await redis_client.client_pause(400)
    with pytest.raises(TimeoutError):
        await echo([], [2])
    cancelled = asyncio.create_task(echo([], [3]))
    await asyncio.sleep(0.05)
    cancelled.cancel()
    await asyncio.wait([cancelled])
    await asyncio.sleep(0.4)
    assert [await echo([], [number]) for number in (4, 5)] == ["4 -", "5 -"]


async def test_a_refusal_of_the_script_is_told_and_the_connection_stays(
    echo: LoneScript, redis_client: redis.asyncio.Redis
) -> None:
    await echo([], [1])
    before = await _connections(redis_client)
    with pytest.raises(ResponseError, match="no zero"):
        await echo([], [0])
    assert await echo([], [2]) == "2 -"
    assert await _connections(redis_client) == before
