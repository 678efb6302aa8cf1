"""Moderators hide a desire, and show it again."""

from typing import Annotated

from fastapi import APIRouter

from services.api.deps import WriteDep, permitted
from services.api.routes.desires.board import DesireId
from services.core.desires import moderating
from services.core.desires.schemas import HideDesireRequest
from services.core.identity.caller import Caller
from services.core.identity.permissions import Permission

router = APIRouter(prefix="/api/v1/desires", tags=["desires"])
ModeratorDep = Annotated[Caller, permitted(Permission.HIDE_SHADERS)]


@router.post("/{desire_id}/hide", status_code=204)
async def hide(desire_id: DesireId, body: HideDesireRequest, moderator: ModeratorDep, session: WriteDep) -> None:
    """Moderators: hide a desire from everybody but its author."""
    await moderating.hide(session, moderator, desire_id, body.reason)


@router.post("/{desire_id}/unhide", status_code=204)
async def unhide(desire_id: DesireId, moderator: ModeratorDep, session: WriteDep) -> None:
    """Moderators: show a hidden desire again."""
    await moderating.hide(session, moderator, desire_id, None)
