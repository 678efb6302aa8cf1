"""What a command is made of, and what it works with."""

import os
import platform
import pwd
from argparse import ArgumentParser, Namespace
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import redis.asyncio

from services.admin.settings import AdminSettings
from services.core.accounts.blocklist import Blocklist
from services.core.accounts.mails import AccountMails
from services.core.accounts.settings import AuthSettings
from services.core.audit.log import Actor, record
from services.core.keys.identities import KeyIdentities
from services.core.kit.database import Database, WriteSession
from services.core.kit.redis.guard import RedisGuard
from services.core.kit.storage import ObjectStore
from services.core.mail.service import MailQueue
from services.core.mail.settings import MailSettings
from services.core.moderation.suspending import Suspensions

_MOST = 100_000


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a command says: sentences for people, the same as data, and whether all is well."""

    lines: list[str]
    data: dict[str, Any] = field(default_factory=dict)
    is_well: bool = True


@dataclass(frozen=True, slots=True)
class Site:
    """The site's stores, and who acts on them."""

    settings: AdminSettings
    database: Database
    redis: redis.asyncio.Redis
    store: ObjectStore
    mails: AccountMails
    suspensions: Suspensions
    actor: Actor

    async def note(self, session: WriteSession, action: str, subject: str, **details: Any) -> None:
        """Write it into the audit log."""
        await record(session, self.actor, action, subject, **details)


def whole_number(text: str) -> int:
    """An argument that counts something; `ValueError`, which argparse reports, where it cannot."""
    number = int(text)
    if not 0 <= number <= _MOST:
        raise ValueError
    return number


def _no_arguments(_: ArgumentParser) -> None:
    return


def _no_question(_: Namespace) -> str | None:
    return None


@dataclass(frozen=True, slots=True)
class Command:
    """A command by its name. `question` is what has to be answered before it destroys something."""

    name: str
    help: str
    run: Callable[[Site, Namespace], Awaitable[Outcome]]
    arguments: Callable[[ArgumentParser], None] = _no_arguments
    question: Callable[[Namespace], str | None] = _no_question


@asynccontextmanager
async def open_site(settings: AdminSettings, operator: str | None) -> AsyncIterator[Site]:
    """Everything that commands use; nothing connects before it is used."""
    async with AsyncExitStack() as stack:
        database = Database(settings.database.model_copy(update={"pool_size": 2}), application="admin")
        stack.push_async_callback(database.dispose)
        client = redis.asyncio.Redis.from_url(
            settings.redis.url, decode_responses=True, socket_connect_timeout=5, socket_timeout=5
        )
        stack.push_async_callback(client.aclose)
        guard = RedisGuard(client)
        blocklist = Blocklist(guard, settings.of(AuthSettings))
        mails = AccountMails(MailQueue(settings.of(MailSettings)))
        yield Site(
            settings=settings,
            database=database,
            redis=client,
            store=ObjectStore(settings.storage),
            mails=mails,
            suspensions=Suspensions(mails, blocklist, KeyIdentities(database, guard)),
            actor=Actor(name=_operator(operator)),
        )


def _operator(name: str | None) -> str:
    """The user of this system, and who they say they are: in a container all have one name."""
    user_id = os.getuid()
    try:
        user = pwd.getpwuid(user_id).pw_name
    except KeyError:
        user = str(user_id)
    found = f"os:{user}@{platform.node()}"
    return f"{found} ({name})" if name else found
