"""The sitemap: `/sitemap.xml` lists its parts, a part lists a thousand shaders.

The API's list of shaders, newest first, is read page by page at most once in an hour, whoever asks; while it is read
the former list is served. Beyond 50,000 shaders the oldest are left out: they are reached by links.
"""

import asyncio
import time
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape

import structlog
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from services.contracts.pages import Page
from services.contracts.shaders import ShaderSummary
from services.core.kit.errors import FractafragError, NotFoundError
from services.web.server.api_client import ApiClient

_FRESH_SECONDS = 3_600
_PART = 1_000
_PAGE = 100
_MOST = 50_000
_LIST = "/api/v1/shaders"
_SPACES = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
_IMAGES = 'xmlns:image="http://www.google.com/schemas/sitemap-image/1.1"'
_PAGES = ("/", "/explore", "/desires", "/about")

log = structlog.get_logger("sitemap")


@dataclass(slots=True)
class _List:
    cards: list[ShaderSummary]
    until: float


class Sitemap:
    """The sitemap of one site; `routes` serve it."""

    def __init__(self, public_url: str) -> None:
        self._url = public_url.rstrip("/")
        self._list: _List | None = None
        self._lock = asyncio.Lock()
        self.routes = [Route("/sitemap.xml", self._index), Route("/sitemap-{part:int}.xml", self._part)]

    async def _index(self, request: Request) -> Response:
        cards = await self._cards(request)
        parts = 1 + -(-len(cards) // _PART)
        inner = "".join(f"<sitemap><loc>{self._at(f'/sitemap-{part}.xml')}</loc></sitemap>" for part in range(parts))
        return _xml(f"<sitemapindex {_SPACES}>{inner}</sitemapindex>")

    async def _part(self, request: Request) -> Response:
        """Part 0 has the pages and the authors, the others the shaders."""
        cards, part = await self._cards(request), request.path_params["part"]
        if part == 0:
            authors = dict.fromkeys(f"/u/{card.author.handle}" for card in cards)
            entries = [f"<url><loc>{self._at(path)}</loc></url>" for path in (*_PAGES, *authors)]
        else:
            entries = [self._shader(card) for card in cards[(part - 1) * _PART : part * _PART]]
        if not entries:
            raise NotFoundError
        return _xml(f"<urlset {_SPACES} {_IMAGES}>{''.join(entries)}</urlset>")

    def _shader(self, card: ShaderSummary) -> str:
        date = f"<lastmod>{card.published_at.isoformat()}</lastmod>" if card.published_at else ""
        largest = f"<image:loc>{self._at(card.pictures[-1].url)}</image:loc>" if card.pictures else ""
        picture = f"<image:image>{largest}</image:image>" if largest else ""
        return f"<url><loc>{self._at(f'/s/{card.id}')}</loc>{date}{picture}</url>"

    def _at(self, path: str) -> str:
        return escape(self._url + path)

    async def _cards(self, request: Request) -> list[ShaderSummary]:
        former = self._list
        if former is not None and (former.until > time.monotonic() or self._lock.locked()):
            return former.cards
        async with self._lock:
            if self._list is former:
                self._list = await self._read_anew(request, former)
            assert self._list is not None  # noqa: S101 -- either is set here or was by who held the lock
            return self._list.cards

    async def _read_anew(self, request: Request, former: _List | None) -> _List:
        try:
            return _List(await _all_cards(request), time.monotonic() + _FRESH_SECONDS)
        except FractafragError as error:
            if former is None:
                raise
            log.warning("sitemap_not_renewed", code=error.code)
            return _List(former.cards, time.monotonic() + 60)


async def _all_cards(request: Request) -> list[ShaderSummary]:
    api: ApiClient = request.app.state.api
    parameters = {"sort": "new", "limit": str(_PAGE)}
    found: dict[str, ShaderSummary] = {}
    while len(found) < _MOST:
        answer: Any = await api.get(request, _LIST, parameters)
        found |= {card.id: card for card in Page[ShaderSummary].model_validate(answer).items}
        if answer["next_cursor"] is None:
            break
        parameters["cursor"] = answer["next_cursor"]
    return list(found.values())[:_MOST]


def _xml(content: str) -> Response:
    headers = {"Cache-Control": "public, max-age=3600", "X-Content-Type-Options": "nosniff"}
    return Response(
        f'<?xml version="1.0" encoding="UTF-8"?>\n{content}\n', media_type="application/xml", headers=headers
    )
