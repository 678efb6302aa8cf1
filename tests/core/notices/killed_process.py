"""Writers that are killed with -9: `python -m tests.core.notices.killed_process WHAT LIVES SEED USER`.

Each life is a forked process that dies after some of its transactions, or at any moment at all. It goes through the
same work from the beginning, as a job that comes again does:

- `tell`: facts (a user each) and the notices of them in one transaction, in any order.
- `digest`: the day's mails, from the task that begins them to the jobs that write them.

It prints how many lives ended by a kill.
"""

import random
import sys
import threading
from collections.abc import Callable
from datetime import UTC, date, datetime
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col

from services.core import domains
from services.core.accounts.models import User
from services.core.accounts.recipients import recipient_of
from services.core.jobs.models import OutboxMessage
from services.core.kit.database import Database
from services.core.mail.service import MailQueue
from services.core.mail.settings import MailDelivery, MailSettings
from services.core.notices import mailing
from services.core.notices.jobs import MAIL_DIGEST
from services.core.notices.mailing import NoticePost
from services.core.notices.service import tell
from services.core.shaders.notices import FORKED
from services.worker.settings import WorkerSettings
from tests.fixtures.lives import die, live_and_die

FACTS = 60
MOST_STEPS = 12
NOON = datetime.combine(date(2026, 11, 30), datetime.min.time(), UTC).replace(hour=12)
MAIL = MailSettings(delivery=MailDelivery.SMTP)


async def tell_all(
    database: Database, chance: random.Random, user_id: UUID, step: Callable[[], None] = lambda: None
) -> None:
    """Each fact and its notice. `step` is called after each transaction."""
    for fact in chance.sample(range(FACTS), FACTS):
        async with database.write() as session:
            name = f"fact-{fact}"
            user = User(handle=name, email=f"{name}@example.org", display_name=name)
            await session.execute(insert(User).values(user.model_dump()).on_conflict_do_nothing())
            values = {"title": "Tide", "who": name, "fork": name}
            await tell(session, FORKED, user_id, about="tide", occasion=name, values=values)
        step()


async def mail_all(database: Database, step: Callable[[], None] = lambda: None) -> None:
    """The day's mails until nobody is left; a job is deleted after it was done, so it may be done twice."""
    post = NoticePost(database, MailQueue(MAIL), recipient_of, digest_hour=7)
    while True:
        async with database.write() as session:
            begun = await post.begin_digests(session, NOON)
        step()
        async with database.read() as session:
            jobs = (
                await session.scalars(
                    select(OutboxMessage)
                    .where(col(OutboxMessage.actor) == MAIL_DIGEST.name)
                    .order_by(col(OutboxMessage.id))
                )
            ).all()
        for job in jobs:
            await post.mail_digest(UUID(job.payload["user_id"]), date.fromisoformat(job.payload["day"]))
            step()
            async with database.write() as session:
                await session.execute(delete(OutboxMessage).where(col(OutboxMessage.id) == job.id))
        if not begun and not jobs:
            return


async def live(what: str, chance: random.Random, user_id: UUID) -> None:
    """One life."""
    database = Database(WorkerSettings().database, application="killed")
    left = chance.randint(1, MOST_STEPS)

    def step() -> None:
        nonlocal left
        left -= 1
        if left <= 0:
            die()

    if chance.random() < 0.3:
        threading.Timer(chance.uniform(0, 0.3), die).start()
    await (tell_all(database, chance, user_id, step) if what == "tell" else mail_all(database, step))


def main(what: str, lives: int, seed: int, user_id: UUID) -> None:
    """Live and die."""
    assert domains.DOMAINS
    mailing.USERS_AT_ONCE = 5
    live_and_die(lambda chance: live(what, chance, user_id), lives, seed)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), UUID(sys.argv[4]))
