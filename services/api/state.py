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
from services.core.accounts.reset import PasswordReset
from services.core.accounts.seals import Seals
from services.core.accounts.second_factor import SecondFactor
from services.core.accounts.sessions import Sessions
from services.core.accounts.settings import AuthSettings
from services.core.accounts.sign_in import SignIn
from services.core.accounts.sign_in_settings import SignInSettings
from services.core.accounts.tokens import AccessTokens, RefreshSecrets
from services.core.accounts.ways_in import WaysIn
from services.core.desires.loading import open_matcher
from services.core.desires.matching import Matcher
from services.core.embedding.settings import EmbeddingSettings
from services.core.factors.passkeys import RelyingParty
from services.core.factors.settings import FactorSettings
from services.core.factors.totp import TotpSecrets
from services.core.feed.recording import Intake
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
from services.core.payments.service import Payments
from services.core.payments.settings import PaymentSettings, WebhookSettings
from services.core.payments.webhooks import Webhooks
from services.core.privacy.deletion import AccountDeletion
from services.core.renders.client import RendererPool
from services.core.renders.pictures import PictureAccess
from services.core.renders.settings import RendererClientSettings
from services.core.votes.settings import VoteSettings
from services.core.votes.weighing import Weighing
from services.core.wording.choose import open_gate
from services.core.wording.gate import TextGate
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
    weighing: Weighing
    intake: Intake
    matcher: Matcher
    payments: Payments
    webhooks: Webhooks


@dataclass(frozen=True, slots=True, kw_only=True)
class _Connections:
    """What has to be closed."""

    database: Database
    redis: redis.asyncio.Redis
    guard: RedisGuard
    renderers: RendererPool
    topics: Topics
    passwords: PasswordHasher
    keys: KeyIdentities
    payments: Payments


class _Accounts:
    """What the ways to sign in share."""

    def __init__(self, settings: ApiSettings, opened: _Connections) -> None:
        auth = settings.of(AuthSettings)
        self.ways = settings.of(SignInSettings)
        self.ways_in = WaysIn(self.ways.passwords, frozenset(provider.issuer for provider in self.ways.configured))
        self.pepper = auth.token_pepper.get_secret_value()
        self.seals = Seals(self.pepper)
        self.tokens = AccessTokens(auth, auth.key_set)
        self.blocklist = Blocklist(opened.guard, auth)
        self.queue = MailQueue(settings.of(MailSettings))
        self.mails = AccountMails(self.queue)
        self.addresses = Addresses(opened.database, auth, self.mails, self.blocklist, opened.keys)
        self.sign_in = SignIn(
            opened.database,
            opened.passwords,
            Sessions(auth, RefreshSecrets(auth)),
            self.tokens,
            self.blocklist,
            self.addresses,
            self.mails,
            auth,
            self.ways,
        )


@asynccontextmanager
async def open_services(settings: ApiSettings) -> AsyncIterator[Services]:
    """Open everything; close it in the opposite order. Nothing connects before it is used."""
    async with AsyncExitStack() as stack:
        texts = await stack.enter_async_context(open_gate(settings.of(WordingSettings)))
        yield _services(settings, _connect(settings, stack), texts)


def _connect(settings: ApiSettings, stack: AsyncExitStack) -> _Connections:
    auth = settings.of(AuthSettings)
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
    payments = Payments.open(database, settings.of(PaymentSettings), settings.site.public_url)
    stack.push_async_callback(payments.aclose)
    return _Connections(
        database=database,
        redis=client,
        guard=guard,
        renderers=renderers,
        topics=topics,
        passwords=passwords,
        keys=keys,
        payments=payments,
    )


def _services(settings: ApiSettings, opened: _Connections, texts: TextGate) -> Services:
    accounts, database = _Accounts(settings, opened), opened.database
    picture_links = PictureLinks(accounts.pepper)
    secrets = TotpSecrets(SecretBox.of(settings.of(FactorSettings)), settings.site.name)
    return Services(
        settings=settings,
        database=database,
        turns=WriteTurns(),
        redis=opened.redis,
        guard=opened.guard,
        store=ObjectStore(settings.storage),
        renderers=opened.renderers,
        topics=opened.topics,
        tokens=accounts.tokens,
        known_devices=KnownDevices(accounts.seals),
        picture_links=picture_links,
        pictures=PictureAccess(database, picture_links),
        blocklist=accounts.blocklist,
        mails=accounts.queue,
        texts=texts,
        unsubscribing=Unsubscribing(settings.of(MailSettings)),
        addresses=accounts.addresses,
        reset=PasswordReset(database, opened.passwords, accounts.mails, accounts.blocklist, accounts.ways, opened.keys),
        sign_in=accounts.sign_in,
        passkeys=Passkeys(database, RelyingParty.of(settings.site), accounts.sign_in, accounts.mails, accounts.ways_in),
        second_factor=SecondFactor(database, secrets, accounts.sign_in, accounts.mails),
        provider_sign_in=_provider_sign_in(settings, opened, accounts),
        deletion=AccountDeletion(database, accounts.sign_in, accounts.blocklist, opened.keys),
        suspensions=Suspensions(accounts.mails, accounts.blocklist, opened.keys),
        keys=opened.keys,
        limiter=RateLimiter(opened.guard),
        intake=Intake(database, opened.guard, full_after_days=settings.of(VoteSettings).full_after_days),
        feed=PersonalFeed(database, opened.guard, pool_seconds=settings.cache.pool_seconds),
        weighing=Weighing.of(settings.of(VoteSettings), accounts.pepper),
        matcher=open_matcher(settings.of(EmbeddingSettings)),
        payments=opened.payments,
        webhooks=Webhooks(database, settings.of(PaymentSettings), settings.of(WebhookSettings)),
    )


def _provider_sign_in(settings: ApiSettings, opened: _Connections, accounts: _Accounts) -> ProviderSignIn:
    return ProviderSignIn(
        opened.database,
        opened.guard,
        providers_of(accounts.ways),
        accounts.seals,
        accounts.sign_in,
        accounts.mails,
        accounts.ways_in,
        settings.site.public_url,
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


def services_of(request: Request) -> Services:
    """The application's services, for what is asked most: FastAPI takes longer over a dependency than over this."""
    return cast("Services", request.app.state.services)


async def services(request: Request) -> Services:
    """The same as a dependency. A coroutine, because FastAPI runs a plain function in a thread, for each request."""
    return services_of(request)


ServicesDep = Annotated[Services, Depends(services)]
