"""Every query about notices. Each is of one user's."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, case, delete, exists, func, literal, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col

from services.core.kit.database import ReadSession, WriteSession
from services.core.kit.pagination import keyset_page
from services.core.kit.tables import utc_now
from services.core.notices.models import Inbox, Notice, NoticeChoice, NoticeDigest, NoticeOccasion
from services.core.registry.notices import MailTiming

# Counting further would only make a number longer.
MOST_COUNTED = 100
SOMEBODY = "somebody"


async def note_occasion(session: WriteSession, *, user_id: UUID, kind: str, about: str, occasion: str) -> bool:
    """Whether this is told for the first time. Of two at once the second waits for the first one's end."""
    row = {"user_id": user_id, "kind": kind, "about": about, "occasion": occasion, "told_at": utc_now()}
    statement = insert(NoticeOccasion).values(row).on_conflict_do_nothing().returning(col(NoticeOccasion.occasion))
    return await session.scalar(statement) is not None


async def forget_occasions(session: WriteSession, user_id: UUID) -> None:
    """Delete what the user was told for."""
    await session.execute(delete(NoticeOccasion).where(col(NoticeOccasion.user_id) == user_id))


async def next_position(session: WriteSession, user_id: UUID) -> int | None:
    """A position after all earlier ones; nobody else gets one before this transaction ends. None in a closed inbox."""
    statement = insert(Inbox).values(user_id=user_id, last_position=1)
    taken = statement.on_conflict_do_update(
        index_elements=["user_id"],
        set_={"last_position": col(Inbox.last_position) + 1},
        where=col(Inbox.closed_at).is_(None),
    )
    position: int | None = await session.scalar(taken.returning(col(Inbox.last_position)))
    return position


async def write(session: WriteSession, notice: Notice) -> tuple[UUID, bool]:
    """Write the notice, or have the unread one that it belongs to grow; its id, and whether it is new."""
    statement = insert(Notice).values(notice.model_dump())
    new = statement.excluded
    grown = statement.on_conflict_do_update(
        index_elements=["user_id", "kind", "about"],
        index_where=col(Notice.grows) & col(Notice.read_at).is_(None),
        set_={
            "count": col(Notice.count) + 1,
            "position": new.position,
            "by_id": new.by_id,
            "facts": new.facts,
            "told_at": new.told_at,
            # A mail at once tells that something begins; a daily one tells what has come to it.
            "mail_due": case((new.mail_due == MailTiming.DIGEST, new.mail_due), else_=col(Notice.mail_due)),
        },
    )
    row = (await session.execute(grown.returning(col(Notice.id), col(Notice.count)))).one()
    return row[0], row[1] == 1


async def newest(
    session: ReadSession, user_id: UUID, *conditions: ColumnElement[bool], listing: str, cursor: str | None, limit: int
) -> tuple[list[Notice], str | None]:
    """The user's notices, the newest first, and the cursor of the page after them."""
    statement = select(Notice).where(col(Notice.user_id) == user_id, col(Notice.shown), *conditions)
    rows, next_cursor = await keyset_page(
        session, statement, col(Notice.position), listing=listing, cursor=cursor, limit=limit
    )
    return [row[0] for row in rows], next_cursor


async def since(
    session: ReadSession, user_id: UUID, *conditions: ColumnElement[bool], after: int, limit: int
) -> Sequence[Notice]:
    """The user's notices after a position, in their order."""
    statement = select(Notice).where(
        col(Notice.user_id) == user_id, col(Notice.shown), col(Notice.position) > after, *conditions
    )
    return (await session.scalars(statement.order_by(col(Notice.position)).limit(limit))).all()


async def last_position(session: ReadSession, user_id: UUID) -> int:
    """The user's last position; 0 before the first."""
    return await session.scalar(select(col(Inbox.last_position)).where(col(Inbox.user_id) == user_id)) or 0


async def count_unread(session: ReadSession, user_id: UUID, kinds: Sequence[str]) -> int:
    """How many are unread, at most `MOST_COUNTED`."""
    unread = select(literal(1)).where(
        col(Notice.user_id) == user_id, col(Notice.shown), col(Notice.read_at).is_(None), col(Notice.kind).in_(kinds)
    )
    return await session.scalar(select(func.count()).select_from(unread.limit(MOST_COUNTED).subquery())) or 0


