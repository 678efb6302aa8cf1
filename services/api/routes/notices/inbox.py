"""The caller's inbox, and how they want to hear of what."""

from typing import Annotated

from fastapi import APIRouter, Query

from services.api.deps import CallerDep, Cursor, Limit, ReadDep, ServicesDep, SignedInDep, WriteDep
from services.core.kit.errors import InvalidInputError
from services.core.notices import choices, service
from services.core.notices.schemas import InboxState, KindChoice, NoticePage, NoticeSettingsPublic, ReadInput

router = APIRouter(prefix="/api/v1/notices", tags=["notices"])

Since = Annotated[
    str | None, Query(max_length=500, description="`since` of an earlier page: what came after it, the oldest first")
]
Kind = Annotated[str | None, Query(max_length=50, description="Of this kind only", examples=["forked"])]


@router.get("")
async def list_notices(
    caller: CallerDep,
    session: ReadDep,
    unread: Annotated[bool, Query(description="Unread ones only")] = False,
    kind: Kind = None,
    since: Since = None,
    cursor: Cursor = None,
    limit: Limit = 24,
) -> NoticePage:
    """What one is told, the newest first.

    To follow an inbox, keep the `since` of each page and send it with the next request: a page of what came after it,
    the oldest first, until one is empty. Nothing is left out in between; a notice that grows comes again.
    """
    if since is None:
        return await service.page(session, caller.user_id, unread=unread, kind=kind, cursor=cursor, limit=limit)
    if cursor is not None:
        raise InvalidInputError("Send either since or cursor")
    return await service.since(session, caller.user_id, unread=unread, kind=kind, place=since, limit=limit)


@router.post("/read")
async def mark_read(body: ReadInput, caller: CallerDep, session: WriteDep) -> InboxState:
    """Mark notices as read: some, or all until a page's `since`, so that what came later stays unread."""
    return await service.mark_read(session, caller.user_id, body)


@router.get("/settings")
async def read_settings(caller: SignedInDep, session: ReadDep, services: ServicesDep) -> NoticeSettingsPublic:
    """How one hears of each kind."""
    items = await choices.settings_of(session, caller.user_id)
    return NoticeSettingsPublic(items=items, mail_on=services.mails.is_on)


@router.put("/settings/{kind}")
async def choose(
    kind: str, body: KindChoice, caller: SignedInDep, session: WriteDep, services: ServicesDep
) -> NoticeSettingsPublic:
    """Choose how to hear of a kind from now on. 409 for what is about security, which always comes."""
    await choices.choose(session, caller.user_id, kind, choices.Way(page=body.page, mail=body.mail))
    items = await choices.settings_of(session, caller.user_id)
    return NoticeSettingsPublic(items=items, mail_on=services.mails.is_on)
