"""Reports about shaders, what moderators decide, and what authors answer."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel

from services.api.cookies import SameSiteDep
from services.api.deps import (
    CallerDep,
    Cursor,
    IdempotencyDep,
    IdempotentRoute,
    Limit,
    ReadDep,
    ServicesDep,
    SignedInDep,
    WriteDep,
    address_limit,
    no_key,
    permitted,
)
from services.api.routes.shaders.shaders import ShaderId
from services.contracts.pages import Page
from services.core.accounts.schemas import LinkInput
from services.core.identity.caller import Caller
from services.core.identity.permissions import Permission
from services.core.moderation import by_link, cases, deciding, reports
from services.core.moderation.deciding import Verdict
from services.core.moderation.models import Action
from services.core.moderation.schemas import (
    AnswerRequest,
    Case,
    DecisionList,
    DecisionPublic,
    DecisionRequest,
    HideRequest,
    LinkAnswer,
    ReportCreate,
    ReportPublic,
    SuspendRequest,
)
from services.core.moderation.suspending import user_id_of

router = APIRouter(prefix="/api/v1/shaders", tags=["reports"], route_class=IdempotentRoute)
reports_router = APIRouter(prefix="/api/v1/reports", tags=["reports"])
ModeratorDep = Annotated[Caller, permitted(Permission.HIDE_SHADERS)]
SuspenderDep = Annotated[Caller, permitted(Permission.SUSPEND_ACCOUNTS)]
ReviewerDep = Annotated[Caller, permitted(Permission.REVIEW_REPORTS)]

moderation_router = APIRouter(prefix="/api/v1/moderation", tags=["moderation"])
accounts_router = APIRouter(prefix="/api/v1/users", tags=["moderation"])
own_router = APIRouter(prefix="/api/v1/users/me/decisions", tags=["moderation"])
link_router = APIRouter(prefix="/api/v1/moderation/by-link", tags=["moderation"], dependencies=[Depends(no_key)])
_BY_LINK = SameSiteDep, address_limit("login_address")
ShaderFilter = Annotated[str | None, Query(max_length=16, pattern="^[0-9A-Za-z]+$")]

ROUTERS = (router, reports_router, moderation_router, own_router, link_router, accounts_router)


class Reported(BaseModel):
    """The report that was written."""

    id: UUID


@router.post("/{shader_id}/reports", status_code=201)
async def report(
    shader_id: ShaderId, body: ReportCreate, caller: CallerDep, session: WriteDep, _: IdempotencyDep
) -> Reported:
    """Tell the moderators about a shader; once until they have looked."""
    return Reported(id=await reports.report(session, caller, shader_id, body))


@router.post("/{shader_id}/hide", status_code=204)
async def hide(
    shader_id: ShaderId, body: HideRequest, moderator: ModeratorDep, session: WriteDep, services: ServicesDep
) -> None:
    """Moderators: hide a shader from everybody but its author, and resolve its open reports."""
    await deciding.decide(session, moderator, shader_id, Verdict(Action.HIDE, body.reason), services.suspensions)


@router.post("/{shader_id}/unhide", status_code=204)
async def unhide(shader_id: ShaderId, moderator: ModeratorDep, session: WriteDep, services: ServicesDep) -> None:
    """Moderators: show a hidden shader again."""
    await deciding.decide(session, moderator, shader_id, Verdict(Action.KEEP, ""), services.suspensions)


@router.post("/{shader_id}/decisions", status_code=201)
async def decide(
    shader_id: ShaderId,
    body: DecisionRequest,
    moderator: ModeratorDep,
    session: WriteDep,
    services: ServicesDep,
    _: IdempotencyDep,
) -> DecisionPublic:
    """Moderators: keep or hide a shader, or suspend its author, too, for a reason that the author reads."""
    verdict = Verdict(body.action, body.reason, body.updated_at)
    decision = await deciding.decide(session, moderator, shader_id, verdict, services.suspensions)
    return await cases.decision(session, moderator, decision)


@reports_router.get("")
async def list_reports(
    moderator: ReviewerDep,
    session: ReadDep,
    resolved: bool = False,
    shader_id: ShaderFilter = None,
    cursor: Cursor = None,
    limit: Limit = 24,
) -> Page[ReportPublic]:
    """Moderators: the reports, the oldest first."""
    return await reports.page(session, moderator, resolved=resolved, shader_id=shader_id, cursor=cursor, limit=limit)


@moderation_router.get("/queue")
async def read_queue(moderator: ReviewerDep, session: ReadDep, cursor: Cursor = None, limit: Limit = 24) -> Page[Case]:
    """Moderators: the works that wait for a decision, with what is to be known for it; the longest waiting first."""
    return await cases.queue(session, moderator, cursor=cursor, limit=limit)


@moderation_router.get("/log")
async def read_log(
    moderator: ReviewerDep,
    session: ReadDep,
    shader_id: ShaderFilter = None,
    cursor: Cursor = None,
    limit: Limit = 24,
) -> Page[DecisionPublic]:
    """Moderators: what was decided, by whom and why, and what authors answered; the newest first."""
    return await cases.logged(session, moderator, shader_id=shader_id, cursor=cursor, limit=limit)


@own_router.get("")
async def read_own(
    caller: CallerDep, session: ReadDep, cursor: Cursor = None, limit: Limit = 24
) -> Page[DecisionPublic]:
    """What moderators decided about one's own works, and why; the newest first."""
    return await cases.own(session, caller, cursor=cursor, limit=limit)


@own_router.post("/{decision_id}/answer")
async def answer(decision_id: UUID, body: AnswerRequest, caller: SignedInDep, session: WriteDep) -> DecisionPublic:
    """Answer a decision about one's own work, once; a moderator looks at it again."""
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
