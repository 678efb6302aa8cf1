"""Passwords: what is accepted, and argon2id in a bounded pool of threads.

A hash costs tens of milliseconds and `argon2_memory_kib` of memory, so `argon2_concurrency` of them run at a time;
a few more wait, and beyond that `UnavailableError` (503, Retry-After 1) is raised rather than a queue grown.
`verify` takes the same time for a user who does not exist: it then checks a hash of nobody's password.
"""

import asyncio
import secrets
import unicodedata
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from typing import TypeVar

from passlib.context import CryptContext

from services.core.accounts.common_passwords import is_common
from services.core.accounts.settings import AuthSettings
from services.core.kit.errors import InvalidInputError, UnavailableError

MINIMUM_LENGTH = 8
MAXIMUM_LENGTH = 256
_WAITING_PER_WORKER = 40

T = TypeVar("T")


class WeakPasswordError(InvalidInputError):
    """The password is too short, too long, or among the first that a stranger would try."""

    code = "weak_password"
    title = "Choose another password"


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the password fits, and a new hash when the stored one is of weaker settings."""

    correct: bool
    replacement: str | None = None


def normal_form(password: str) -> str:
    """The password in NFC: systems type an accent as a sign of its own (NFD) or together with its letter."""
    return unicodedata.normalize("NFC", password)


def check_password(password: str, *, handle: str = "", email: str = "") -> None:
    """Raise `WeakPasswordError` unless the password may be used; it is never cut."""
    password = normal_form(password)
    if len(password) < MINIMUM_LENGTH:
        raise WeakPasswordError(f"A password has at least {MINIMUM_LENGTH} characters")
    if len(password) > MAXIMUM_LENGTH:
        raise WeakPasswordError(f"A password has at most {MAXIMUM_LENGTH} characters")
    lowered = password.lower()
    if is_common(password) or lowered in {handle.lower(), email.lower(), email.lower().partition("@")[0]}:
        raise WeakPasswordError("This password is among the first that a stranger would try")


@cache
def _context(memory_kib: int, time_cost: int) -> CryptContext:
    return CryptContext(
        schemes=["argon2"],
        argon2__type="ID",
        argon2__memory_cost=memory_kib,
        argon2__time_cost=time_cost,
        argon2__parallelism=1,
    )


@cache
def _hash_of_nobody(context: CryptContext) -> str:
    return str(context.hash(secrets.token_urlsafe(16)))


class PasswordHasher:
    """argon2id with the parameters of the settings."""

    def __init__(self, settings: AuthSettings) -> None:
        self._context = _context(settings.argon2_memory_kib, settings.argon2_time_cost)
        self._pool = ThreadPoolExecutor(settings.argon2_concurrency, thread_name_prefix="argon2")
        self._admitted = 0
        self._most = settings.argon2_concurrency * (1 + _WAITING_PER_WORKER)
        self._nobody = _hash_of_nobody(self._context)

    async def hash(self, password: str) -> str:
        """The encoded hash of a new password."""
        return str(await self._run(self._context.hash, normal_form(password)))

    async def verify(self, password: str, stored: str | None) -> Verdict:
        """Check `password`; with `stored` None the same work is done and the answer is no."""
        correct, replacement = await self._run(self._verified, password, stored or self._nobody)
        if stored is None:
            return Verdict(correct=False)
        return Verdict(bool(correct), replacement)

    def close(self) -> None:
        """End the threads."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _verified(self, password: str, stored: str) -> tuple[bool, str | None]:
        """Whether one form of the password fits. Hashes that were made of another form than NFC are replaced."""
        normal = normal_form(password)
        correct, replacement = self._context.verify_and_update(normal, stored)
        if correct:
            return True, replacement
        others = {password, unicodedata.normalize("NFD", password)} - {normal}
        if any(self._context.verify(form, stored) for form in others):
            return True, str(self._context.hash(normal))
        return False, None

    async def _run(self, function: Callable[..., T], *arguments: str) -> T:
        if self._admitted >= self._most:
            raise UnavailableError("Too many people sign in at this moment", retry_after=1)
        self._admitted += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._pool, function, *arguments)
        finally:
            self._admitted -= 1
