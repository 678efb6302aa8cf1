"""The documents of the pages, made of the API's answers: titles, link previews, plain words for who has no scripts."""

from typing import Any
from urllib.parse import quote

from services.contracts.accounts import PublicProfile
from services.contracts.desires import DesirePublic
from services.contracts.pages import Page as ApiPage
from services.contracts.renderer import SHARE_SIZE
from services.contracts.shaders import Author, ShaderPublic, ShaderSummary
from services.web.server.frame import ANYWHERE, Page, Preview, SharedPicture
from services.web.server.html import Markup, join, tag
from services.web.server.stills import CARD_SIZES, FRAME_SIZES, LARGE_CARD_SIZES, STAGE_SIZES, Still

FEED_PATH = "/api/v1/feed/trending?limit=24"
_FIRST_PICTURES = 3
_DESCRIPTION_LENGTH = 200


def shader_path(shader_id: str) -> str:
    """Where the API has a shader."""
    return f"/api/v1/shaders/{quote(shader_id, safe='')}"


def user_path(handle: str) -> str:
    """Where the API has a profile."""
    return f"/api/v1/users/{quote(handle, safe='')}"


def desire_path(desire_id: str) -> str:
    """Where the API has a desire."""
    return f"/api/v1/desires/{quote(desire_id, safe='')}"


def feed(answer: Any, site_name: str) -> Page:
    """The first page: what is liked most now."""
    cards = ApiPage[ShaderSummary].model_validate(answer).items
    # As src/features/shaders/cardLayout.ts chooses the large one.
    best = next((card for card in cards if card.still_url), None)
    stills = [Still.of(card, LARGE_CARD_SIZES if card is best else CARD_SIZES) for card in cards[:_FIRST_PICTURES]]
    return Page(
        plain=tag("main", tag("h1", site_name), _list(cards)),
        preview=Preview(
            site_name,
            "A gallery of shaders, by people and by agents.",
            next((shared for card in cards if (shared := _shared(card))), None),
        ),
        answers={FEED_PATH: answer},
        pictures=tuple(still for still in stills if still),
    )


def shader(answer: Any) -> Page:
    """A shader."""
    found = ShaderPublic.model_validate(answer)
    return Page(
        found.title,
        plain=_shader(found),
        preview=_preview(found),
        answers={shader_path(found.id): answer},
        pictures=_stills(found, STAGE_SIZES),
        is_listed=found.visibility == "public",
        about=found,
    )


def embed(answer: Any) -> Page:
    """A shader's picture alone, for frames on other sites."""
    found = ShaderPublic.model_validate(answer)
    return Page(
        found.title,
        plain=join([_picture(found, FRAME_SIZES), _link(found), " by ", _by(found.author)]),
        answers={shader_path(found.id): answer},
        pictures=_stills(found, FRAME_SIZES),
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


def desire(answer: Any) -> Page:
    """What somebody wishes for."""
    found = DesirePublic.model_validate(answer)
    title = _short(found.prompt)
    wanted = f"Wished for by {found.author.display_name}"
    others = found.people - 1
    also = f", and {others} {'other' if others == 1 else 'others'}" if others > 0 else ""
    return Page(
        title,
        plain=tag("main", tag("h1", found.prompt), tag("p", "Wished for by ", _by(found.author))),
        preview=Preview(title, f"{wanted}{also}.", author=found.author.display_name),
        answers={desire_path(found.id): answer},
    )


def _preview(found: ShaderPublic) -> Preview:
    description = _short(found.description) or f"A shader by {found.author.display_name}."
    return Preview(found.title, description, _shared(found), found.author.display_name)


def _shared(card: ShaderSummary) -> SharedPicture | None:
    if card.share_url:
        return SharedPicture(card.share_url, "image/jpeg", *SHARE_SIZE)
    return SharedPicture(card.still_url, "image/webp", 640, 360) if card.still_url else None


def _stills(found: ShaderSummary, sizes: str) -> tuple[Still, ...]:
    still = Still.of(found, sizes)
    return () if still is None else (still,)


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


def _picture(found: ShaderPublic, sizes: str) -> Markup | None:
    still = Still.of(found, sizes)
    return None if still is None else still.image(f"Picture of {found.title}")


def _shader(found: ShaderPublic) -> Markup:
    return tag(
        "main",
        tag("h1", found.title),
        tag("p", "by ", _by(found.author), f", {found.licence}"),
        _picture(found, STAGE_SIZES),
        tag("p", found.description),
        tag("pre", tag("code", found.source)),
    )
