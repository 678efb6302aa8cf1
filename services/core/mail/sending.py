"""Sending a mail that was queued: claim, open, compose, deliver, finish.

No transaction is open while a server is talked to. A claim is held meanwhile, so that of two deliveries of one job one
sends. The state `sent` is written after the other side has accepted: a worker that is killed between the two leaves the
mail queued, and it is sent once more with the same Message-ID. That is the one double there can be; none is lost.

What cannot be sent now waits, without counting as a failure. A mail that nobody took before `expires_at` is given up.
"""

import asyncio
import json
from datetime import timedelta
from uuid import UUID

import structlog
from prometheus_client import Counter

from services.core.kit.database import Database
from services.core.kit.secret_box import SecretBox
from services.core.kit.settings import SiteSettings
from services.core.kit.tables import utc_now
from services.core.mail import repository
from services.core.mail.compose import Composer
from services.core.mail.delivery import Delivery, NotNowError, RefusedError, delivery_of
from services.core.mail.kinds import BY_NAME
from services.core.mail.models import Mail, MailState
from services.core.mail.service import place_of
from services.core.mail.settings import MailSettings, SmtpSettings
from services.core.mail.unsubscribe import Unsubscribing

# Longer than a delivery may take, so that the holder of a claim is dead when it ends.
DELIVERY_SECONDS, LEASE = 45, timedelta(seconds=60)
# A server that cannot be reached must not hold all threads of a worker, which have other jobs.
AT_ONCE = 4
FIRST_PAUSE, LONGEST_PAUSE = 30.0, 900.0

MAILS = Counter("mails_total", "Mails by kind and what became of them.", ["kind", "outcome"])

log = structlog.get_logger("mail")


class MailWaitsError(Exception):
    """The mail is to be sent later; after `pause` seconds where the server asked for it."""

    def __init__(self, why: str, pause: float | None = None) -> None:
        super().__init__(why)
        self.pause = pause


class Courier:
    """Sends queued mails; each call is a whole job."""

    def __init__(self, database: Database, settings: MailSettings, smtp: SmtpSettings, site: SiteSettings) -> None:
        """Raises `ValueError` for settings that contradict each other."""
        self._database = database
        self._box = SecretBox.of(settings)
        self._delivery = delivery_of(settings, smtp)
        self._composer = Composer(site, settings.sender)
        self._unsubscribing = Unsubscribing(settings)
        self._places = asyncio.Semaphore(AT_ONCE)

    async def send(self, mail_id: UUID) -> None:
        """Send the mail unless it is over; raises `MailWaitsError`.

        One that cannot be opened (its key is gone) raises `SecretBoxError`, and stays to be sent when the key is back.
        """
        if self._places.locked():
            raise MailWaitsError("others are being sent")
        async with self._places:
            mail = await self._claimed(mail_id)
            if mail is None:
                return
            if self._delivery is None or mail.expires_at <= utc_now():
                await self._finish(mail, MailState.EXPIRED)
                return
            try:
                async with asyncio.timeout(DELIVERY_SECONDS):
                    await self._deliver(self._delivery, mail)
            except RefusedError as refused:
                await self._finish(mail, MailState.REFUSED, refused.reply_code)
            except (NotNowError, TimeoutError) as error:
                await self._wait(mail, error)
            except BaseException:
                await self._give_back(mail, None)
                raise
            else:
                await self._finish(mail, MailState.SENT)

    async def _claimed(self, mail_id: UUID) -> Mail | None:
        """The mail, held by us; None when it is over. Raises `MailWaitsError` when another holds it."""
        async with self._database.write() as session:
            mail = await repository.claim(session, mail_id, LEASE)
            found = mail or await repository.mail_by_id(session, mail_id)
        if mail is None and found is not None and found.state == MailState.QUEUED:
            raise MailWaitsError("another worker sends it")
        return mail

    async def _deliver(self, delivery: Delivery, mail: Mail) -> None:
        content = json.loads(self._box.open(mail.sealed or "", belongs_to=place_of(mail.id)))
        message = self._composer.compose(
            BY_NAME[mail.kind],
            content["values"],
            mail_id=mail.id,
            recipient=content["to"],
            date=mail.created_at,
            unsubscribe=self._unsubscribe_token(mail),
        )
        name = f"{mail.created_at:%Y%m%dT%H%M%S}-{mail.kind}-{mail.id}"
        await delivery.deliver(message, sender=self._composer.address, recipient=content["to"], name=name)

    def _unsubscribe_token(self, mail: Mail) -> str | None:
        """None for what is about security."""
        if mail.topic is None or mail.user_id is None:
            return None
        return self._unsubscribing.token(mail.user_id, mail.topic)

    async def _finish(self, mail: Mail, state: MailState, reply_code: int | None = None) -> None:
        async with self._database.write() as session:
            await repository.finish(session, mail.id, state, reply_code)
        MAILS.labels(mail.kind, state.value).inc()
        level = log.info if state is MailState.SENT else log.warning
        level("mail ended", mail_id=str(mail.id), kind=mail.kind, state=state.value, reply_code=reply_code)

    async def _wait(self, mail: Mail, error: NotNowError | TimeoutError) -> None:
        """Give the mail back; a server that was reached and deferred it is asked less and less often."""
        reply_code = error.reply_code if isinstance(error, NotNowError) else None
        await self._give_back(mail, reply_code)
        MAILS.labels(mail.kind, "waits").inc()
        why = str(error) or type(error).__name__
        log.warning("mail waits", mail_id=str(mail.id), kind=mail.kind, why=why, reply_code=reply_code)
        deferred = reply_code is not None
        pause = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(mail.deferrals, 10)) if deferred else None
        raise MailWaitsError(why, pause) from None

    async def _give_back(self, mail: Mail, reply_code: int | None) -> None:
        async with self._database.write() as session:
            await repository.give_back(session, mail.id, reply_code)
