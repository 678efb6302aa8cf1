"""Rate limits: GCRA in Redis, by the server's clock, exact over all processes.

A rate `count/seconds` may be used up in one burst and then fills evenly. `RateLimiter.take` takes one from each of
several buckets, or from none when one of them is empty; it gives the tightest one's state, or raises
`RateLimitedError` with `Retry-After`, or `UnavailableError` when Redis is down. The caller decides what then:
reads go on without limits, everything else is refused (503), as a limit that can be switched off by
breaking Redis would be none.
"""

import asyncio
import hashlib
import math
import time
from dataclasses import dataclass
from typing import Any

from services.core.errors import RateLimitedError, UnavailableError
from services.core.redis_guard import RedisGuard

# Answers a batch of questions, one after the other. KEYS: the buckets of all questions. ARGV: for each question how
# many buckets it has, and for each of those the microseconds between two cells and the microseconds of a full bucket.
# Each key holds the "theoretical arrival time" in microseconds. Gives "remaining reset retry" of all buckets as one
# text, because reading many small answers costs Python more than the rest of it.
_SCRIPT = """
local clock = redis.call('TIME')
local now = clock[1] * 1000000 + clock[2]
local states = {}
local bucket, argument = 0, 1
while argument <= #ARGV do
  local count, later, refused = tonumber(ARGV[argument]), {}, false
  for i = 1, count do
    local step, full = tonumber(ARGV[argument + 2 * i - 1]), tonumber(ARGV[argument + 2 * i])
    local before = math.max(tonumber(redis.call('GET', KEYS[bucket + i]) or now), now)
    local after = before + step
    local room = full - (after - now)
    if room < 0 then
      refused = true
      states[bucket + i] = string.format('0 %.0f %.0f', before - now, -room)
    else
      states[bucket + i] = string.format('%.0f %.0f 0', math.floor(room / step), after - now)
    end
    later[i] = after
  end
  for i = 1, refused and 0 or count do
    local life = math.max(math.ceil((later[i] - now) / 1000), 1)
    redis.call('SET', KEYS[bucket + i], string.format('%.0f', later[i]), 'PX', life)
  end
  bucket, argument = bucket + count, argument + 2 * count + 1
end
return table.concat(states, ' ')
"""
_LARGEST_BATCH = 64
_BATCH_SECONDS = 0.002


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


@dataclass(frozen=True, slots=True)
class _Question:
    """One call of `take`, and where its answer goes."""

    buckets: tuple[Bucket, ...]
    answer: asyncio.Future[list[BucketState]]


class RateLimiter:
    """Takes from buckets in Redis.

    While one batch of questions is away, those that come meanwhile wait and make the next one; in a crowd also for the
    rest of two milliseconds: under load a question costs a fraction of a call, and a lone one goes at once.
    """

    def __init__(self, guard: RedisGuard) -> None:
        self._guard = guard
        self._script = guard.client.register_script(_SCRIPT)
        self._waiting: list[_Question] = []
        self._asking: asyncio.Task[None] | None = None
        self._asked_at = 0.0
        self._crowded = False

    async def take(self, *buckets: Bucket) -> BucketState:
        """Take one from each bucket, or raise and take none; gives the state of the tightest."""
        question = _Question(buckets, asyncio.get_running_loop().create_future())
        self._waiting.append(question)
        if self._asking is None:
            self._asking = asyncio.create_task(self._ask())
        states = await question.answer
        refused = max(states, key=lambda state: state.retry_after)
        if refused.retry_after:
            raise BucketEmptyError(refused)
        return min(states, key=lambda state: state.remaining / state.rate.count)

    async def _ask(self) -> None:
        batch: list[_Question] = []
        try:
            while self._waiting:
                early = self._asked_at + _BATCH_SECONDS - time.monotonic()
                if early > 0 and (self._crowded or len(self._waiting) > 1):
                    await asyncio.sleep(early)
                self._asked_at = time.monotonic()
                self._crowded = len(self._waiting) > 1
                batch, self._waiting = self._waiting[:_LARGEST_BATCH], self._waiting[_LARGEST_BATCH:]
                await self._ask_batch(batch)
        finally:
            # Unless this task is cut off, all of these have their answers.
            for question in batch + self._waiting:
                question.answer.cancel()
            self._waiting = []
            self._asking = None

    async def _ask_batch(self, batch: list[_Question]) -> None:
        keys = [bucket.key for question in batch for bucket in question.buckets]
        arguments: list[int] = []
        for question in batch:
            arguments.append(len(question.buckets))
            for bucket in question.buckets:
                arguments += (bucket.rate.seconds * 1_000_000 // bucket.rate.count, bucket.rate.seconds * 1_000_000)

        async def run(_: Any) -> Any:
            return await self._script(keys=keys, args=arguments)

        try:
            numbers = iter((await self._guard.call(run)).split())
        except UnavailableError as error:
            for question in batch:
                if not question.answer.done():
                    question.answer.set_exception(UnavailableError(error.detail))
            return
        for question in batch:
            states = [_state(bucket, next(numbers), next(numbers), next(numbers)) for bucket in question.buckets]
            if not question.answer.done():
                question.answer.set_result(states)


def _state(bucket: Bucket, remaining: str, reset: str, retry: str) -> BucketState:
    return BucketState(
        bucket.rule, bucket.rate, int(remaining), math.ceil(int(reset) / 1e6), math.ceil(int(retry) / 1e6)
    )
