"""GCRA against the real server: exact bursts, even refill, all or none."""

import asyncio
import time

import pytest
import redis.asyncio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from services.core.errors import UnavailableError
from services.core.rate_limits import Bucket, BucketEmptyError, Rate, RateLimiter
from services.core.redis_guard import RedisGuard


@pytest.fixture
def limiter(redis_client: redis.asyncio.Redis) -> RateLimiter:
    return RateLimiter(RedisGuard(redis_client))


def _bucket(rate: str, subject: str = "ada", rule: str = "test") -> Bucket:
    return Bucket(rule, subject, Rate.parse(rate))


async def _passes(limiter: RateLimiter, *buckets: Bucket) -> bool:
    try:
        await limiter.take(*buckets)
    except BucketEmptyError:
        return False
    return True


async def test_of_thirty_at_once_exactly_ten_pass(limiter: RateLimiter) -> None:
    passed = await asyncio.gather(*(_passes(limiter, _bucket("10/60")) for _ in range(30)))
    assert sum(passed) == 10


async def test_the_state_counts_down_and_says_when_to_come_back(limiter: RateLimiter) -> None:
    states = [await limiter.take(_bucket("3/30")) for _ in range(3)]
    assert [state.remaining for state in states] == [2, 1, 0]
    assert [state.reset for state in states] == [10, 20, 30]
    with pytest.raises(BucketEmptyError) as refused:
        await limiter.take(_bucket("3/30"))
    assert refused.value.headers["Retry-After"] == "10"
    assert (refused.value.state.remaining, refused.value.state.reset) == (0, 30)


async def test_it_fills_evenly(limiter: RateLimiter) -> None:
    """Over any time: the burst, and what has filled since; asked often enough, all of it."""
    bucket = _bucket("20/1")
    begun, passed = time.perf_counter(), 0
    while time.perf_counter() - begun < 0.6:
        passed += await _passes(limiter, bucket)
    filled = 20 * (time.perf_counter() - begun)
    assert 20 + 0.6 * 20 - 2 <= passed <= 20 + filled + 1


async def test_nothing_is_taken_when_one_bucket_is_empty(limiter: RateLimiter) -> None:
    wide, narrow = _bucket("10/60", rule="wide"), _bucket("1/60", rule="narrow")
    assert await _passes(limiter, wide, narrow)
    for _ in range(5):
        assert not await _passes(limiter, wide, narrow)
    assert (await limiter.take(wide)).remaining == 8


async def test_the_tightest_state_is_given(limiter: RateLimiter) -> None:
    state = await limiter.take(_bucket("1000/60", rule="wide"), _bucket("5/60", rule="narrow"))
    assert (state.rule, state.remaining) == ("narrow", 4)


async def test_subjects_and_rules_do_not_meet(limiter: RateLimiter) -> None:
    for bucket in (_bucket("1/60"), _bucket("1/60", "bob"), _bucket("1/60", rule="other")):
        assert await _passes(limiter, bucket)


async def test_no_subject_is_readable_in_redis_and_keys_expire(
    limiter: RateLimiter, redis_client: redis.asyncio.Redis
) -> None:
    await limiter.take(_bucket("10/60", "ada@example.org"), _bucket("10/60", "\ud800"))
    keys = await redis_client.keys("*")
    assert len(keys) == 2
    for key in keys:
        assert "ada" not in key
        assert 5_000 < await redis_client.pttl(key) <= 6_000


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(count=st.integers(1, 40), seconds=st.integers(30, 3600), asked=st.integers(1, 60), subject=st.text(max_size=8))
async def test_a_burst_is_never_more_than_the_count(
    limiter: RateLimiter, redis_client: redis.asyncio.Redis, count: int, seconds: int, asked: int, subject: str
) -> None:
    await redis_client.flushdb()
    bucket = Bucket("law", subject, Rate(count, seconds))
    passed = [await _passes(limiter, bucket) for _ in range(asked)]
    assert sum(passed) == min(count, asked)
    assert passed == sorted(passed, reverse=True)


@pytest.mark.parametrize("text", ["", "10", "10/", "/60", "0/60", "10/0", "-1/60", "ten/60", "1/1/1"])
def test_a_rate_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 -- int() has its own words for it
        Rate.parse(text)


async def test_without_a_server_it_says_so_at_once() -> None:
    client = redis.asyncio.Redis(host="127.0.0.1", port=1, retry=Retry(NoBackoff(), 0))
    limiter = RateLimiter(RedisGuard(client))
    for _ in range(3):
        with pytest.raises(UnavailableError):
            await limiter.take(_bucket("1/60"))
    await client.aclose()
