"""Who a key speaks for: what is asked of PostgreSQL and Redis, and that an end reaches every process."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import UUID

import pytest
import redis.asyncio
from sqlalchemy import event, select, update
from sqlmodel import col

from services.core.accounts.models import User
from services.core.identity.errors import InvalidTokenError
from services.core.identity.permissions import TAKING_PART, Permission, Role, Scope
from services.core.keys import service
from services.core.keys.identities import Identity, KeyIdentities, revocation_key
from services.core.keys.models import ApiKey
from services.core.keys.schemas import KeyCreate, KeyCreated
from services.core.kit.database import Database
from services.core.kit.redis.guard import RedisGuard
from services.core.kit.redis.limits import RateLimiter
from services.core.kit.tables import utc_now
from tests.factories import make_user


@pytest.fixture
async def ada(database: Database) -> User:
    async with database.write() as session:
        return await make_user(session, handle="ada", role=Role.ADMIN)


async def make(database: Database, user: User) -> KeyCreated:
    async with database.write() as session:
        given = KeyCreate(name="agent", scopes=[Scope.WRITE])
        return await service.create(session, user.id, given)


@pytest.fixture
async def process(database: Database, redis_client: redis.asyncio.Redis) -> AsyncIterator[KeyIdentities]:
    identities = KeyIdentities(database, RedisGuard(redis_client))
    yield identities
    await identities.aclose()


@pytest.fixture
async def another(database: Database, redis_client: redis.asyncio.Redis) -> AsyncIterator[KeyIdentities]:
    identities = KeyIdentities(database, RedisGuard(redis_client))
    yield identities
    await identities.aclose()


async def identify(process: KeyIdentities, key: KeyCreated) -> Identity:
    assert key.key is not None
    limiter = RateLimiter(process._guard)

    async def take(key_id: UUID) -> None:
        await limiter.take(revocation_keys=[revocation_key(key_id)])

    return await process.identify(key.key, take, writes=True)


async def ask(process: KeyIdentities, key: KeyCreated) -> UUID:
    return (await identify(process, key)).key_id


async def test_a_crowd_costs_one_query(database: Database, process: KeyIdentities, ada: User) -> None:
    key = await make(database, ada)
    asked: list[str] = []

    def note(*given: object) -> None:
        asked.append(str(given[2]))

    event.listen(database.engine.sync_engine, "before_cursor_execute", note)
    try:
        assert set(await asyncio.gather(*(ask(process, key) for _ in range(50)))) == {key.id}
        await process.aclose()
    finally:
        event.remove(database.engine.sync_engine, "before_cursor_execute", note)
    assert len([statement for statement in asked if "key_hash =" in statement]) == 1
    assert len([statement for statement in asked if statement.startswith("UPDATE api_keys SET last_used_at")]) == 1


async def test_a_key_carries_no_role(database: Database, process: KeyIdentities, ada: User) -> None:
    key = await make(database, ada)
    caller = (await identify(process, key)).caller()
    assert (caller.user_id, caller.handle, caller.role) == (ada.id, "ada", Role.USER)
    assert {permission for permission in Permission if caller.may(permission)} == TAKING_PART
    assert caller.has_scope(Scope.READ)
    assert caller.has_scope(Scope.WRITE)
    assert not caller.has_scope(Scope.BOUNTY)


async def test_an_end_reaches_the_other_process(
    database: Database, process: KeyIdentities, another: KeyIdentities, ada: User
) -> None:
    key = await make(database, ada)
    await ask(another, key)
    async with database.write() as session:
        await service.revoke(session, ada.id, key.id)
        await process.end([key.id])
    for asked in (process, another):
        with pytest.raises(InvalidTokenError, match="revoked"):
            await ask(asked, key)


async def test_an_end_in_the_future_counts_from_then_on(
    database: Database, process: KeyIdentities, another: KeyIdentities, ada: User
) -> None:
    key = await make(database, ada)
    await ask(another, key)
    await process.end([key.id], at=utc_now() + timedelta(seconds=0.4))
    assert await ask(another, key) == key.id
    await asyncio.sleep(0.5)
    with pytest.raises(InvalidTokenError):
        await ask(another, key)


async def test_what_is_announced_outlives_what_is_kept(
    process: KeyIdentities, redis_client: redis.asyncio.Redis, ada: User, database: Database
) -> None:
    key = await make(database, ada)
    await process.end([key.id])
    assert await redis_client.ttl(f"bl:key:{key.id}") > 60


async def test_without_the_announcement_an_end_is_seen_when_nothing_is_kept_any_more(
    database: Database, redis_client: redis.asyncio.Redis, ada: User
) -> None:
    brief = KeyIdentities(database, RedisGuard(redis_client), seconds=0.2)
    key = await make(database, ada)
    await ask(brief, key)
    async with database.write() as session:
        await service.revoke(session, ada.id, key.id)
    await asyncio.sleep(0.3)
    with pytest.raises(InvalidTokenError, match="revoked"):
        await ask(brief, key)
    await brief.aclose()


async def test_the_last_use_is_noted_once_a_minute(database: Database, process: KeyIdentities, ada: User) -> None:
    key = await make(database, ada)
    await ask(process, key)
    await process.aclose()
    used = select(col(ApiKey.last_used_at)).where(col(ApiKey.id) == key.id)
    async with database.read() as session:
        first = await session.scalar(used)
    assert first is not None
    assert utc_now() - first < timedelta(seconds=5)
    async with database.write() as session:
        await session.execute(update(ApiKey).values(last_used_at=first - timedelta(seconds=30)))
    await ask(process, key)
    await process.aclose()
    fresh = KeyIdentities(database, process._guard)
    await ask(fresh, key)
    await fresh.aclose()
    async with database.read() as session:
        assert await session.scalar(used) == first - timedelta(seconds=30)
