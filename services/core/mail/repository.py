"""Every query about mails and what people do not want by mail."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col

from services.core.kit.database import ReadSession, WriteSession
from services.core.kit.tables import utc_now
from services.core.mail.models import Mail, MailOptOut, MailState


async def is_opted_out(session: ReadSession, user_id: UUID, topic: str) -> bool:
    """Whether the user wants no mail of this topic."""
    return await session.get(MailOptOut, (user_id, topic)) is not None


async def opted_out(session: ReadSession, user_id: UUID) -> Sequence[str]:
    """The topics of which the user wants no mail, by name."""
    statement = select(col(MailOptOut.topic)).where(col(MailOptOut.user_id) == user_id)
    return (await session.scalars(statement.order_by(col(MailOptOut.topic)))).all()


async def opt_out(session: WriteSession, user_id: UUID, topic: str) -> None:
    """No more mail of this topic; twice is once."""
    row = {"user_id": user_id, "topic": topic, "created_at": utc_now()}
    await session.execute(insert(MailOptOut).values(row).on_conflict_do_nothing())


async def opt_in(session: WriteSession, user_id: UUID, topic: str) -> None:
    """Mail of this topic again."""
    chosen = delete(MailOptOut).where(col(MailOptOut.user_id) == user_id, col(MailOptOut.topic) == topic)
    await session.execute(chosen)


async def mail_by_id(session: ReadSession, mail_id: UUID) -> Mail | None:
    """The mail."""
    return await session.get(Mail, mail_id, populate_existing=True)


async def oldest_waits(session: ReadSession) -> float:
    """For how many seconds the oldest mail that is not sent yet has waited; 0 where none waits."""
    waited = func.extract("epoch", func.now() - func.min(col(Mail.created_at)))
    return max(0.0, float(await session.scalar(select(waited).where(col(Mail.state) == MailState.QUEUED)) or 0))


async def claim(session: WriteSession, mail_id: UUID, lease: timedelta) -> Mail | None:
    """The queued mail, for whoever asks first, until the lease ends; None when it is over or somebody else's."""
    free = or_(col(Mail.claimed_until).is_(None), col(Mail.claimed_until) < func.now())
    statement = (
        update(Mail)
        .where(col(Mail.id) == mail_id, col(Mail.state) == MailState.QUEUED, free)
        .values(claimed_until=func.now() + lease)
        .returning(Mail)
    )
    return (await session.scalars(statement)).one_or_none()


async def give_back(session: WriteSession, mail_id: UUID, reply_code: int | None) -> None:
    """End the claim of a mail that could not be sent now; a reply of the server's counts as a deferral."""
    await session.execute(
        update(Mail)
        .where(col(Mail.id) == mail_id, col(Mail.state) == MailState.QUEUED)
        .values(
            claimed_until=None,
            reply_code=reply_code,
            deferrals=col(Mail.deferrals) + (1 if reply_code is not None else 0),
        )
    )


async def finish(session: WriteSession, mail_id: UUID, state: MailState, reply_code: int | None = None) -> None:
    """The end of a queued mail: what was sealed is deleted."""
    await session.execute(
        update(Mail)
        .where(col(Mail.id) == mail_id, col(Mail.state) == MailState.QUEUED)
        .values(state=state, sealed=None, claimed_until=None, reply_code=reply_code, ended_at=func.now())
    )


async def forget(session: WriteSession, user_id: UUID, at: datetime) -> None:
    """Drop what waits for this user, and what they chose."""
    await session.execute(
        update(Mail)
        .where(col(Mail.user_id) == user_id, col(Mail.state) == MailState.QUEUED)
        .values(state=MailState.DROPPED, sealed=None, ended_at=at)
    )
    await session.execute(delete(MailOptOut).where(col(MailOptOut.user_id) == user_id))
