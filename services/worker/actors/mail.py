"""The actor that sends mails, and the task that deletes old ones where they are files."""

from datetime import timedelta
from uuid import UUID

from services.core.kit.database import WriteSession
from services.core.kit.tables import utc_now
from services.core.mail.delivery import FolderDelivery
from services.core.mail.jobs import SEND_MAIL
from services.core.mail.sending import MailWaitsError
from services.core.mail.settings import MailDelivery, MailSettings
from services.worker.actor import Actor
from services.worker.broker import JobBroker
from services.worker.retries import TryLaterError
from services.worker.runtime import Runtime
from services.worker.scheduler import Periodic

TIDY_EVERY = timedelta(hours=1)


async def send_mail(runtime: Runtime, mail_id: str) -> None:
    """Send one mail, or have it sent later."""
    try:
        await runtime.courier.send(UUID(mail_id))
    except MailWaitsError as error:
        raise TryLaterError(pause=error.pause) from error


def periodic(runtime: Runtime, _: JobBroker) -> tuple[Periodic, ...]:
    """Delete old mails, where they are files in a folder."""
    settings = runtime.settings.of(MailSettings)
    if settings.delivery is not MailDelivery.FOLDER or settings.folder is None:
        return ()
    delivery, kept = FolderDelivery(settings.folder), timedelta(days=settings.folder_days)

    async def tidy(_: WriteSession) -> int:
        return await delivery.tidy(utc_now() - kept)

    return (Periodic("mail.tidy_folder", TIDY_EVERY, tidy),)


ACTORS = (Actor(SEND_MAIL, send_mail),)
