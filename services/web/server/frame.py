"""What every page shares: the head, the bar, the styles, and the headers that go with them.

A page is strict about what it loads: only our own style sheet, script and pictures, and one style element with the
pictures' average colours, which the response's nonce allows.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field

from starlette.responses import HTMLResponse

from services.web.server.assets import Assets
from services.web.server.html import Markup, join, tag


@dataclass(frozen=True, slots=True)
class Page:
    """A page's content. `colors` maps class names to `#rrggbb`; `refresh` asks again after so many seconds."""

    title: str
    body: Markup
    status: int = 200
    colors: Mapping[str, str] = field(default_factory=dict)
    refresh: int | None = None
    picture: str | None = None
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Frame:
    """Puts pages into the site's frame."""

    site_name: str
    public_url: str
    assets: Assets

    def response(self, page: Page) -> HTMLResponse:
        """The whole document with its headers."""
        nonce = secrets.token_urlsafe(16)
        document = Markup("<!doctype html>") + tag("html", self._head(page, nonce), self._body(page), lang="en")
        headers = {"Content-Security-Policy": _policy(nonce), **SECURITY_HEADERS, "Cache-Control": "no-cache"}
        return HTMLResponse(document, status_code=page.status, headers={**headers, **page.headers})

    def _head(self, page: Page, nonce: str) -> Markup:
        title = f"{page.title} - {self.site_name}" if page.title else self.site_name
        colors = "".join(f".{name}{{background-color:{color}}}" for name, color in page.colors.items())
        return tag(
            "head",
            tag("meta", charset="utf-8"),
            tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
            tag("meta", name="color-scheme", content="dark light"),
            tag("meta", http_equiv="refresh", content=page.refresh) if page.refresh else None,
            tag("title", title),
            self._preview(title, page.picture),
            tag("link", rel="icon", href="/favicon.svg", type="image/svg+xml"),
            tag("link", rel="stylesheet", href=self.assets.url("style.css")),
            tag("style", Markup(colors), nonce=nonce) if colors else None,
            tag("script", src=self.assets.url("gallery.js"), defer=True),
        )

    def _preview(self, title: str, picture: str | None) -> Markup | None:
        """What other sites show for a link to this page."""
        if picture is None:
            return None
        return join(
            [
                tag("meta", property="og:title", content=title),
                tag("meta", property="og:image", content=self.public_url.rstrip("/") + picture),
                tag("meta", name="twitter:card", content="summary_large_image"),
            ]
        )

    def _body(self, page: Page) -> Markup:
        search = tag(
            "form",
            tag("input", type="search", name="q", value=page.query, placeholder="Search works", aria_label="Search"),
            action="/",
            role="search",
        )
        bar = tag("header", tag("a", self.site_name, href="/", class_="mark"), search, class_="bar")
        return tag("body", bar, tag("main", page.body))


SECURITY_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


def _policy(nonce: str) -> str:
    return (
        f"default-src 'none'; img-src 'self'; script-src 'self'; style-src 'self' 'nonce-{nonce}'; connect-src 'self';"
        " form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
