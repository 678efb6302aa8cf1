"""Rate limits: GCRA in Redis, by the server's clock, exact over all processes.

A rate `count/seconds` may be used up in one burst and then fills evenly. `RateLimiter.take` takes one from each of
several buckets, or from none when one of them is empty; it gives the tightest one's state, or raises
`RateLimitedError` with `Retry-After`, or `UnavailableError` when Redis is down. The caller decides what then:
reads go on without limits, everything else is refused (503), as a limit that can be switched off by
breaking Redis would be none.
"""

import hashlib
import math
from dataclasses import dataclass
from typing import Any

from services.core.errors import RateLimitedError
from services.core.redis_guard import RedisGuard

# KEYS: buckets. ARGV: for each bucket the microseconds between two cells and the microseconds of a full bucket.
# Each key holds the "theoretical arrival time" in microseconds. Gives for each bucket {remaining, reset, retry}.
_SCRIPT = """
local clock = redis.call('TIME')
local now = clock[1] * 1000000 + clock[2]
local later, states, refused = {}, {}, false
for i, key in ipairs(KEYS) do
  local step, full = tonumber(ARGV[2 * i - 1]), tonumber(ARGV[2 * i])
  local before = math.max(tonumber(redis.call('GET', key) or now), now)
  local after = before + step
  local room = full - (after - now)
  if room < 0 then
    refused = true
    states[i] = {0, before - now, -room}
  else
    states[i] = {math.floor(room / step), after - now, 0}
  end
  later[i] = after
end
if not refused then
  for i, key in ipairs(KEYS) do
    local life = math.ceil((later[i] - now) / 1000)
    redis.call('SET', key, string.format('%.0f', later[i]), 'PX', math.max(life, 1))
  end
end
return states
"""


@dataclass(frozen=True, slots=True)
class Rate:
    """So many in so many seconds."""

    count: int
    seconds: int

    @classmethod
    def parse(cls, text: str) -> "Rate":
        """From the settings' form `count/seconds`; raises ValueError."""
        count, _, seconds = text.partition("/")
        rate = cls(int(count), int(seconds))
        if rate.count < 1 or rate.seconds < 1:
            raise ValueError("a rate is count/seconds, both at least 1")
        return rate


@dataclass(frozen=True, slots=True)
class Bucket:
    """One counted thing: `rule` is the setting's name, `subject` whom it counts (hashed into the key)."""

    rule: str
    subject: str
    rate: Rate

    @property
    def key(self) -> str:
        """The Redis key; addresses and logins are not readable in it."""
        return f"rl:{self.rule}:{hashlib.blake2b(self.subject.encode(errors='replace'), digest_size=12).hexdigest()}"


@dataclass(frozen=True, slots=True)
class BucketState:
    """What is left of a bucket; `reset` and `retry_after` are in whole seconds, rounded up."""

    rule: str
    rate: Rate
    remaining: int
    reset: int
    retry_after: int


class BucketEmptyError(RateLimitedError):
    """A bucket is empty; `state` says which and until when."""

    def __init__(self, state: BucketState) -> None:
        super().__init__(state.retry_after, f"Come back in {state.retry_after} seconds")
        self.state = state


class RateLimiter:
    """Takes from buckets in Redis."""

    def __init__(self, guard: RedisGuard) -> None:
        self._guard = guard
        self._script = guard.client.register_script(_SCRIPT)

    async def take(self, *buckets: Bucket) -> BucketState:
        """Take one from each bucket, or raise and take none; gives the state of the tightest."""
        states = await self.look(*buckets)
        refused = max(states, key=lambda state: state.retry_after)
        if refused.retry_after:
            raise BucketEmptyError(refused)
        return min(states, key=lambda state: state.remaining / state.rate.count)

    async def look(self, *buckets: Bucket) -> list[BucketState]:
        """Take one from each bucket unless one is empty; gives the state of all."""
        arguments: list[int] = []
        for bucket in buckets:
            arguments += [bucket.rate.seconds * 1_000_000 // bucket.rate.count, bucket.rate.seconds * 1_000_000]
        keys = [bucket.key for bucket in buckets]

        async def run(_: Any) -> Any:
            return await self._script(keys=keys, args=arguments)

        answers = await self._guard.call(run)
        return [_state(bucket, answer) for bucket, answer in zip(buckets, answers, strict=True)]


def _state(bucket: Bucket, answer: list[int]) -> BucketState:
    remaining, reset, retry = answer
    return BucketState(bucket.rule, bucket.rate, remaining, math.ceil(reset / 1e6), math.ceil(retry / 1e6))