async def mark_read(session: WriteSession, user_id: UUID, *conditions: ColumnElement[bool]) -> bool:
    """The unread ones of these are read now, and the daily mail leaves them out; whether there were any."""
    # In the order in which `tell` takes its locks: the inbox first.
    await session.execute(select(Inbox).where(col(Inbox.user_id) == user_id).with_for_update())
    statement = (
        update(Notice)
        .where(col(Notice.user_id) == user_id, col(Notice.read_at).is_(None), *conditions)
        .values(
            read_at=func.now(),
            mail_due=case((col(Notice.mail_due) == MailTiming.DIGEST, None), else_=col(Notice.mail_due)),
        )
        .returning(col(Notice.id))
        .execution_options(synchronize_session=False)
    )
    return bool((await session.scalars(statement)).all())


async def choices_of(session: ReadSession, user_id: UUID) -> dict[str, NoticeChoice]:
    """What the user has chosen, by kind."""
    rows = await session.scalars(select(NoticeChoice).where(col(NoticeChoice.user_id) == user_id))
    return {row.kind: row for row in rows}


async def put_choice(session: WriteSession, user_id: UUID, kind: str, *, page: bool, mail: MailTiming) -> None:
    """Write a choice in place of the one before."""
    statement = insert(NoticeChoice).values(user_id=user_id, kind=kind, page=page, mail=mail)
    await session.execute(
        statement.on_conflict_do_update(index_elements=["user_id", "kind"], set_={"page": page, "mail": mail})
    )


async def take_for_mail(session: WriteSession, notice_id: UUID) -> Notice | None:
    """The notice whose mail at once is due, for whoever asks first; it is not due after that."""
    statement = (
        update(Notice)
        .where(col(Notice.id) == notice_id, col(Notice.mail_due) == MailTiming.NOW)
        .values(mail_due=None)
        .returning(Notice)
    )
    return (await session.scalars(statement)).one_or_none()


async def begin_digests(
    session: WriteSession, day: date, *, told_from: datetime, told_until: datetime, limit: int
) -> Sequence[UUID]:
    """Begin the day's digests of at most `limit` users who have notices of that time for it; gives those users."""
    begun = exists().where(col(NoticeDigest.user_id) == col(Notice.user_id), col(NoticeDigest.day) == day)
    wanting = (
        select(col(Notice.user_id), literal(day))
        .where(
            col(Notice.mail_due) == MailTiming.DIGEST,
            col(Notice.told_at) >= told_from,
            col(Notice.told_at) < told_until,
            ~begun,
        )
        .distinct()
        .limit(limit)
    )
    statement = insert(NoticeDigest).from_select(["user_id", "day"], wanting).on_conflict_do_nothing()
    return (await session.scalars(statement.returning(col(NoticeDigest.user_id)))).all()


async def end_digest(session: WriteSession, user_id: UUID, day: date) -> bool:
    """Whether the digest was not ended before; of two at once the second waits for the first one's end."""
    statement = (
        update(NoticeDigest)
        .where(col(NoticeDigest.user_id) == user_id, col(NoticeDigest.day) == day, col(NoticeDigest.ended_at).is_(None))
        .values(ended_at=func.now())
        .returning(col(NoticeDigest.day))
        .execution_options(synchronize_session=False)
    )
    return await session.scalar(statement) is not None


async def take_for_digest(session: WriteSession, user_id: UUID, *, told_from: datetime) -> list[Notice]:
    """The notices that are due in the daily mail, the newest first; they are not due after that. Older ones lapse."""
    statement = (
        update(Notice)
        .where(col(Notice.user_id) == user_id, col(Notice.mail_due) == MailTiming.DIGEST)
        .values(mail_due=None)
        .returning(Notice)
    )
    taken = (await session.scalars(statement)).all()
    return sorted((row for row in taken if row.told_at >= told_from), key=lambda row: -row.position)


async def forget(session: WriteSession, user_id: UUID) -> None:
    """Delete what the user was told and chose; in others' notices they become `somebody`, or the notice goes."""
    # The inbox first, as `tell` locks it.
    closed = {"last_position": 0, "closed_at": utc_now()}
    closing = insert(Inbox).values(user_id=user_id, **closed)
    await session.execute(closing.on_conflict_do_update(index_elements=["user_id"], set_=closed))
    owned = type[Notice | NoticeOccasion | NoticeChoice | NoticeDigest]
    tables: tuple[owned, ...] = (Notice, NoticeOccasion, NoticeChoice, NoticeDigest)
    for table in tables:
        await session.execute(delete(table).where(col(table.user_id) == user_id))
    theirs = col(Notice.by_id) == user_id
    await session.execute(delete(Notice).where(theirs, col(Notice.count) == 1))
    nameless = col(Notice.facts).op("||")(func.jsonb_build_object("who", SOMEBODY))
    await session.execute(
        update(Notice).where(theirs).values(facts=nameless, by_id=None).execution_options(synchronize_session=False)
    )
