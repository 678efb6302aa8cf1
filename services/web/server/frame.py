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
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import HTMLResponse

from services.contracts.shaders import ShaderPublic
from services.web.server.built import Built, Entry
from services.web.server.encoding import packed
from services.web.server.html import Markup, join, tag
from services.web.server.linked_data import creative_work
from services.web.server.stills import Still

ANYWHERE = "*"
NOWHERE = "'none'"
# What the visitor chose, by cookie and attribute; anything else in a cookie is nothing.
_CHOICES = {
    "theme": frozenset({"dark", "light"}),
    "motion": frozenset({"still", "moving"}),
    "flashes": frozenset({"play"}),
}
_GROUNDS = {"dark": "#0d0d0d", "light": "#fafafa"}
_NOT_BUILT = "This copy of the site was not built yet: run make install."


@dataclass(frozen=True, slots=True)
class SharedPicture:
    """A picture as a path on this site."""

    url: str
    content_type: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Preview:
    """What other sites show for a link."""

    title: str
    description: str = ""
    picture: SharedPicture | None = None
    author: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """One page. `answers` maps `GET` paths of the API to their bodies; `plain` is for readers without scripts.

    `about` is the shader that the page is about, for machines. `reload_after`: seconds, for readers without scripts.
    """

    title: str = ""
    plain: Markup | None = None
    status: int = 200
    preview: Preview | None = None
    answers: Mapping[str, Any] = field(default_factory=dict)
    pictures: tuple[Still, ...] = ()
    entry: str = "src/main.tsx"
    framed_by: str = NOWHERE
    is_listed: bool = True
    about: ShaderPublic | None = None
    reload_after: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Frame:
    """Puts pages into the site's document."""

    site_name: str
    public_url: str
    built: Built

    def response(self, request: Request, page: Page) -> HTMLResponse:
        """The whole document with its headers."""
        nonce, entry = secrets.token_urlsafe(16), self.built.entry(page.entry)
        chosen = {
            name: request.cookies.get(name) for name, values in _CHOICES.items() if request.cookies.get(name) in values
        }
        document = Markup("<!doctype html>") + tag(
            "html",
            self._head(request, page, chosen.get("theme"), entry),
            self._body(page, nonce, is_built=entry is not None),
            lang="en",
            data_theme=chosen.get("theme"),
            data_motion=chosen.get("motion"),
            data_flashes=chosen.get("flashes"),
        )
        body, coding = packed(document.encode(), request.headers.get("accept-encoding", ""))
        headers = {"Content-Security-Policy": _policy(nonce, page.framed_by), **self._headers(page), **coding}
        return HTMLResponse(body, status_code=page.status, headers={**headers, **page.headers})

    def _headers(self, page: Page) -> dict[str, str]:
        found = dict(_HEADERS)
        if page.framed_by == NOWHERE:
            found |= {"Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin"}
        else:
            # Pages that let in only what says so frame it too.
            found["Cross-Origin-Resource-Policy"] = "cross-origin"
        if self.public_url.startswith("https://"):
            found["Strict-Transport-Security"] = "max-age=31536000"
        return found

    def _head(self, request: Request, page: Page, theme: str | None, entry: Entry | None) -> Markup:
        return tag(
            "head",
            tag("meta", charset="utf-8"),
            tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
            tag("meta", name="color-scheme", content="dark light"),
            _theme_colours(theme),
            tag("title", f"{page.title} - {self.site_name}" if page.title else self.site_name),
            tag("link", rel="icon", href="/favicon.svg", type="image/svg+xml"),
            tag("link", rel="apple-touch-icon", href="/icon-192.png"),
            tag("link", rel="manifest", href="/site.webmanifest"),
            None if page.is_listed else tag("meta", name="robots", content="noindex"),
            _reload(page.reload_after) if page.reload_after else None,
            self._preview(request, page, page.preview) if page.preview else None,
            self._for_machines(page.about) if page.about else None,
            [still.preload() for still in page.pictures],
            _files(entry) if entry else None,
        )

    def _for_machines(self, shader: ShaderPublic) -> Markup:
        base = self.public_url.rstrip("/")
        query = urlencode({"url": f"{base}/s/{shader.id}", "format": "json"})
        return join(
            [
                tag(
                    "link",
                    rel="alternate",
                    type="application/json+oembed",
                    href=f"{base}/api/v1/oembed?{query}",
                    title=shader.title,
                ),
                tag("script", _data(creative_work(shader, base)), type="application/ld+json"),
            ]
        )

    def _preview(self, request: Request, page: Page, preview: Preview) -> Markup:
        base = self.public_url.rstrip("/")
        # All versions of a shader are one thing to link to.
        address = base + (f"/s/{page.about.id}" if page.about else request.url.path)
        picture = preview.picture
        found = {
            "og:site_name": self.site_name,
            "og:type": "website",
            "og:title": preview.title,
            "og:description": preview.description,
            "og:url": address,
            "og:image": base + picture.url if picture else None,
            "og:image:type": picture.content_type if picture else None,
            "og:image:width": str(picture.width) if picture else None,
            "og:image:height": str(picture.height) if picture else None,
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

    def _body(self, page: Page, nonce: str, *, is_built: bool) -> Markup:
        boot = {
            "siteName": self.site_name,
            "publicUrl": self.public_url.rstrip("/"),
            "nonce": nonce,
            "answers": page.answers,
        }
        return tag(
            "body",
            tag("div", None if is_built else tag("p", _NOT_BUILT), id="root"),
            tag("noscript", page.plain) if page.plain else None,
            tag("script", _data(boot), type="application/json", id="boot"),
        )


def _reload(seconds: int) -> Markup:
    """The script asks again by itself; without scripts the browser does."""
    return tag("noscript", tag("meta", http_equiv="refresh", content=seconds))


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


def _theme_colours(theme: str | None) -> list[Markup]:
    """The colour of the browser's own bars: that of the page's ground."""
    if theme is not None:
        return [tag("meta", name="theme-color", content=_GROUNDS[theme])]
    return [
        tag("meta", name="theme-color", content=ground, media=f"(prefers-color-scheme: {name})")
        for name, ground in _GROUNDS.items()
    ]


_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cache-Control": "no-cache",
}


def _policy(nonce: str, framed_by: str) -> str:
    return (
        f"default-src 'none'; script-src 'self'; style-src 'self' 'nonce-{nonce}'; font-src 'self'; connect-src 'self';"
        " img-src 'self' blob: data:; manifest-src 'self'; form-action 'self'; base-uri 'none';"
        f" frame-ancestors {framed_by}; require-trusted-types-for 'script'; trusted-types 'none'"
    )
