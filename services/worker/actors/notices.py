"""The actors that write mails about notices, and the task that begins the day's mails."""

from datetime import date, timedelta
from uuid import UUID

from services.core.notices.jobs import MAIL_DIGEST, MAIL_NOTICE
from services.worker.actor import Actor
from services.worker.broker import JobBroker
from services.worker.runtime import Runtime
from services.worker.scheduler import Periodic

DIGESTS_EVERY = timedelta(minutes=1)


async def mail_notice(runtime: Runtime, notice_id: str) -> None:
    """Write the mail about one notice."""
    await runtime.notice_post.mail(UUID(notice_id))


async def mail_digest(runtime: Runtime, user_id: str, day: str) -> None:
    """Write a user's mail of a day."""
    await runtime.notice_post.mail_digest(UUID(user_id), date.fromisoformat(day))


def periodic(runtime: Runtime, _: JobBroker) -> tuple[Periodic, ...]:
    """Begin the day's mails."""
    return (Periodic("notices.begin_digests", DIGESTS_EVERY, runtime.notice_post.begin_digests),)


ACTORS = (Actor(MAIL_NOTICE, mail_notice), Actor(MAIL_DIGEST, mail_digest))
