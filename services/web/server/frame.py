"""The document around every page of the site, and the headers that go with it.

The page itself is drawn by the script. The document brings what must be there before: the title and preview for other
sites, the answers of the API that the page would ask for first (`boot`), the theme, and for those without scripts the
same content in plain words.
"""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse

from services.web.server.built import Built, Entry
from services.web.server.html import Markup, join, tag

ANYWHERE = "*"
NOWHERE = "'none'"
_THEMES = frozenset({"dark", "light"})
_NOT_BUILT = "This copy of the site was not built yet: run make install."


@dataclass(frozen=True, slots=True)
class Preview:
    """What other sites show for a link: sentences, picture and loop as paths on this site."""

    title: str
    description: str = ""
    picture: str | None = None
    author: str | None = None
    loop: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """One page. `answers` maps `GET` paths of the API to their bodies; `plain` is for readers without scripts."""

    title: str = ""
    plain: Markup | None = None
    status: int = 200
    preview: Preview | None = None
    answers: Mapping[str, Any] = field(default_factory=dict)
    pictures: tuple[str, ...] = ()
    entry: str = "src/main.tsx"
    framed_by: str = NOWHERE
    is_listed: bool = True
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Frame:
    """Puts pages into the site's document."""

    site_name: str
    public_url: str
    built: Built

    def response(self, request: Request, page: Page) -> HTMLResponse:
        """The whole document with its headers."""
        nonce = secrets.token_urlsafe(16)
        theme = request.cookies.get("theme")
        document = Markup("<!doctype html>") + tag(
            "html",
            self._head(request, page),
            self._body(page, nonce),
            lang="en",
            data_theme=theme if theme in _THEMES else None,
        )
        headers = {"Content-Security-Policy": _policy(nonce, page.framed_by), **_HEADERS}
        return HTMLResponse(document, status_code=page.status, headers={**headers, **page.headers})

    def _head(self, request: Request, page: Page) -> Markup:
        entry = self.built.entry(page.entry)
        return tag(
            "head",
            tag("meta", charset="utf-8"),
            tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
            tag("meta", name="color-scheme", content="dark light"),
            tag("title", f"{page.title} - {self.site_name}" if page.title else self.site_name),
            tag("link", rel="icon", href="/favicon.svg", type="image/svg+xml"),
            tag("link", rel="manifest", href="/site.webmanifest"),
            None if page.is_listed else tag("meta", name="robots", content="noindex"),
            self._preview(request, page.preview) if page.preview else None,
            [tag("link", rel="preload", as_="image", href=name, fetchpriority="high") for name in page.pictures],
            _files(entry) if entry else None,
        )

    def _preview(self, request: Request, preview: Preview) -> Markup:
        base = self.public_url.rstrip("/")
        address = base + request.url.path
        picture = base + preview.picture if preview.picture else None
        found = {
            "og:site_name": self.site_name,
            "og:type": "website",
            "og:title": preview.title,
            "og:description": preview.description,
            "og:url": address,
            "og:image": picture,
            "og:image:type": "image/webp" if picture else None,
            "og:image:width": "640" if picture else None,
            "og:image:height": "360" if picture else None,
            "og:image:alt": f"Picture of {preview.title}" if picture else None,
        }
        return join(
            [
                tag("link", rel="canonical", href=address),
                tag("meta", name="description", content=preview.description) if preview.description else None,
                tag("meta", name="author", content=preview.author) if preview.author else None,
                [tag("meta", property=name, content=content) for name, content in found.items() if content],
                tag("meta", name="twitter:card", content="summary_large_image") if picture else None,
            ]
        )

    def _body(self, page: Page, nonce: str) -> Markup:
        boot = {
            "siteName": self.site_name,
            "publicUrl": self.public_url.rstrip("/"),
            "nonce": nonce,
            "answers": page.answers,
        }
        note = None if self.built.entry(page.entry) else tag("p", _NOT_BUILT)
        return tag(
            "body",
            tag("div", note, id="root"),
            tag("noscript", page.plain) if page.plain else None,
            tag("script", _data(boot), type="application/json", id="boot"),
        )


def _files(entry: Entry) -> list[Markup]:
    return [
        *(tag("link", rel="stylesheet", href=name) for name in entry.styles),
        *(tag("link", rel="modulepreload", href=name) for name in entry.imports),
        tag("script", type="module", src=entry.script),
    ]


def _data(value: Any) -> Markup:
    """JSON that stays inside of its element, whatever is in it."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return Markup(text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))


_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-cache",
}


def _policy(nonce: str, framed_by: str) -> str:
    return (
        f"default-src 'none'; script-src 'self'; style-src 'self' 'nonce-{nonce}'; font-src 'self'; connect-src 'self';"
        " img-src 'self' blob: data:; manifest-src 'self'; form-action 'self'; base-uri 'none';"
        f" frame-ancestors {framed_by}; require-trusted-types-for 'script'; trusted-types 'none'"
    )
