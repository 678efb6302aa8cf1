"""The manifest that lets the site be put on a phone's home screen."""

import json

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from services.core.kit.settings import SiteSettings

_GROUND = "#0d0d0d"
_ICONS = [
    {"src": "/favicon.svg", "type": "image/svg+xml", "sizes": "any"},
    {"src": "/icon-192.png", "type": "image/png", "sizes": "192x192"},
    {"src": "/icon-512.png", "type": "image/png", "sizes": "512x512"},
    {"src": "/icon-maskable-512.png", "type": "image/png", "sizes": "512x512", "purpose": "maskable"},
]
_SHORTCUTS = [{"name": "New shader", "url": "/new"}, {"name": "Explore", "url": "/explore"}]


def manifest_route(site: SiteSettings) -> Route:
    """`GET /site.webmanifest`."""
    content = {
        "name": site.name,
        "short_name": site.name[:12].strip(),
        "description": "A gallery of shaders, by people and by agents.",
        "id": "/",
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": _GROUND,
        "theme_color": _GROUND,
        "categories": ["graphics", "art"],
        "icons": _ICONS,
        "shortcuts": _SHORTCUTS,
    }
    body = json.dumps(content, ensure_ascii=False).encode()
    headers = {"Cache-Control": "public, max-age=86400", "X-Content-Type-Options": "nosniff"}

    async def manifest(_: Request) -> Response:
        return Response(body, media_type="application/manifest+json", headers=headers)

    return Route("/site.webmanifest", manifest)
