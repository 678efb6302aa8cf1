"""What a person is told: once, in the transaction that makes it true.

    await tell(session, FORKED, author_id, about=parent.id, occasion=fork.id, values={...}, by=caller.user_id)

- An occasion is told once to a user: `(user, kind, about, occasion)` is a primary key, so a retried request, a job that
  runs twice and two processes at once write one notice. What is rolled back was not told.
- A kind that collapses grows its unread notice in place of writing another ("... was forked 12 times"). Once it was
  read, the next occasion begins a new one.
- Positions in an inbox are in the order of the commits: `tell` holds the inbox' row until the transaction ends. Whoever
  reads on from a position misses nothing, however many write at once. Tell several users in the order of their ids.
- What the user wants by mail becomes a job (at once) or waits for the day's mail (mailing.py).
- Nobody is told what they did themselves, and a deleted account nothing more: its inbox is closed, under that lock.

Requests that watch the topic of an inbox are woken by each change of it.
"""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement
from sqlmodel import col

from services.core.jobs.outbox import enqueue
from services.core.kit.database import ReadSession, WriteSession
from services.core.kit.pagination import decode_cursor, encode_cursor, parse_integer
from services.core.kit.topics import publish
from services.core.notices import repository
from services.core.notices.choices import Way, way_of
from services.core.notices.jobs import MAIL_NOTICE
from services.core.notices.kinds import all_kinds, kind_of
from services.core.notices.models import Notice
from services.core.notices.schemas import InboxState, NoticePage, NoticePublic, ReadInput
from services.core.registry.notices import MailTiming, NoticeKind, Values

# What is about a user's own account has no other object.
ACCOUNT = "account"


def topic_of(user_id: UUID) -> str:
    """The topic to which changes of a user's inbox are published."""
    return f"inbox:{user_id}"


async def tell(
    session: WriteSession,
    kind: NoticeKind,
    user_id: UUID,
    *,
    about: str,
    occasion: str,
    values: Values | None = None,
    by: UUID | None = None,
) -> bool:
    """Tell a user, unless they were told of this occasion before or want to hear nothing of the kind; whether it was.

    `values` are exactly the kind's. `by` is whoever did it; where their name is among the values it is `who`, so that
    it goes with their account.
    """
    facts = _checked(kind, values)
    if by == user_id:
        return False
    way = await way_of(session, user_id, kind)
    if not way.page and way.mail is MailTiming.NONE:
        return False
    if not await repository.note_occasion(session, user_id=user_id, kind=kind.name, about=about, occasion=occasion):
        return False
    position = await repository.next_position(session, user_id)
    if position is None:
        # The account was deleted meanwhile.
        await repository.forget_occasions(session, user_id)
        return False
    notice = _notice(kind, way, user_id=user_id, position=position, about=about, by_id=by, facts=facts)
    notice_id, is_new = await repository.write(session, notice)
    await publish(session, topic_of(user_id))
    if is_new and way.mail is MailTiming.NOW:
        await enqueue(session, MAIL_NOTICE, notice_id=str(notice_id))
    return True


def _notice(kind: NoticeKind, way: Way, **values: Any) -> Notice:
    return Notice(
        kind=kind.name,
        # What is not shown is never read, so it would grow for ever.
        grows=kind.collapses and way.page,
        shown=way.page,
        mail_due=None if way.mail is MailTiming.NONE else way.mail,
        **values,
    )


def _checked(kind: NoticeKind, values: Values | None) -> dict[str, str]:
    facts = dict(values or {})
    if set(facts) != kind.values:
        raise TypeError(f"{kind.name} has the values {', '.join(sorted(kind.values))}")
    return facts


async def page(
    session: ReadSession, user_id: UUID, *, unread: bool, kind: str | None, cursor: str | None, limit: int
) -> NoticePage:
    """The inbox, the newest first. Raises `UnknownKindError` and `InvalidCursorError`."""
    # Before the page is read, so that what comes in between is after it.
    last = await repository.last_position(session, user_id)
    listing = f"notices {user_id} {unread} {kind}"
    rows, next_cursor = await repository.newest(
        session, user_id, *_conditions(unread, kind), listing=listing, cursor=cursor, limit=limit
    )
    return NoticePage(
        items=[public(row) for row in rows],
        next_cursor=next_cursor,
        since=_since(user_id, last),
        unread=await _count_unread(session, user_id),
    )


async def since(
    session: ReadSession, user_id: UUID, *, unread: bool, kind: str | None, place: str, limit: int
) -> NoticePage:
    """What came after the `since` of an earlier page, the oldest first; nothing is left out between two such pages."""
    after = _position(user_id, place)
    rows = await repository.since(session, user_id, *_conditions(unread, kind), after=after, limit=limit)
    return NoticePage(
        items=[public(row) for row in rows],
        since=_since(user_id, rows[-1].position) if rows else place,
        unread=await _count_unread(session, user_id),
    )


async def state(session: ReadSession, user_id: UUID) -> InboxState:
    """How much of the inbox is unread, and the place after all that is in it."""
    last = await repository.last_position(session, user_id)
    return InboxState(unread=await _count_unread(session, user_id), since=_since(user_id, last))


async def mark_read(session: WriteSession, user_id: UUID, read: ReadInput) -> InboxState:
    """Mark these notices of the user's as read, and give how the inbox is then. Others' are left alone."""
    if read.until is not None:
        which = col(Notice.position) <= _position(user_id, read.until)
    else:
        which = col(Notice.id).in_(read.ids)
    if await repository.mark_read(session, user_id, which):
        await publish(session, topic_of(user_id))
    return await state(session, user_id)


def public(notice: Notice) -> NoticePublic:
    """The notice in words."""
    kind = kind_of(notice.kind)
    return NoticePublic(
        id=notice.id,
        kind=notice.kind,
        about=notice.about,
        text=kind.sentence(notice.facts, notice.count),
        link=kind.link(notice.about, notice.facts, notice.count),
        count=notice.count,
        told_at=notice.told_at,
        read_at=notice.read_at,
    )


async def _count_unread(session: ReadSession, user_id: UUID) -> int:
    return await repository.count_unread(session, user_id, list(all_kinds()))


def _conditions(unread: bool, kind: str | None) -> list[ColumnElement[bool]]:
    names = list(all_kinds()) if kind is None else [kind_of(kind).name]
    conditions: list[ColumnElement[bool]] = [col(Notice.kind).in_(names)]
    if unread:
        conditions.append(col(Notice.read_at).is_(None))
    return conditions


def _since(user_id: UUID, position: int) -> str:
    return encode_cursor(f"inbox {user_id}", position)


def _position(user_id: UUID, place: str) -> int:
    return parse_integer(decode_cursor(f"inbox {user_id}", place, int)[0])
