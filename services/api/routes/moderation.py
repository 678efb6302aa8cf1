"""Reports about shaders, and the moderators' side of them."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel

from services.api.deps import (
    CallerDep,
    Cursor,
    IdempotencyDep,
    IdempotentRoute,
    Limit,
    ReadDep,
    ServicesDep,
    WriteDep,
    permitted,
)
from services.api.routes.shaders.shaders import ShaderId
from services.contracts.pages import Page
from services.core.identity.caller import Caller
from services.core.identity.permissions import Permission
from services.core.moderation import hiding, reports
from services.core.moderation.schemas import HideRequest, ReportCreate, ReportPublic, ReportResolve, SuspendRequest
from services.core.moderation.suspending import user_id_of

router = APIRouter(prefix="/api/v1/shaders", tags=["reports"], route_class=IdempotentRoute)
reports_router = APIRouter(prefix="/api/v1/reports", tags=["reports"])
accounts_router = APIRouter(prefix="/api/v1/users", tags=["moderation"])
ModeratorDep = Annotated[Caller, permitted(Permission.HIDE_SHADERS)]
SuspenderDep = Annotated[Caller, permitted(Permission.SUSPEND_ACCOUNTS)]
ReviewerDep = Annotated[Caller, permitted(Permission.REVIEW_REPORTS)]

ROUTERS = (router, reports_router, accounts_router)


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
async def hide(shader_id: ShaderId, body: HideRequest, moderator: ModeratorDep, session: WriteDep) -> None:
    """Moderators: hide a shader from everybody but its author, and resolve its open reports."""
    await hiding.hide(session, moderator, shader_id, body.reason)


@router.post("/{shader_id}/unhide", status_code=204)
async def unhide(shader_id: ShaderId, moderator: ModeratorDep, session: WriteDep) -> None:
    """Moderators: show a hidden shader again."""
    await hiding.unhide(session, moderator, shader_id)


@reports_router.get("")
async def list_reports(
    _: ReviewerDep,
    session: ReadDep,
    resolved: bool = False,
    shader_id: Annotated[str | None, Query(max_length=16, pattern="^[0-9A-Za-z]+$")] = None,
    cursor: Cursor = None,
    limit: Limit = 24,
) -> Page[ReportPublic]:
    """Moderators: the reports, the oldest first."""
    return await reports.page(session, resolved=resolved, shader_id=shader_id, cursor=cursor, limit=limit)


@reports_router.post("/{report_id}/resolve", status_code=204)
async def resolve(report_id: UUID, body: ReportResolve, moderator: ModeratorDep, session: WriteDep) -> None:
    """Moderators: dismiss a report, or hide the shader because of it."""
    await reports.resolve(session, moderator, report_id, body.resolution)


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
