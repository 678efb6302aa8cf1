"""Rate limits: GCRA in Redis, by the server's clock, exact over all processes.

A rate `count/seconds` may be used up in one burst and then fills evenly. A `LimitCheck` takes one from each of its
buckets, or from none when one of them is empty. Its `revocation_keys` are looked at first: keys in Redis that hold the
second since the epoch from which the caller's credential is dead; then nothing is taken.

`RateLimiter.take` makes one check. It gives the tightest bucket's state, or raises `BucketEmptyError` with
`Retry-After`, `RevokedError`, or `UnavailableError` when Redis is down. The caller decides what then: reads go on
without limits, everything else is refused (503), as a limit that can be switched off by breaking Redis would be none.
"""

import hashlib
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any

from services.core.kit.errors import RateLimitedError
from services.core.kit.redis.guard import RedisGuard
from services.core.kit.shared_calls import SharedCalls

_SCRIPT = Path(__file__).with_suffix(".lua").read_text()
_MICROSECONDS = 1_000_000
_LARGEST_BATCH = 64


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

    @property
    def step(self) -> int:
        """The microseconds in which one fills again."""
        return self.seconds * _MICROSECONDS // self.count


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
    def remaining_fraction(self) -> float:
        """Which part of the bucket is left, 0 to 1."""
        return self.remaining / self.rate.count


class BucketEmptyError(RateLimitedError):
    """A bucket is empty; `state` says which and until when."""

    def __init__(self, state: BucketState) -> None:
        super().__init__(state.retry_after, f"Come back in {state.retry_after} seconds")
        self.state = state


class RevokedError(Exception):
    """The caller's credential has ended; `since` is what its revocation key holds."""

    def __init__(self, since: str) -> None:
        super().__init__(since)
        self.since = since


@dataclass(frozen=True, slots=True)
class LimitCheck:
    """What one check looks at and takes from."""

    buckets: Sequence[Bucket]
    revocation_keys: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class LimitResult:
    """The states of a check's buckets, or what the revocation key holds that was reached."""

    states: Sequence[BucketState] = ()
    revoked_since: str | None = None

    def tightest(self) -> BucketState | None:
        """The state of the bucket with the least left; raises `RevokedError` and `BucketEmptyError`."""
        if self.revoked_since is not None:
            raise RevokedError(self.revoked_since)
        refused = max(self.states, key=lambda state: state.retry_after, default=None)
        if refused is not None and refused.retry_after:
            raise BucketEmptyError(refused)
        return min(self.states, key=lambda state: state.remaining_fraction, default=None)


class RateLimiter:
    """Takes from buckets in Redis, with one call at a time (kit/shared_calls.py).

    Without that the feed of visitors would miss its goal (docs/benchmarks.md).
    """

    def __init__(self, guard: RedisGuard) -> None:
        self._guard = guard
        self._script = guard.client.register_script(_SCRIPT)
        self._calls = SharedCalls(self._make, most=_LARGEST_BATCH)

    async def take(self, *buckets: Bucket, revocation_keys: Sequence[str] = ()) -> BucketState | None:
        """Take one from each bucket, or raise and take none; gives the state of the tightest."""
        return (await self.check(LimitCheck(buckets, revocation_keys)))[0].tightest()

    async def check(self, *checks: LimitCheck) -> list[LimitResult]:
        """The results of `checks` in one round trip; the first refusal is the last of them, as none is made after."""
        return await self._calls.ask(checks)

    async def _make(self, requests: Sequence[Sequence[LimitCheck]]) -> list[list[LimitResult]]:
        argument = json.dumps([[_argument(check) for check in checks] for checks in requests])
        text = await self._guard.call(partial(self._script, (), [argument]))
        return [
            [_result(check, each) for check, each in zip(checks, found, strict=False)]
            for checks, found in zip(requests, json.loads(text), strict=True)
        ]


def _argument(check: LimitCheck) -> dict[str, Any]:
    buckets = [
        {"key": bucket.key, "step": bucket.rate.step, "full": bucket.rate.seconds * _MICROSECONDS}
        for bucket in check.buckets
    ]
    return {"revocation_keys": [*check.revocation_keys], "buckets": buckets}


def _result(check: LimitCheck, found: dict[str, Any]) -> LimitResult:
    states = [
        BucketState(bucket.rule, bucket.rate, state["remaining"], _seconds(state["reset"]), _seconds(state["retry"]))
        for bucket, state in zip(check.buckets, found["states"], strict=False)
    ]
    return LimitResult(states, found.get("revoked_since"))


def _seconds(microseconds: float) -> int:
    return math.ceil(microseconds / _MICROSECONDS)
