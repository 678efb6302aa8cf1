"""The list pages: trending, new, an author's works, a search. One grid of pictures, edge to edge."""

from urllib.parse import urlencode

from services.web.server.frame import Page
from services.web.server.html import Markup, join, tag
from services.web.server.works import Card, CardPage

SORTS = {"trending": "Trending", "new": "New", "top": "Top"}
_LARGE_EVERY = 20


def gallery_page(page: CardPage, *, sort: str, query: str, author: str, cursor: str) -> Page:
    """The page for one page of a list."""
    if not page.items:
        return _empty(query, author, is_first=not cursor)
    body = join(
        [_heading(sort, query, author), _grid(page.items, is_first=not cursor), _more(page, sort, query, author)]
    )
    colors = {f"c{index}": card.color for index, card in enumerate(page.items)}
    return Page("", body, colors=colors, query=query)


def _heading(sort: str, query: str, author: str) -> Markup:
    if query:
        return tag("h1", f"Works that match “{query}”", class_="note")
    if author:
        return tag("h1", f"Works by {author}", class_="note")
    links = [
        tag(
            "a",
            title,
            href="/" if name == "trending" else f"/?sort={name}",
            aria_current="page" if name == sort else None,
        )
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
    author = tag("a", card.author.display_name, href=f"/?{urlencode({'author': card.author.handle})}")
    rest = "".join(f" · {part}" for part in (card.licence, labels.get(card.ai_label, card.ai_label)) if part)
    return tag("p", author, rest, class_="small")


def _more(page: CardPage, sort: str, query: str, author: str) -> Markup | None:
    if page.next_cursor is None:
        return None
    wanted = {"sort": "" if sort == "trending" else sort, "q": query, "author": author, "cursor": page.next_cursor}
    address = "/?" + urlencode({name: value for name, value in wanted.items() if value})
    return tag("p", tag("a", "More works", href=address, rel="next"), class_="more")


def _empty(query: str, author: str, *, is_first: bool) -> Page:
    if query or author:
        wanted = f"Nothing matches “{query}”." if query else f"{author} has no public works."
        return Page("", tag("p", wanted, " ", tag("a", "See all works", href="/"), class_="note"), query=query)
    if not is_first:
        return Page("", tag("p", "That is all. ", tag("a", "Back to the start", href="/"), class_="note"))
    waiting = "No work has a picture yet. The first ones appear here by themselves as soon as they are drawn."
    return Page("", tag("p", waiting, class_="note"), refresh=3)
