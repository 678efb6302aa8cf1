"""The list pages: trending, new, an author's works, a search. One grid of pictures, edge to edge."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from urllib.parse import urlencode

from services.web.server.frame import Page
from services.web.server.html import Markup, join, tag
from services.web.server.works import Card, CardPage

SORTS = {"hot": "Trending", "new": "New", "top": "Top"}
DEFAULT_SORT = "hot"
_PAGE_SIZE = 40
_LARGE_EVERY = 20


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the address asks for; empty where it says nothing."""

    sort: str = ""
    q: str = ""
    tag: str = ""
    author: str = ""
    cursor: str = ""

    @classmethod
    def of(cls, query: Mapping[str, str]) -> "Wanted":
        """From an address's query; an order that does not exist is left out."""
        sort = query.get("sort", "")
        given = {name: query.get(name, "")[:500].strip() for name in ("q", "tag", "author", "cursor")}
        return cls(sort if sort in SORTS and sort != DEFAULT_SORT else "", **given)

    def parameters(self) -> dict[str, str]:
        """For the API's list; a search has its own order unless one is asked for."""
        default = "" if self.q else DEFAULT_SORT
        return {**self._given(), "limit": str(_PAGE_SIZE), **({"sort": sort} if (sort := self.sort or default) else {})}

    def address(self) -> str:
        """The page's address."""
        return "/?" + urlencode(given) if (given := self._given()) else "/"

    def _given(self) -> dict[str, str]:
        return {name: value for name, value in asdict(self).items() if value}


def gallery_page(page: CardPage, wanted: Wanted) -> Page:
    """The page for one page of a list."""
    if not page.items:
        return _empty(wanted)
    body = [_heading(wanted), _grid(page.items, is_first=not wanted.cursor), _more(page, wanted)]
    colors = {f"c{index}": card.color for index, card in enumerate(page.items)}
    return Page("", join(body), colors=colors, query=wanted.q)


def _heading(wanted: Wanted) -> Markup:
    parts = [f"match “{wanted.q}”" if wanted.q else "", f"have the tag {wanted.tag}" if wanted.tag else ""]
    parts.append(f"are by {wanted.author}" if wanted.author else "")
    if any(parts):
        return tag("h1", "Works that " + " and ".join(filter(None, parts)), class_="note")
    current = wanted.sort or DEFAULT_SORT
    links = [
        tag("a", title, href=Wanted.of({"sort": name}).address(), aria_current="page" if name == current else None)
        for name, title in SORTS.items()
    ]
    return tag("nav", links, class_="sorts", aria_label="Order")


def _grid(cards: list[Card], *, is_first: bool) -> Markup:
    items = [_card(card, index, large=is_first and index % _LARGE_EVERY == 0) for index, card in enumerate(cards)]
    return tag("ul", items, class_="grid")


def _card(card: Card, index: int, *, large: bool) -> Markup:
    eager = index < 6
    picture = tag(
        "img",
        src=card.still_url,
        alt=f"Picture of {card.title}",
        width=640,
        height=360,
        loading=None if eager else "lazy",
        decoding="async",
        data_loop=card.preview_url,
    )
    line = tag(
        "p",
        tag("a", card.title, href=f"/s/{card.id}", class_="title"),
        tag("span", _votes(card.score), class_="votes"),
        class_="line",
    )
    frame = tag(
        "a",
        picture if card.still_url else None,
        href=f"/s/{card.id}",
        class_=f"picture c{index}",
        tabindex=-1,
        aria_hidden="true",
    )
    return tag("li", frame, line, _small_print(card), class_="work large" if large else "work")


def _votes(score: int) -> str:
    return f"{score} vote" if abs(score) == 1 else f"{score} votes"


def _small_print(card: Card) -> Markup:
    labels = {"human": "", "ai-assisted": "AI-assisted", "ai-generated": "AI-generated"}
    author = tag("a", card.author.display_name, href=Wanted(author=card.author.handle).address())
    rest = "".join(f" · {part}" for part in (card.licence, labels.get(card.ai_label, card.ai_label)) if part)
    return tag("p", author, rest, class_="small")


def _more(page: CardPage, wanted: Wanted) -> Markup | None:
    if page.next_cursor is None:
        return None
    address = replace(wanted, cursor=page.next_cursor).address()
    return tag("p", tag("a", "More works", href=address, rel="next"), class_="more")


def _empty(wanted: Wanted) -> Page:
    if wanted.cursor:
        return _note("That is all.", "Back to the start", replace(wanted, cursor="").address(), wanted.q)
    if wanted.q or wanted.tag or wanted.author:
        return _note("No public work fits.", "See all works", "/", wanted.q)
    waiting = "No work has a picture yet. The first ones appear here by themselves as soon as they are drawn."
    return Page("", tag("p", waiting, class_="note"), refresh=3)


def _note(sentence: str, link: str, address: str, query: str) -> Page:
    return Page("", tag("p", sentence, " ", tag("a", link, href=address), class_="note"), query=query)
