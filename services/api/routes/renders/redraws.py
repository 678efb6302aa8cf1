"""Another try for a version whose pictures could not be drawn."""

from fastapi import APIRouter, Response

from services.api.deps import CallerDep, WriteDep, account_limit
from services.api.routes.shaders.shaders import ShaderId, VersionQuery
from services.contracts.shaders import RenderPublic
from services.core.renders.redraw import redraw_own
from services.core.shaders import read

router = APIRouter(prefix="/api/v1/shaders", tags=["shaders"])


@router.post(
    "/{shader_id}/redraw",
    status_code=202,
    dependencies=[account_limit("redraw_account")],
    responses={200: {"model": RenderPublic, "description": "Nothing has failed, or it is being drawn already"}},
)
async def redraw(
    shader_id: ShaderId, caller: CallerDep, session: WriteDep, response: Response, version: VersionQuery = None
) -> RenderPublic:
    """Have a picture or a loop that failed drawn again; for the author and for admins. To ask twice does no harm."""
    response.status_code = 202 if await redraw_own(session, caller, shader_id, version) else 200
    return await read.render(session, shader_id, caller, version)
