"""GCRA against the real server: exact bursts, even refill, all or none."""

import asyncio
import time

import pytest
import redis.asyncio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from services.core.kit.errors import UnavailableError
from services.core.kit.redis.guard import RedisGuard
from services.core.kit.redis.limits import (
    Bucket,
    BucketEmptyError,
    BucketState,
    LimitCheck,
    Rate,
    RateLimiter,
    RevokedError,
)


@pytest.fixture
def limiter(redis_client: redis.asyncio.Redis) -> RateLimiter:
    return RateLimiter(RedisGuard(redis_client))


def _bucket(rate: str, subject: str = "ada", rule: str = "test") -> Bucket:
    return Bucket(rule, subject, Rate.parse(rate))


async def _state(limiter: RateLimiter, *buckets: Bucket) -> BucketState:
    state = await limiter.take(*buckets)
    assert state is not None
    return state


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
    states = [await _state(limiter, _bucket("3/30")) for _ in range(3)]
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
    assert (await _state(limiter, wide)).remaining == 8


async def test_the_tightest_state_is_given(limiter: RateLimiter) -> None:
    state = await _state(limiter, _bucket("1000/60", rule="wide"), _bucket("5/60", rule="narrow"))
    assert (state.rule, state.remaining) == ("narrow", 4)


async def test_a_revoked_credential_takes_nothing(limiter: RateLimiter, redis_client: redis.asyncio.Redis) -> None:
    bucket = _bucket("5/60")
    await redis_client.mset({"dead": "0", "dying": repr(time.time() + 0.3)})
    assert (await limiter.take(bucket, revocation_keys=["nobody's", "dying"])) is not None
    with pytest.raises(RevokedError) as revoked:
        await limiter.take(bucket, revocation_keys=["dying", "dead"])
    assert revoked.value.since == "0"
    await asyncio.sleep(0.4)
    with pytest.raises(RevokedError):
        await limiter.take(bucket, revocation_keys=["dying"])
    with pytest.raises(RevokedError):
        await limiter.take(revocation_keys=["dead"])
    assert await limiter.take(revocation_keys=["nobody's"]) is None
    assert (await _state(limiter, bucket)).remaining == 3


async def test_no_check_is_made_after_a_refused_one(limiter: RateLimiter, redis_client: redis.asyncio.Redis) -> None:
    await redis_client.set("dead", "0")
    address, key, last = _bucket("2/60", rule="address"), _bucket("9/60", rule="key"), _bucket("9/60", rule="last")
    for dead in (False, True):
        results = await limiter.check(
            LimitCheck([address]), LimitCheck([key], ["dead"] if dead else []), LimitCheck([last])
        )
        assert [len(result.states) for result in results] == ([1, 0] if dead else [1, 1, 1])
    (refused,) = await limiter.check(LimitCheck([address]), LimitCheck([key]), LimitCheck([last]))
    with pytest.raises(BucketEmptyError):
        refused.tightest()
    for bucket, remaining in ((key, 7), (last, 7)):
        assert (await _state(limiter, bucket)).remaining == remaining


async def test_many_checks_at_once_have_each_their_own_results(
    limiter: RateLimiter, redis_client: redis.asyncio.Redis
) -> None:
    await redis_client.set("dead", "0")
    empty, plain = _bucket("1/60", rule="empty"), _bucket("500/60", rule="plain")
    await limiter.take(empty)
    kinds = [
        ([LimitCheck([plain])], [(1, None)]),
        ([LimitCheck([empty]), LimitCheck([plain])], [(1, None)]),
        ([LimitCheck([plain]), LimitCheck([plain], ["dead"])], [(1, None), (0, "0")]),
        ([LimitCheck([], ["dead"]), LimitCheck([plain])], [(0, "0")]),
        ([LimitCheck([plain, empty]), LimitCheck([])], [(2, None)]),
        ([LimitCheck([plain]), LimitCheck([plain], ["nobody's"])], [(1, None), (1, None)]),
    ]
    results = await asyncio.gather(*(limiter.check(*questions) for questions, _ in kinds * 25))
    found = [[(len(result.states), result.revoked_since) for result in group] for group in results]
    assert found == [expected for _, expected in kinds * 25]
    assert 395 <= (await _state(limiter, plain)).remaining <= 410  # 100 were granted, and it fills by eight a second


async def test_one_who_leaves_takes_nothing_from_the_others(limiter: RateLimiter) -> None:
    crowd = [asyncio.create_task(limiter.take(_bucket("10/60"))) for _ in range(8)]
    await asyncio.sleep(0)
    crowd[0].cancel()
    states = await asyncio.gather(*crowd, return_exceptions=True)
    assert isinstance(states[0], asyncio.CancelledError)
    assert all(isinstance(state, BucketState) for state in states[1:])


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
@given(count=st.integers(1, 40), seconds=st.integers(30, 3600), takes=st.integers(1, 60), subject=st.text(max_size=8))
async def test_a_burst_is_never_more_than_the_count(
    limiter: RateLimiter, redis_client: redis.asyncio.Redis, count: int, seconds: int, takes: int, subject: str
) -> None:
    await redis_client.flushdb()
    bucket = Bucket("law", subject, Rate(count, seconds))
    passed = [await _passes(limiter, bucket) for _ in range(takes)]
    assert sum(passed) == min(count, takes)
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
