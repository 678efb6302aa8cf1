"""What the worker process opens once, and the bridge between dramatiq's threads and asyncio.

One event loop, on the main thread, owns every connection: the database's pool, the renderers, the relay, the
scheduler and the health port. dramatiq runs actors in threads; an actor hands its coroutine to the loop with
`Runtime.call` and waits for it. Threads only wait, so there may be many of them, and the number of connections does
not grow with them.
"""

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar

import redis

from services.core.accounts.recipients import recipient_of
from services.core.desires.loading import open_matcher
from services.core.desires.matching import Matcher
from services.core.embedding.settings import EmbeddingSettings
from services.core.kit.database import Database
from services.core.kit.storage import ObjectStore
from services.core.mail.sending import Courier
from services.core.mail.service import MailQueue
from services.core.mail.settings import MailSettings, SmtpSettings
from services.core.notices.mailing import NoticePost
from services.core.notices.settings import NoticeSettings
from services.core.payments.service import Payments
from services.core.payments.settings import PaymentSettings
from services.core.renders.client import RendererPool
from services.core.renders.settings import RendererClientSettings
from services.core.styles.embedder import load as load_style_embedder
from services.core.styles.embedding import StyleVectors
from services.worker.broker import queue_client
from services.worker.settings import WorkerSettings
from services.worker.turns import Turns

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Runtime:
    """The process' connections; `close` them on the loop they belong to."""

    settings: WorkerSettings
    database: Database
    store: ObjectStore
    renderers: RendererPool
    courier: Courier
    notice_post: NoticePost
    matcher: Matcher
    turns: Turns
    style_vectors: StyleVectors
    payments: Payments
    # For looking at the queues, from other threads than the loop's.
    queues: redis.Redis
    loop: asyncio.AbstractEventLoop

    @classmethod
    def open(cls, settings: WorkerSettings) -> "Runtime":
        """Everything that `settings` name; nothing is connected until it is used."""
        database = Database(settings.database, application="worker")
        renderers = RendererPool(settings.of(RendererClientSettings))
        mail = settings.of(MailSettings)
        digest_hour = settings.of(NoticeSettings).digest_hour
        store = ObjectStore(settings.storage)
        return cls(
            settings=settings,
            database=database,
            store=store,
            courier=Courier(database, mail, settings.of(SmtpSettings), settings.site),
            notice_post=NoticePost(database, MailQueue(mail), recipient_of, digest_hour=digest_hour),
            matcher=open_matcher(settings.of(EmbeddingSettings)),
            renderers=renderers,
            turns=Turns(database, renderers, lease=timedelta(seconds=settings.worker.lease_seconds)),
            style_vectors=StyleVectors(database, store, load_style_embedder()),
            payments=Payments.open(database, settings.of(PaymentSettings), settings.site.public_url),
            queues=queue_client(settings.redis.queue),
            loop=asyncio.get_running_loop(),
        )

    def call(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Run `coroutine` on the loop and wait; for other threads. The log context of this thread goes with it."""
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result()

    async def close(self) -> None:
        """Close all connections."""
        await self.payments.aclose()
        await self.renderers.aclose()
        self.queues.close()
        await self.database.dispose()
