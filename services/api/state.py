"""What the API opens once for all requests: connections, the password pool, the key ring."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Annotated, TypedDict, cast

import redis.asyncio
from fastapi import Depends, Request

from services.core.accounts.blocklist import Blocklist
from services.core.accounts.passwords import PasswordHasher
from services.core.accounts.sessions import Sessions
from services.core.accounts.tokens import AccessTokens, RefreshSecrets
from services.core.db import Database
from services.core.redis_guard import RedisGuard
from services.core.renders.client import RendererPool
from services.core.settings import Settings
from services.core.storage import ObjectStore


class State(TypedDict):
    """What the lifespan opens once for all requests."""

    settings: Settings
    database: Database
    redis: redis.asyncio.Redis
    guard: RedisGuard
    store: ObjectStore
    renderers: RendererPool
    passwords: PasswordHasher
    tokens: AccessTokens
    sessions: Sessions
    blocklist: Blocklist


@asynccontextmanager
async def open_state(settings: Settings) -> AsyncIterator[State]:
    """Open everything; close it in the opposite order. Nothing connects before it is used."""
    async with AsyncExitStack() as stack:
        database = Database(settings.database, application="api")
        stack.push_async_callback(database.dispose)
        client = redis.asyncio.Redis.from_url(
            settings.redis.url, decode_responses=True, socket_connect_timeout=1, socket_timeout=2
        )
        stack.push_async_callback(client.aclose)
        renderers = RendererPool(settings.renderer)
        stack.push_async_callback(renderers.aclose)
        passwords = PasswordHasher(settings.auth)
        stack.callback(passwords.close)
        guard = RedisGuard(client)
        yield State(
            settings=settings,
            database=database,
            redis=client,
            guard=guard,
            store=ObjectStore(settings.storage),
            renderers=renderers,
            passwords=passwords,
            tokens=AccessTokens(settings.auth, settings.key_set),
            sessions=Sessions(settings.auth, RefreshSecrets(settings.auth)),
            blocklist=Blocklist(guard, settings.auth),
        )


def state(request: Request) -> State:
    """The application's state."""
    return cast("State", request.app.state.opened)


StateDep = Annotated[State, Depends(state)]
