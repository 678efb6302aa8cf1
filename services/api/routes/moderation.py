"""Reports, what moderators decide, and what authors answer."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query

from services.api import reporting
from services.api.cookies import SameSiteDep
from services.api.deps import (
    CallerDep,
    Cursor,
    Limit,
    ReadDep,
    ServicesDep,
    SignedInDep,
    WriteDep,
    address_limit,
    no_key,
    permitted,
)
from services.api.routes.shaders.shaders import well_formed_id
from services.contracts.pages import Page
from services.core.accounts.schemas import LinkInput
from services.core.identity.caller import Caller
from services.core.identity.permissions import Permission
from services.core.kit.errors import InvalidInputError
from services.core.moderation import by_link, cases, deciding, reports
from services.core.moderation.schemas import (
    AnswerRequest,
    Case,
    DecisionList,
    DecisionPublic,
    LinkAnswer,
    ReportPublic,
    SuspendRequest,
)
from services.core.moderation.suspending import user_id_of
from services.core.registry.reportable import Subject, SubjectKind

router = reporting.routes_of(SubjectKind.SHADER, well_formed_id, prefix="/api/v1/shaders", tag="reports")
reports_router = APIRouter(prefix="/api/v1/reports", tags=["reports"])
SuspenderDep = Annotated[Caller, permitted(Permission.SUSPEND_ACCOUNTS)]
ReviewerDep = Annotated[Caller, permitted(Permission.REVIEW_REPORTS)]

moderation_router = APIRouter(prefix="/api/v1/moderation", tags=["moderation"])
accounts_router = APIRouter(prefix="/api/v1/users", tags=["moderation"])
own_router = APIRouter(prefix="/api/v1/users/me/decisions", tags=["moderation"])
link_router = APIRouter(prefix="/api/v1/moderation/by-link", tags=["moderation"], dependencies=[Depends(no_key)])
ROUTERS = (router, reports_router, moderation_router, own_router, link_router, accounts_router)

_BY_LINK = SameSiteDep, address_limit("login_address")
_Id = Annotated[str | None, Query(max_length=16, pattern="^[0-9A-Za-z]+$")]


async def _subject_filter(shader_id: _Id = None, desire_id: _Id = None) -> Subject | None:
    """Those about one thing."""
    found = {SubjectKind.SHADER: shader_id, SubjectKind.DESIRE: desire_id}
    named = [Subject(kind, subject_id) for kind, subject_id in found.items() if subject_id is not None]
    if len(named) > 1:
        raise InvalidInputError("Name either a shader or a desire")
    return named[0] if named else None


SubjectFilter = Annotated[Subject | None, Depends(_subject_filter)]


@reports_router.get("")
async def list_reports(
    moderator: ReviewerDep,
    session: ReadDep,
    subject: SubjectFilter,
    resolved: bool = False,
    cursor: Cursor = None,
    limit: Limit = 24,
) -> Page[ReportPublic]:
    """Moderators: the reports, the oldest first."""
    return await reports.page(session, moderator, resolved=resolved, subject=subject, cursor=cursor, limit=limit)


@moderation_router.get("/queue")
async def read_queue(moderator: ReviewerDep, session: ReadDep, cursor: Cursor = None, limit: Limit = 24) -> Page[Case]:
    """Moderators: what waits for a decision, with what is to be known for it; the longest waiting first."""
    return await cases.queue(session, moderator, cursor=cursor, limit=limit)


@moderation_router.get("/log")
async def read_log(
    moderator: ReviewerDep,
    session: ReadDep,
    subject: SubjectFilter,
    cursor: Cursor = None,
    limit: Limit = 24,
) -> Page[DecisionPublic]:
    """Moderators: what was decided, by whom and why, and what authors answered; the newest first."""
    return await cases.logged(session, moderator, subject=subject, cursor=cursor, limit=limit)


@own_router.get("")
async def read_own(
    caller: CallerDep, session: ReadDep, cursor: Cursor = None, limit: Limit = 24
) -> Page[DecisionPublic]:
    """What moderators decided about what is one's own, and why; the newest first."""
    return await cases.own(session, caller, cursor=cursor, limit=limit)


@own_router.post("/{decision_id}/answer")
async def answer(decision_id: UUID, body: AnswerRequest, caller: SignedInDep, session: WriteDep) -> DecisionPublic:
    """Answer a decision about what is one's own, once; a moderator looks at it again."""
    return await cases.decision(session, caller, await deciding.answer(session, caller.user_id, decision_id, body.text))


@link_router.post("/decisions", dependencies=[*_BY_LINK])
async def read_by_link(body: LinkInput, session: ReadDep) -> DecisionList:
    """What a suspended author may answer by the link in their mail. 410 for a link that is over."""
    return DecisionList(items=await by_link.decisions(session, body.token.get_secret_value()))


@link_router.post("/answer", dependencies=[*_BY_LINK])
async def answer_by_link(body: LinkAnswer, session: WriteDep) -> DecisionPublic:
    """Answer a decision by that link, once, without a sign-in; a moderator looks at it again."""
    return await by_link.answer(session, body.token.get_secret_value(), body.decision_id, body.text)


@accounts_router.post("/{handle}/suspend", status_code=204)
async def suspend(
    handle: str, body: SuspendRequest, moderator: SuspenderDep, session: WriteDep, services: ServicesDep
) -> None:
    """Moderators: end an account's sessions and keys and hide its shaders; its owner reads why."""
    await services.suspensions.suspend(session, moderator, await user_id_of(session, handle), body.reason)


@accounts_router.post("/{handle}/restore", status_code=204)
async def restore(handle: str, moderator: SuspenderDep, session: WriteDep, services: ServicesDep) -> None:
    """Moderators: let a suspended user in again, and show the shaders as they were."""
    await services.suspensions.restore(session, moderator, await user_id_of(session, handle))
