"""One-time links in mails: what each is for, how long it is good, and who it speaks for.

A link holds 256 random bits behind `#`, which browsers send to nobody; the page puts them into the body of a POST, so
they reach no log and no Referer. Only their SHA-256 is stored. A new link of a purpose ends the earlier ones (but each
old address keeps its way back), and a link that is taken is deleted in the transaction that does what it is for.
"""

import hashlib
import secrets
from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from sqlalchemy import Select, delete, select
from sqlmodel import col

from services.core.accounts.models import AccountLink, LinkPurpose, User
from services.core.kit.database import ReadSession, WriteSession
from services.core.kit.errors import FractafragError
from services.core.kit.tables import utc_now

LIVES = {
    LinkPurpose.VERIFY: timedelta(days=2),
    LinkPurpose.CHANGE: timedelta(days=2),
    LinkPurpose.REVERT: timedelta(days=7),
    LinkPurpose.RESET: timedelta(minutes=30),
    LinkPurpose.ANSWER: timedelta(days=30),
}


class LinkOverError(FractafragError):
    """The link was used, has expired, was replaced by a newer one, or was never made."""

    status = 410
    code = "link_over"
    title = "This link is not good any more"

    def __init__(self) -> None:
        super().__init__("It works once and for a short time, and a newer one replaces it. Ask for another")


async def issue(session: WriteSession, purpose: LinkPurpose, user_id: UUID | None, email: str) -> str:
    """What a new link holds; `email` is the address that it is about.

    Without a user it is one that nobody can use, and the same work.
    """
    if purpose is not LinkPurpose.REVERT:
        await _delete(session, user_id, [purpose])
    token, now = secrets.token_urlsafe(32), utc_now()
    link = AccountLink(
        user_id=user_id,
        purpose=purpose,
        token_hash=_hash(token),
        email=email if user_id is not None else "",
        created_at=now,
        expires_at=now + LIVES[purpose],
    )
    session.add(link)
    await session.flush()
    return token


async def look_up(session: ReadSession, purpose: LinkPurpose, token: str) -> AccountLink:
    """The link, not taken; raises `LinkOverError`."""
    found = (await session.scalars(_good(purpose).where(col(AccountLink.token_hash) == _hash(token)))).one_or_none()
    if found is None:
        raise LinkOverError
    return found


async def take(session: WriteSession, purpose: LinkPurpose, token: str) -> AccountLink:
    """The link, which works no second time; raises `LinkOverError`. Of two at once one gets it.

    Its user's row is locked first, as by all that ends links, so that none of them waits for another in a circle.
    """
    link = await look_up(session, purpose, token)
    await session.execute(select(col(User.id)).where(col(User.id) == link.user_id).with_for_update())
    gone = await session.scalars(
        delete(AccountLink).where(col(AccountLink.id) == link.id).returning(col(AccountLink.id))
    )
    if gone.one_or_none() is None:
        raise LinkOverError
    return link


async def pending_address(session: ReadSession, user_id: UUID) -> str | None:
    """The address that the user wants and has not confirmed."""
    chosen = _good(LinkPurpose.CHANGE).where(col(AccountLink.user_id) == user_id)
    found = (await session.scalars(chosen)).one_or_none()
    return found.email if found else None


async def end(session: WriteSession, user_id: UUID, *purposes: LinkPurpose) -> None:
    """End the user's links of these purposes."""
    await _delete(session, user_id, purposes)


async def end_later_ways_back(session: WriteSession, link: AccountLink) -> None:
    """End the links to addresses that the user had after the one of `link`, but not those to earlier ones.

    Otherwise somebody who took an account over could end its owner's way back by changing the address twice.
    """
    await session.execute(
        delete(AccountLink).where(
            col(AccountLink.user_id) == link.user_id,
            col(AccountLink.purpose) == LinkPurpose.REVERT,
            col(AccountLink.created_at) > link.created_at,
        )
    )


def _good(purpose: LinkPurpose) -> Select[AccountLink]:
    return select(AccountLink).where(
        col(AccountLink.purpose) == purpose,
        col(AccountLink.user_id).is_not(None),
        col(AccountLink.expires_at) > utc_now(),
    )


async def _delete(session: WriteSession, user_id: UUID | None, purposes: Iterable[LinkPurpose]) -> None:
    await session.execute(
        delete(AccountLink).where(col(AccountLink.user_id) == user_id, col(AccountLink.purpose).in_(list(purposes)))
    )


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()
