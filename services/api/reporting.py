"""The routes by which people report and moderators decide, the same for every kind of subject.

    ROUTERS = (reporting.routes_of(SubjectKind.SHADER, well_formed_id, prefix="/api/v1/shaders", tag="reports"), ...)

The id is the path's `<kind>_id`, which the given dependency reads.
"""

from collections.abc import Awaitable, Callable
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel

from services.api.deps import CallerDep, IdempotencyDep, IdempotentRoute, ServicesDep, WriteDep, permitted
from services.core.identity.caller import Caller
from services.core.identity.permissions import Permission
from services.core.moderation import cases, deciding, reports
from services.core.moderation.deciding import Verdict
from services.core.moderation.models import Action
from services.core.moderation.schemas import DecisionPublic, DecisionRequest, HideRequest, ReportCreate
from services.core.registry.reportable import Subject, SubjectKind

ModeratorDep = Annotated[Caller, permitted(Permission.HIDE_SHADERS)]

_router = APIRouter(route_class=IdempotentRoute)


def routes_of(kind: SubjectKind, ident: Callable[..., Awaitable[str]], *, prefix: str, tag: str) -> APIRouter:
    """Those of one kind."""
    router = APIRouter(tags=[tag])
    router.include_router(_router, prefix=f"{prefix}/{{{kind}_id}}", dependencies=[Depends(ident)])
    return router


async def _subject(request: Request) -> Subject:
    found = request.path_params
    return next(Subject(kind, found[f"{kind}_id"]) for kind in SubjectKind if f"{kind}_id" in found)


SubjectDep = Annotated[Subject, Depends(_subject)]


class Reported(BaseModel):
    """The report that was written."""

    id: UUID


@_router.post("/reports", status_code=201)
async def report(
    subject: SubjectDep, body: ReportCreate, caller: CallerDep, session: WriteDep, _: IdempotencyDep
) -> Reported:
    """Tell the moderators about it; once until they have looked."""
    return Reported(id=await reports.report(session, caller, subject, body))


@_router.post("/hide", status_code=204)
async def hide(
    subject: SubjectDep, body: HideRequest, moderator: ModeratorDep, session: WriteDep, services: ServicesDep
) -> None:
    """Moderators: hide it from everybody but its author, and resolve its open reports."""
    await deciding.decide(session, moderator, subject, Verdict(Action.HIDE, body.reason), services.suspensions)


@_router.post("/unhide", status_code=204)
async def unhide(subject: SubjectDep, moderator: ModeratorDep, session: WriteDep, services: ServicesDep) -> None:
    """Moderators: show it again."""
    await deciding.decide(session, moderator, subject, Verdict(Action.KEEP, ""), services.suspensions)


@_router.post("/decisions", status_code=201)
async def decide(
    subject: SubjectDep,
    body: DecisionRequest,
    moderator: ModeratorDep,
    session: WriteDep,
    services: ServicesDep,
    _: IdempotencyDep,
) -> DecisionPublic:
    """Moderators: keep or hide it, or suspend its author, too, for a reason that the author reads."""
    verdict = Verdict(body.action, body.reason, body.updated_at)
    decision = await deciding.decide(session, moderator, subject, verdict, services.suspensions)
    return await cases.decision(session, moderator, decision)
