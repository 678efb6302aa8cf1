"""Failures on demand: each waits for a request whose `METHOD /path` it fits, and happens so many times."""

import re
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What goes wrong."""

    ERROR_BEFORE = "error_before"  # 500, and nothing was done
    ERROR_AFTER = "error_after"  # 500, although it was done
    RESET_BEFORE = "reset_before"  # the connection breaks before it is done
    RESET_AFTER = "reset_after"  # and after
    CONFLICT = "conflict"  # 409 lock_timeout
    RATE_LIMIT = "rate_limit"  # 429
    SLOW = "slow"
    UNAUTHORIZED = "unauthorized"  # 401
    KEY_EXPIRED = "key_expired"  # 401 api_key_expired
    FORBIDDEN = "forbidden"  # 403


@dataclass
class Fault:
    """One fault. `retry`: what `Stripe-Should-Retry` says, where it is there."""

    kind: Kind
    fits: str = ".*"
    times: int = 1
    retry: bool | None = None
    seconds: float = 0

    def headers(self) -> tuple[tuple[str, str], ...]:
        """What it adds to the answer."""
        return () if self.retry is None else (("Stripe-Should-Retry", str(self.retry).lower()),)


class Faults:
    """Those that wait."""

    def __init__(self) -> None:
        self.waiting: list[Fault] = []

    def add(
        self, kind: Kind | str, fits: str = ".*", *, times: int = 1, retry: bool | None = None, seconds: float = 0
    ) -> Fault:
        """Let the next `times` requests that fit fail."""
        fault = Fault(Kind(kind), fits, times, retry, seconds)
        self.waiting.append(fault)
        return fault

    def take(self, request: str) -> Fault | None:
        """The fault for a request, used once."""
        for fault in self.waiting:
            if re.fullmatch(fault.fits, request):
                fault.times -= 1
                if not fault.times:
                    self.waiting.remove(fault)
                return fault
        return None


class BrokenError(Exception):
    """The connection breaks."""
