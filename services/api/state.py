"""What the API opens once for all requests: connections, the password pool, the key ring."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Annotated, cast

import redis.asyncio
from fastapi import Depends, Request
from redis.asyncio.connection import BlockingConnectionPool
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as LostConnectionError

from services.api.settings import ApiSettings
from services.api.shutdown import on_stop_signal
from services.api.turns import WriteTurns
from services.core.accounts.addresses import Addresses
from services.core.accounts.blocklist import Blocklist
from services.core.accounts.known_devices import KnownDevices
from services.core.accounts.mails import AccountMails
from services.core.accounts.passkeys import Passkeys
from services.core.accounts.passwords import PasswordHasher
from services.core.accounts.providers.choose import providers_of
from services.core.accounts.providers.flow import ProviderSignIn
from services.core.accounts.providers.seals import Seals
from services.core.accounts.reset import PasswordReset
from services.core.accounts.second_factor import SecondFactor
from services.core.accounts.sessions import Sessions
from services.core.accounts.settings import AuthSettings
from services.core.accounts.sign_in import SignIn
from services.core.accounts.sign_in_settings import SignInSettings
from services.core.accounts.tokens import AccessTokens, RefreshSecrets
from services.core.accounts.ways_in import WaysIn
from services.core.factors.passkeys import RelyingParty
from services.core.factors.settings import FactorSettings
from services.core.factors.totp import TotpSecrets
from services.core.feed.service import PersonalFeed
from services.core.identity.picture_links import PictureLinks
from services.core.keys.identities import KeyIdentities
from services.core.kit.database import Database
from services.core.kit.redis.guard import RedisGuard
from services.core.kit.redis.limits import RateLimiter
from services.core.kit.secret_box import SecretBox
from services.core.kit.settings import RedisSettings
from services.core.kit.storage import ObjectStore
from services.core.kit.topics import Topics
from services.core.mail.service import MailQueue
from services.core.mail.settings import MailSettings
from services.core.mail.unsubscribe import Unsubscribing
from services.core.moderation.suspending import Suspensions
from services.core.privacy.deletion import AccountDeletion
from services.core.renders.client import RendererPool
from services.core.renders.pictures import PictureAccess
from services.core.renders.settings import RendererClientSettings
from services.core.wording.gate import TextGate, gate_of
from services.core.wording.settings import WordingSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """What the lifespan opens once for all requests."""

    settings: ApiSettings
    database: Database
    turns: WriteTurns
    redis: redis.asyncio.Redis
    guard: RedisGuard
    store: ObjectStore
    renderers: RendererPool
    topics: Topics
    tokens: AccessTokens
    known_devices: KnownDevices
    picture_links: PictureLinks
    pictures: PictureAccess
    blocklist: Blocklist
    mails: MailQueue
    texts: TextGate
    unsubscribing: Unsubscribing
    addresses: Addresses
    reset: PasswordReset
    sign_in: SignIn
    passkeys: Passkeys
    second_factor: SecondFactor
    provider_sign_in: ProviderSignIn
    deletion: AccountDeletion
    suspensions: Suspensions
    keys: KeyIdentities
    limiter: RateLimiter
    feed: PersonalFeed


@asynccontextmanager
async def open_services(settings: ApiSettings) -> AsyncIterator[Services]:
    """Open everything; close it in the opposite order. Nothing connects before it is used."""
    auth, ways = settings.of(AuthSettings), settings.of(SignInSettings)
    ways_in = WaysIn(ways.passwords, frozenset(provider.issuer for provider in ways.configured))
    async with AsyncExitStack() as stack:
        database = Database(settings.database, application="api")
        stack.push_async_callback(database.dispose)
        client = _redis(settings.redis)
        stack.push_async_callback(client.aclose)
        renderers = RendererPool(settings.of(RendererClientSettings))
        stack.push_async_callback(renderers.aclose)
        topics = Topics(database)
        stack.push_async_callback(topics.aclose)
        stack.enter_context(on_stop_signal(topics.close))
        passwords = PasswordHasher(auth)
        stack.callback(passwords.close)
        guard = RedisGuard(client)
        keys = KeyIdentities(database, guard, verify_addresses=auth.verify_addresses)
        stack.push_async_callback(keys.aclose)
        tokens = AccessTokens(auth, auth.key_set)
        picture_links = PictureLinks(auth.token_pepper.get_secret_value())
        blocklist = Blocklist(guard, auth)
        mails = MailQueue(settings.of(MailSettings))
        account_mails = AccountMails(mails)
        addresses = Addresses(database, auth, account_mails, blocklist)
        sessions = Sessions(auth, RefreshSecrets(auth))
        sign_in = SignIn(database, passwords, sessions, tokens, blocklist, addresses, account_mails, auth, ways)
        secrets = TotpSecrets(SecretBox.of(settings.of(FactorSettings)), settings.site.name)
        yield Services(
            settings=settings,
            database=database,
            turns=WriteTurns(),
            redis=client,
            guard=guard,
            store=ObjectStore(settings.storage),
            renderers=renderers,
            topics=topics,
            tokens=tokens,
            known_devices=KnownDevices(auth.token_pepper.get_secret_value()),
            picture_links=picture_links,
            pictures=PictureAccess(database, picture_links),
            blocklist=blocklist,
            mails=mails,
            texts=gate_of(settings.of(WordingSettings)),
            unsubscribing=Unsubscribing(settings.of(MailSettings)),
            addresses=addresses,
            reset=PasswordReset(database, passwords, account_mails, blocklist, ways),
            sign_in=sign_in,
            passkeys=Passkeys(database, RelyingParty.of(settings.site), sign_in, account_mails, ways_in),
            second_factor=SecondFactor(database, secrets, sign_in, account_mails),
            provider_sign_in=ProviderSignIn(
                database,
                guard,
                providers_of(ways),
                Seals(auth.token_pepper.get_secret_value()),
                sign_in,
                account_mails,
                ways_in,
                settings.site.public_url,
            ),
            deletion=AccountDeletion(database, sign_in, blocklist, keys),
            suspensions=Suspensions(account_mails, blocklist, keys),
            keys=keys,
            limiter=RateLimiter(guard),
            feed=PersonalFeed(database, guard, pool_seconds=settings.cache.pool_seconds),
        )


def _redis(settings: RedisSettings) -> redis.asyncio.Redis:
    """A client of a few connections that tries once more on one that went stale and gives up after two seconds.

    A burst of requests waits for a connection; opening one for each of them would look like a server that is down.
    """
    pool = BlockingConnectionPool.from_url(
        settings.url,
        max_connections=32,
        timeout=5,
        decode_responses=True,
        socket_connect_timeout=2,
        socket_timeout=2,
        retry=Retry(NoBackoff(), 1, supported_errors=(LostConnectionError,)),
    )
    return redis.asyncio.Redis.from_pool(pool)


async def services(request: Request) -> Services:
    """The application's services. A coroutine, because FastAPI runs a plain function in a thread, for each request."""
    return cast("Services", request.app.state.services)


ServicesDep = Annotated[Services, Depends(services)]
