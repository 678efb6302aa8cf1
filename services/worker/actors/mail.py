"""The actor that sends mails."""

from uuid import UUID

from services.core.mail.jobs import SEND_MAIL
from services.core.mail.sending import MailWaitsError
from services.worker.actor import Actor
from services.worker.retries import TryLaterError
from services.worker.runtime import Runtime


async def send_mail(runtime: Runtime, mail_id: str) -> None:
    """Send one mail, or have it sent later."""
    try:
        await runtime.courier.send(UUID(mail_id))
    except MailWaitsError as error:
        raise TryLaterError(pause=error.pause) from error


ACTORS = (Actor(SEND_MAIL, send_mail),)
