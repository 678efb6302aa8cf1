"""Who a key speaks for, by the call to Redis that counts the request.

What PostgreSQL says of a key is cached in the process for `CACHE_SECONDS`. An end before that is announced in Redis as
`bl:key:ID`, the second since the epoch from which the key is dead (0: revoked), for longer than any process keeps what
it knows; it is written before the commit (`end`), so a Redis that is down makes the revocation fail (503) instead of
leaving a key alive. A Redis that lost its memory costs at most `CACHE_SECONDS`.

`identify` raises `InvalidTokenError` (401) for a key that is unknown, expired, revoked, or of an account that is gone.
Without Redis a read asks PostgreSQL each time, and for anything else it raises `UnavailableError` (503).
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

import structlog

from services.core.accounts.models import User
from services.core.identity.caller import Caller
from services.core.identity.errors import InvalidTokenError
from services.core.identity.permissions import Role, Scope
from services.core.keys import repository, secret
from services.core.keys.models import ApiKey
from services.core.kit.cache import TtlCache
from services.core.kit.database import Database, WriteSession
from services.core.kit.errors import UnavailableError
from services.core.kit.redis.guard import RedisGuard
from services.core.kit.redis.limits import RevokedError
from services.core.kit.tables import utc_now

CACHE_SECONDS = 30.0
# Longer than what is cached, by more than a commit may take after its announcement.
_REVOCATION_LIFE = timedelta(seconds=120)
_LAST_USE_EVERY = timedelta(seconds=60)
_REVOKED = "0"
_SIZE = 10_000

# Counts a request for the key with this id and looks at its revocation key, as `RateLimiter.take` does.
CountRequest = Callable[[UUID], Awaitable[object]]

log = structlog.get_logger("keys")


@dataclass(frozen=True, slots=True)
class Identity:
    """A key that works, and whose it is."""

    key_id: UUID
    user_id: UUID
    handle: str
    name: str
    prefix: str
    scopes: frozenset[Scope]
    expires_at: datetime | None
    held_back: bool = False

    def caller(self) -> Caller:
        """Whoever calls by a key is a plain user: what moderators may do, they do signed in."""
        return Caller(
            self.user_id, self.handle, Role.USER, key_id=self.key_id, scopes=self.scopes, held_back=self.held_back
        )


class KeyIdentities:
    """Identities by key value; also records, outside the request, when a key was last used."""

    def __init__(
        self,
        database: Database,
        guard: RedisGuard,
        *,
        verify_addresses: bool = False,
        seconds: float = CACHE_SECONDS,
    ) -> None:
        self._verify_addresses = verify_addresses
        self._database = database
        self._guard = guard
        self._cache: TtlCache[Identity] = TtlCache(seconds=seconds, size=_SIZE)
        self._next_write: dict[UUID, float] = {}
        self._writes: set[asyncio.Task[None]] = set()

    async def aclose(self) -> None:
        """Wait for the last uses that are being written."""
        await asyncio.gather(*self._writes)

    def cached(self, value: str) -> Identity | None:
        """Whom `value` spoke for a moment ago, as far as this process knows; it may have ended since."""
        return self._cache.peek(secret.digest(value))

    async def identify(self, value: str, count: CountRequest, *, writes: bool) -> Identity:
        """Who `value` speaks for, as the module's docstring says; `count` counts the request for the key."""
        key_hash = secret.digest(value)
        if key_hash is None:
            raise InvalidTokenError("This is no API key")

        async def load() -> Identity:
            return await self._load(key_hash)

        found = await self._cache.get(key_hash, load)
        _refuse_expired(found.expires_at)
        try:
            await count(found.key_id)
        except RevokedError as revoked:
            how = "was revoked" if revoked.since == _REVOKED else "has expired"
            raise InvalidTokenError(f"This API key {how}") from None
        except UnavailableError:
            if writes:
                raise
            return await load()
        self._record_use(found.key_id)
        return found

    async def end(self, key_ids: Iterable[UUID], *, at: datetime | None = None) -> None:
        """Announce that these keys expire `at`, or are revoked now; called before the commit that says so."""
        names = [revocation_key(key_id) for key_id in key_ids]
        if not names:
            return
        dead_from = repr(at.timestamp()) if at is not None else _REVOKED

        async def write(client: object) -> None:
            async with self._guard.client.pipeline(transaction=False) as pipeline:
                for name in names:
                    pipeline.set(name, dead_from, ex=_REVOCATION_LIFE)
                await pipeline.execute()

        await self._guard.call(write)

    async def end_all(self, session: WriteSession, user_id: UUID, *, since: datetime | None = None) -> None:
        """Revoke the keys of an account, or those made after `since`, in this transaction, and announce it."""
        await self.end(await repository.revoke_all(session, user_id, utc_now(), since=since))

    async def _load(self, key_hash: str) -> Identity:
        async with self._database.read() as session:
            found = await repository.key_and_user(session, key_hash)
        if found is None:
            raise InvalidTokenError("There is no such API key")
        identity = _identity(*found)
        held_back = self._verify_addresses and found[1].email_verified_at is None
        return replace(identity, held_back=held_back)

    def _record_use(self, key_id: UUID) -> None:
        """Write the time of use at most once a minute and key, while the request goes on."""
        now = time.monotonic()
        if now < self._next_write.get(key_id, 0.0):
            return
        if len(self._next_write) >= _SIZE:
            self._next_write.clear()
        self._next_write[key_id] = now + _LAST_USE_EVERY.total_seconds()
        task = asyncio.create_task(self._write_use(key_id))
        self._writes.add(task)
        task.add_done_callback(self._writes.discard)

    async def _write_use(self, key_id: UUID) -> None:
        try:
            async with self._database.write() as session:
                await repository.touch(session, key_id, utc_now(), every=_LAST_USE_EVERY)
        except UnavailableError:
            log.warning("last use not recorded", key_id=str(key_id))


def revocation_key(key_id: UUID) -> str:
    """The key in Redis (kit/redis/limits.py) that says that this API key ended."""
    return f"bl:key:{key_id}"


def _identity(key: ApiKey, user: User) -> Identity:
    if key.revoked_at is not None or user.deleted_at is not None:
        raise InvalidTokenError("This API key was revoked")
    _refuse_expired(key.expires_at)
    if user.suspended_at is not None:
        raise InvalidTokenError("The account of this API key is suspended")
    return Identity(
        key_id=key.id,
        user_id=user.id,
        handle=user.handle,
        name=key.name,
        prefix=key.prefix,
        scopes=frozenset(Scope(scope) for scope in key.scopes),
        expires_at=key.expires_at,
    )


def _refuse_expired(expires_at: datetime | None) -> None:
    if expires_at is not None and expires_at <= utc_now():
        raise InvalidTokenError("This API key has expired")
