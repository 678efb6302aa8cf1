"""Pictures for who cannot reach the site's own: of a source that is being written, and of a shader."""

from typing import Annotated

import structlog
from fastapi import APIRouter, Query, Request, Response

from services.api.conditional import matches
from services.api.deps import READS, MaybeCallerDep, ServicesDep, account_limit
from services.api.routes.shaders.shaders import ShaderId, VersionQuery
from services.contracts.shaders import ShaderPreview
from services.core.kit.asgi import while_connected
from services.core.renders.preview import preview
from services.core.renders.preview_schemas import PreviewRequest
from services.core.shaders import read

router = APIRouter(prefix="/api/v1/shaders", tags=["shaders"])

WidthQuery = Annotated[
    int, Query(ge=1, le=4096, description="Pixels: the smallest size that has so many, or the largest that there is")
]
_BINARY = {"type": "string", "format": "binary"}


@router.post("/preview", dependencies=[account_limit("preview_account")], openapi_extra=READS)
async def preview_source(body: PreviewRequest, request: Request, services: ServicesDep) -> ShaderPreview:
    """Check, compile and draw a source without keeping it. 503 at once when no renderer can begin soon enough."""
    request_id = structlog.contextvars.get_contextvars().get("request_id")
    drawing = preview(services.renderers, body, services.settings.limits, request_id=request_id)
    return await while_connected(request.receive, drawing)


@router.get(
    "/{shader_id}/still",
    response_class=Response,
    responses={
        200: {"description": "The picture", "content": {"image/webp": {"schema": _BINARY}}},
        304: {"description": "You have it already"},
    },
)
async def still(
    shader_id: ShaderId,
    request: Request,
    caller: MaybeCallerDep,
    services: ServicesDep,
    version: VersionQuery = None,
    width: WidthQuery = 640,
) -> Response:
    """The still of a version. 404 where there is none yet, as for a shader that you may not see."""
    async with services.database.read() as session:
        name = await read.still_name(session, caller, shader_id, version, width)
    # An object's name is a hash of its bytes.
    headers = {"ETag": f'"{name.rpartition("/")[2].partition(".")[0]}"', "Cache-Control": "no-cache"}
    if matches(request.headers.get("If-None-Match"), headers["ETag"]):
        return Response(status_code=304, headers=headers)
    return Response(await services.store.get(name), media_type="image/webp", headers=headers)
