"""Mails about notices: at once, or one a day. Each method is a whole job or a periodic task's part.

A notice that a mail is to tell of says so (`mail_due`), and stops to say so in the transaction that writes the mail; so
a job that runs twice, or whose worker is killed anywhere, writes it once. From there on it is a mail like any other
(docs/decisions/0013-mail.md).

The day's mails are begun by whoever's turn it is: a row `(user, day)` and its job, some hundred users in a transaction,
until nobody is left. They hold what was told before the hour at which the day's mails go, and is still unread.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from services.core.jobs.outbox import enqueue
from services.core.kit.database import Database, ReadSession, WriteSession
from services.core.kit.tables import utc_now
from services.core.mail.kinds import DIGEST, NOTICE
from services.core.mail.service import MailQueue
from services.core.notices import repository
from services.core.notices.choices import DIGEST_TOPIC
from services.core.notices.jobs import MAIL_DIGEST
from services.core.notices.kinds import all_kinds
from services.core.notices.service import public

USERS_AT_ONCE = 200
# What waits longer, because no mail left this site, is no news.
NEWS = timedelta(days=7)
MOST_LINES = 20
INBOX = "/inbox"
# What divides the sentences of a day's mail; in a sentence it is replaced.
BULLET = "•"


@dataclass(frozen=True, slots=True)
class Recipient:
    """Where a user's mails go, and what they are called in them."""

    address: str
    handle: str


# Accounts stand above: the process hands in what they know of a user. None for one who gets no mail.
RecipientOf = Callable[[ReadSession, UUID], Awaitable[Recipient | None]]


class NoticePost:
    """Writes mails about notices."""

    def __init__(self, database: Database, mails: MailQueue, recipient_of: RecipientOf, *, digest_hour: int) -> None:
        self._database = database
        self._mails = mails
        self._recipient_of = recipient_of
        self._hour = time(digest_hour, tzinfo=UTC)

    async def mail(self, notice_id: UUID) -> None:
        """Write the mail about one notice, unless that was done."""
        async with self._database.write() as session:
            notice = await repository.take_for_mail(session, notice_id)
            recipient = await self._recipient(session, notice.user_id) if notice else None
            if notice is None or recipient is None or notice.kind not in all_kinds():
                return
            words = public(notice)
            await self._mails.queue(
                session,
                NOTICE,
                recipient.address,
                user_id=notice.user_id,
                topic=notice.kind,
                handle=recipient.handle,
                heading=all_kinds()[notice.kind].title,
                body=_sentence(words.text),
                link=words.link,
            )

    async def begin_digests(self, session: WriteSession, now: datetime | None = None) -> int:
        """Have the day's mail written for some of those who have none yet; for how many."""
        now = now or utc_now()
        due = datetime.combine(now.date(), self._hour)
        if now < due or not self._mails.is_on:
            return 0
        users = await repository.begin_digests(
            session, now.date(), told_from=due - NEWS, told_until=due, limit=USERS_AT_ONCE
        )
        for user_id in users:
            await enqueue(session, MAIL_DIGEST, user_id=str(user_id), day=now.date().isoformat())
        return len(users)

    async def mail_digest(self, user_id: UUID, day: date) -> None:
        """Write a user's mail of a day, unless that was done or there is nothing left to tell."""
        async with self._database.write() as session:
            if not await repository.end_digest(session, user_id, day):
                return
            told_from = datetime.combine(day, self._hour) - NEWS
            notices = await repository.take_for_digest(session, user_id, told_from=told_from)
            texts = [public(notice).text for notice in notices if notice.kind in all_kinds()]
            recipient = await self._recipient(session, user_id)
            if not texts or recipient is None:
                return
            lines = [_sentence(text.replace(BULLET, "·")) for text in texts[:MOST_LINES]]
            if len(texts) > MOST_LINES:
                lines.append(f"And {len(texts) - MOST_LINES} more.")
            await self._mails.queue(
                session,
                DIGEST,
                recipient.address,
                user_id=user_id,
                topic=DIGEST_TOPIC,
                handle=recipient.handle,
                lines=BULLET.join(lines),
                link=INBOX,
            )

    async def _recipient(self, session: ReadSession, user_id: UUID) -> Recipient | None:
        return await self._recipient_of(session, user_id) if self._mails.is_on else None


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."
