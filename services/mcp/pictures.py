"""Pictures as content of results: WebP of at most PICTURE_BYTES."""

import base64

import structlog
from mcp_types import ImageContent

from services.contracts.shaders import PreviewPicture
from services.mcp.api_client import Api
from services.mcp.text import PICTURE_BYTES

log = structlog.get_logger("mcp.pictures")


def shown(picture: PreviewPicture) -> list[ImageContent]:
    """The picture of a preview."""
    return _content(picture.content_type, picture.data)


async def stored_picture(api: Api, shader_id: str, version: int) -> list[ImageContent]:
    """The still of a version; nothing where there is none, or it is too large."""
    still = await api.still(shader_id, version)
    return [] if still is None else _content("image/webp", base64.b64encode(still).decode())


def _content(mime_type: str, data: str) -> list[ImageContent]:
    if len(data) * 3 // 4 > PICTURE_BYTES:
        log.warning("picture_too_large", bytes=len(data) * 3 // 4)
        return []
    return [ImageContent(type="image", data=data, mime_type=mime_type)]
