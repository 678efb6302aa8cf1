"""Rate limits: GCRA in Redis, by the server's clock, exact over all processes.

A rate `count/seconds` may be used up in one burst and then fills evenly. `RateLimiter.take` takes one from each of
several buckets, or from none when one of them is empty; it gives the tightest one's state, or raises
`RateLimitedError` with `Retry-After`, or `UnavailableError` when Redis is down. The caller decides what then:
reads go on without limits, everything else is refused (503), as a limit that can be switched off by
breaking Redis would be none.

A question may name `stops`, which are looked at first: keys in Redis that hold the second since the epoch from which
whoever asks is dead (a revoked key, a sign-in that ended). Then nothing is taken, and `StoppedError` is raised.
"""

import asyncio
import hashlib
import math
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from services.core.kit.errors import RateLimitedError, UnavailableError
from services.core.kit.redis.guard import RedisGuard
from services.core.kit.redis.script import LoneScript

# Answers a batch of questions, one after the other. KEYS: stops and buckets of all questions. ARGV: for each question
# whether it depends on the one before it (1 or 0), how many stops and how many buckets it has, and for each of these
# the microseconds between two cells and the microseconds of a full bucket. A bucket's key holds the "theoretical
# arrival time" in microseconds. Gives for each question "remaining reset retry" of its buckets, or what the reached
# stop holds, or "-" when it was not asked; as one text, because reading many small answers costs Python more than the
# rest of it.
_SCRIPT = """
local clock = redis.call('TIME')
local now = clock[1] * 1000000 + clock[2]
local answers = {}
local key, argument, refused = 0, 1, false
while argument <= #ARGV do
  local stops, count = tonumber(ARGV[argument + 1]), tonumber(ARGV[argument + 2])
  refused = refused and ARGV[argument] == '1'
  local states, later = refused and {'-'} or {}, {}
  for i = 1, refused and 0 or stops do
    local since = redis.call('GET', KEYS[key + i])
    if since and tonumber(since) * 1000000 <= now then
      refused, states = true, {since}
    end
  end
  key, argument = key + stops, argument + 2
  for i = 1, refused and 0 or count do
    local step, full = tonumber(ARGV[argument + 2 * i - 1]), tonumber(ARGV[argument + 2 * i])
    local before = math.max(tonumber(redis.call('GET', KEYS[key + i]) or now), now)
    local after = before + step
    local room = full - (after - now)
    if room < 0 then
      refused = true
      states[i] = string.format('0 %.0f %.0f', before - now, -room)
    else
      states[i] = string.format('%.0f %.0f 0', math.floor(room / step), after - now)
    end
    later[i] = after
  end
  for i = 1, refused and 0 or count do
    local life = math.max(math.ceil((later[i] - now) / 1000), 1)
    redis.call('SET', KEYS[key + i], string.format('%.0f', later[i]), 'PX', life)
  end
  answers[#answers + 1] = table.concat(states, ' ')
  key, argument = key + count, argument + 2 * count + 1
end
return table.concat(answers, ';')
"""
_LARGEST_BATCH = 64
_BATCH_SECONDS = 0.002


@dataclass(frozen=True, slots=True)
class Rate:
    """So many in so many seconds."""

    count: int
    seconds: int

    @classmethod
    @cache
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

    @property
    def share(self) -> float:
        """Which part of it is left."""
        return self.remaining / self.rate.count


class BucketEmptyError(RateLimitedError):
    """A bucket is empty; `state` says which and until when."""

    def __init__(self, state: BucketState) -> None:
        super().__init__(state.retry_after, f"Come back in {state.retry_after} seconds")
        self.state = state


class StoppedError(Exception):
    """A stop was reached; `since` is what it holds."""

    def __init__(self, since: str) -> None:
        super().__init__(since)
        self.since = since


@dataclass(frozen=True, slots=True)
class Question:
    """Looks at the stops, then takes one from each bucket, or from none when one of them is empty."""

    buckets: Sequence[Bucket]
    stops: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """The states of a question's buckets, or what the stop holds that was reached."""

    states: Sequence[BucketState] = ()
    stopped: str | None = None

    def granted(self) -> BucketState | None:
        """The state of the tightest bucket; raises what it was refused for."""
        if self.stopped is not None:
            raise StoppedError(self.stopped)
        refused = max(self.states, key=lambda state: state.retry_after, default=None)
        if refused is not None and refused.retry_after:
            raise BucketEmptyError(refused)
        return min(self.states, key=lambda state: state.share, default=None)


@dataclass(frozen=True, slots=True)
class _Asked:
    """Questions that were asked together, and where their answers go."""

    questions: Sequence[Question]
    answers: asyncio.Future[list[Answer]]


class RateLimiter:
    """Takes from buckets in Redis.

    While one batch of questions is away, those that come meanwhile wait and make the next one; in a crowd also for the
    rest of two milliseconds: under load a question costs a fraction of a call, and a lone one goes at once.
    """

    def __init__(self, guard: RedisGuard) -> None:
        self._guard = guard
        self._script = LoneScript(guard.client, _SCRIPT)
        self._waiting: list[_Asked] = []
        self._asking: asyncio.Task[None] | None = None
        self._asked_at = 0.0
        self._crowded = False

    async def aclose(self) -> None:
        """Close the connection."""
        await self._script.aclose()

    async def take(self, *buckets: Bucket, stops: Sequence[str] = ()) -> BucketState | None:
        """Take one from each bucket, or raise and take none; gives the state of the tightest."""
        return (await self.ask(Question(buckets, stops)))[0].granted()

    async def ask(self, *questions: Question) -> list[Answer]:
        """The answers to `questions`; the first refusal is the last of them, as those behind it are not asked."""
        asked = _Asked(questions, asyncio.get_running_loop().create_future())
        self._waiting.append(asked)
        if self._asking is None:
            self._asking = asyncio.create_task(self._ask())
        return await asked.answers

    async def _ask(self) -> None:
        batch: list[_Asked] = []
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
            for asked in batch + self._waiting:
                asked.answers.cancel()
            self._waiting = []
            self._asking = None

    async def _ask_batch(self, batch: list[_Asked]) -> None:
        keys: list[str] = []
        arguments: list[int] = []
        for asked in batch:
            for place, question in enumerate(asked.questions):
                keys += [*question.stops, *(bucket.key for bucket in question.buckets)]
                arguments += (min(place, 1), len(question.stops), len(question.buckets))
                for bucket in question.buckets:
                    full = bucket.rate.seconds * 1_000_000
                    arguments += (full // bucket.rate.count, full)

        async def run(_: Any) -> Any:
            return await self._script(keys, arguments)

        try:
            texts = iter((await self._guard.call(run)).split(";"))
        except UnavailableError as error:
            for asked in batch:
                if not asked.answers.done():
                    asked.answers.set_exception(UnavailableError(error.detail))
            return
        for asked in batch:
            answers = [_answer(question.buckets, next(texts)) for question in asked.questions]
            if not asked.answers.done():
                asked.answers.set_result([answer for answer in answers if answer is not None])


def _answer(buckets: Sequence[Bucket], text: str) -> Answer | None:
    words = text.split()
    if len(words) == 1:
        return None if text == "-" else Answer(stopped=text)
    numbers = [int(word) for word in words]
    return Answer(
        [
            BucketState(bucket.rule, bucket.rate, remaining, math.ceil(reset / 1e6), math.ceil(retry / 1e6))
            for bucket, remaining, reset, retry in zip(buckets, numbers[::3], numbers[1::3], numbers[2::3], strict=True)
        ]
    )
