"""oEmbed: what another site shows in place of a link to a shader."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from services.api.deps import ReadDep, ServicesDep
from services.core.kit.errors import InvalidInputError
from services.core.shaders import read
from services.core.shaders.oembed import CACHE_SECONDS, Embedding, Provider, embedding, shader_of

router = APIRouter(prefix="/api/v1/oembed", tags=["shaders"])

Url = Annotated[str, Query(max_length=2_000, examples=["http://localhost:8000/s/7YkQm2Xb4Ra"])]
Room = Annotated[int | None, Query(ge=1, le=10_000, description="Pixels that there is room for")]


class FormatError(InvalidInputError):
    """A format that is not offered. The standard has 501 for it, but what a caller sent is no fault of the server's."""

    code = "format_not_offered"
    title = "oEmbed is given as JSON only"


@router.get("", response_model_exclude_none=True)
async def embed(
    url: Url,
    services: ServicesDep,
    session: ReadDep,
    response: Response,
    max_width: Annotated[Room, Query(alias="maxwidth")] = None,
    max_height: Annotated[Room, Query(alias="maxheight")] = None,
    form: Annotated[str, Query(alias="format", max_length=20)] = "json",
) -> Embedding:
    """How to show the shader at `url`, as anybody sees it (https://oembed.com)."""
    if form != "json":
        raise FormatError
    site = services.settings.site
    provider = Provider(site.name, site.public_url.rstrip("/"))
    shader = await read.shader(session, None, shader_of(url, provider.url))
    response.headers["Cache-Control"] = f"public, max-age={CACHE_SECONDS // 24}"
    # For pages of any site, whose scripts may ask too.
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return embedding(shader, provider, max_width=max_width, max_height=max_height)
