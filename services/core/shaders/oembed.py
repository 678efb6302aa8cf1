"""oEmbed: what another site shows in place of a link to a shader (https://oembed.com).

`shader_of(url, public_url)` finds out which shader a link is about, `embedding` fits its frame into the room.
"""

import re
from dataclasses import dataclass
from html import escape
from urllib.parse import urlsplit

from pydantic import BaseModel, Field

from services.contracts.shaders import PictureSize, ShaderPublic
from services.core.kit.errors import NotFoundError

CACHE_SECONDS = 86_400
_PATH = re.compile(r"/(?:s|embed)/([0-9A-Za-z]{1,16})(?:/v/\d{1,7})?/?")
_WIDTH = 640


@dataclass(frozen=True, slots=True)
class Provider:
    """The site that embeds come from."""

    name: str
    url: str


class Embedding(BaseModel):
    """An oEmbed answer of type `rich`. The member names are the standard's."""

    type: str = Field("rich", examples=["rich"])
    version: str = Field("1.0", examples=["1.0"])
    title: str = Field(examples=["Tide pool"])
    author_name: str = Field(examples=["Ada L."])
    author_url: str = Field(examples=["https://fractafrag.example/u/ada"])
    provider_name: str = Field(examples=["Fractafrag"])
    provider_url: str = Field(examples=["https://fractafrag.example"])
    cache_age: int = Field(CACHE_SECONDS, description="Seconds for which the answer may be kept")
    html: str = Field(description="A frame; its picture moves when somebody starts it")
    width: int = Field(examples=[640])
    height: int = Field(examples=[360])
    thumbnail_url: str | None = Field(default=None, description="Absent while there is no picture")
    thumbnail_width: int | None = None
    thumbnail_height: int | None = None


def shader_of(url: str, public_url: str) -> str:
    """The id of the shader that `url`, the address of a page or an embed of this site, shows."""
    try:
        link, own = urlsplit(url), urlsplit(public_url)
    except ValueError:
        raise NotFoundError("This is no address of a work on this site") from None
    found = _PATH.fullmatch(link.path)
    # Not the scheme: links are passed on with either.
    if found is None or link.netloc.lower() != own.netloc.lower() or link.scheme not in {"http", "https"}:
        raise NotFoundError("This is no address of a work on this site")
    return found[1]


def embedding(shader: ShaderPublic, provider: Provider, *, max_width: int | None, max_height: int | None) -> Embedding:
    """The answer about `shader`, 16:9 and no larger than asked for."""
    width = min(max_width or _WIDTH, (max_height or 10_000) * 16 // 9, 1920)
    height = max(1, min(width * 9 // 16, max_height or 10_000))
    thumbnail = _thumbnail(shader.pictures, max_width, max_height)
    title = escape(f"{shader.title} by {shader.author.display_name}")
    frame = (
        f'<iframe src="{escape(provider.url)}/embed/{shader.id}" width="{width}" height="{height}" title="{title}"'
        ' style="border:0" loading="lazy" allow="fullscreen" allowfullscreen></iframe>'
    )
    return Embedding(
        title=shader.title,
        author_name=shader.author.display_name,
        author_url=f"{provider.url}/u/{shader.author.handle}",
        provider_name=provider.name,
        provider_url=provider.url,
        html=frame,
        width=width,
        height=height,
        thumbnail_url=f"{provider.url}{thumbnail.url}" if thumbnail else None,
        thumbnail_width=thumbnail.width if thumbnail else None,
        thumbnail_height=thumbnail.height if thumbnail else None,
    )


def _thumbnail(sizes: list[PictureSize], max_width: int | None, max_height: int | None) -> PictureSize | None:
    """The largest picture that is not larger than asked for, or the smallest."""
    fitting = [
        size for size in sizes if size.width <= (max_width or size.width) and size.height <= (max_height or size.height)
    ]
    return fitting[-1] if fitting else next(iter(sizes), None)
