"""`GET /renders/{name}`: immutable pictures from the object store.

A name is the hash of its bytes, so the name is the ETag and the answer may be kept for ever. Whatever has not the form
of such a name is answered with 404 without a look into the store.
"""

from pathlib import PurePosixPath

from starlette.requests import Request
from starlette.responses import Response

from services.core.kit.errors import NotFoundError
from services.core.kit.storage import CONTENT_TYPES, ObjectStore, is_object_name
from services.web.server.built import FOR_EVER


async def picture(request: Request) -> Response:
    """The bytes under a name."""
    name = request.path_params["name"]
    if not is_object_name(name):
        raise NotFoundError
    etag = f'"{PurePosixPath(name).stem}"'
    headers = {
        "Cache-Control": FOR_EVER,
        "ETag": etag,
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cross-Origin-Resource-Policy": "cross-origin",
    }
    if etag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    store: ObjectStore = request.app.state.store
    data = await store.get(name)
    return Response(data, media_type=CONTENT_TYPES[PurePosixPath(name).suffix[1:]], headers=headers)
