"""The documents of the pages, made of the API's answers: titles, link previews, plain words for who has no scripts."""

from typing import Any
from urllib.parse import quote

from services.contracts.accounts import PublicProfile
from services.contracts.pages import Page as ApiPage
from services.contracts.shaders import Author, ShaderPublic, ShaderSummary
from services.web.server.frame import ANYWHERE, Page, Preview
from services.web.server.html import Markup, join, tag

FEED_PATH = "/api/v1/feed/trending?limit=24"
_FIRST_PICTURES = 3
_DESCRIPTION_LENGTH = 200


def shader_path(shader_id: str) -> str:
    """Where the API has a shader."""
    return f"/api/v1/shaders/{quote(shader_id, safe='')}"


def user_path(handle: str) -> str:
    """Where the API has a profile."""
    return f"/api/v1/users/{quote(handle, safe='')}"


def feed(answer: Any, site_name: str) -> Page:
    """The first page: what is liked most now."""
    cards = ApiPage[ShaderSummary].model_validate(answer).items
    pictures = tuple(card.still_url for card in cards[:_FIRST_PICTURES] if card.still_url)
    return Page(
        plain=tag("main", tag("h1", site_name), _list(cards)),
        preview=Preview(site_name, "A gallery of shaders, by people and by agents.", pictures[0] if pictures else None),
        answers={FEED_PATH: answer},
        pictures=pictures,
    )


def shader(answer: Any) -> Page:
    """A shader."""
    found = ShaderPublic.model_validate(answer)
    return Page(
        found.title,
        plain=_shader(found),
        preview=_preview(found),
        answers={shader_path(found.id): answer},
        pictures=(found.still_url,) if found.still_url else (),
        is_listed=found.visibility == "public",
        about=found,
    )


def embed(answer: Any) -> Page:
    """A shader's picture alone, for frames on other sites."""
    found = ShaderPublic.model_validate(answer)
    return Page(
        found.title,
        plain=join([_picture(found), _link(found), " by ", _by(found.author)]),
        answers={shader_path(found.id): answer},
        pictures=(found.still_url,) if found.still_url else (),
        entry="src/embed/main.ts",
        framed_by=ANYWHERE,
        is_listed=False,
    )


def profile(answer: Any) -> Page:
    """A user."""
    found = PublicProfile.model_validate(answer)
    return Page(
        found.display_name,
        plain=tag("main", tag("h1", found.display_name), tag("p", found.bio)),
        preview=Preview(found.display_name, _short(found.bio) or f"Shaders by {found.display_name}."),
        answers={user_path(found.handle): answer},
    )


def _preview(found: ShaderPublic) -> Preview:
    description = _short(found.description) or f"A shader by {found.author.display_name}."
    return Preview(found.title, description, found.still_url, found.author.display_name)


def _short(text: str) -> str:
    """The beginning of a text, in one line."""
    line = " ".join(text.split())
    return line if len(line) <= _DESCRIPTION_LENGTH else line[: _DESCRIPTION_LENGTH - 1].rstrip() + "…"


def _list(cards: list[ShaderSummary]) -> Markup:
    return tag("ul", [tag("li", _link(card), " by ", _by(card.author)) for card in cards])


def _link(card: ShaderSummary) -> Markup:
    return tag("a", card.title, href=f"/s/{card.id}")


def _by(author: Author) -> Markup:
    return tag("a", author.display_name, href=f"/u/{author.handle}")


def _picture(found: ShaderPublic) -> Markup | None:
    if found.still_url is None:
        return None
    return tag("img", src=found.still_url, alt=f"Picture of {found.title}", width=640, height=360)


def _shader(found: ShaderPublic) -> Markup:
    return tag(
        "main",
        tag("h1", found.title),
        tag("p", "by ", _by(found.author), f", {found.licence}"),
        _picture(found),
        tag("p", found.description),
        tag("pre", tag("code", found.source)),
    )
