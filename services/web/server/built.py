"""What Vite built of the site: the files, and which of them a page needs first.

`Built()` reads the folder `dist/site` once. Names of files hold a hash of their content, so they may be kept for ever.
Without the folder (a checkout that was never built) it is empty: pages then say so instead of staying blank.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

from services.core.errors import NotFoundError

_FOLDER = Path(__file__).parents[1] / "dist" / "site"
_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".woff2": "font/woff2",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".webmanifest": "application/manifest+json",
}
FOR_EVER = "public, max-age=31536000, immutable"
_A_DAY = "public, max-age=86400"


@dataclass(frozen=True, slots=True)
class Entry:
    """What the document of an entry point names: its script, what that imports at once, and the style sheets."""

    script: str
    imports: tuple[str, ...]
    styles: tuple[str, ...]


class Built:
    """The files of one build, and their entry points."""

    def __init__(self, folder: Path = _FOLDER) -> None:
        found = [path for path in folder.rglob("*") if path.suffix in _TYPES]
        self._files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}
        manifest = folder / ".vite" / "manifest.json"
        self._manifest = json.loads(manifest.read_bytes()) if manifest.exists() else {}

    def entry(self, source: str) -> Entry | None:
        """The entry point that was built of `source`, a path such as `src/main.tsx`; None without a build."""
        chunk = self._manifest.get(source)
        if chunk is None:
            return None
        chunks = [chunk, *self._imports(chunk, {source})]
        styles = dict.fromkeys(f"/{name}" for each in chunks for name in each.get("css", []))
        return Entry(f"/{chunk['file']}", tuple(f"/{each['file']}" for each in chunks[1:]), tuple(styles))

    def _imports(self, chunk: dict[str, list[str]], seen: set[str]) -> Iterator[dict[str, list[str]]]:
        for name in chunk.get("imports", []):
            if name not in seen:
                seen.add(name)
                yield self._manifest[name]
                yield from self._imports(self._manifest[name], seen)

    async def asset(self, request: Request) -> Response:
        """`GET /assets/{name}`."""
        return self._response(f"assets/{request.path_params['name']}", FOR_EVER)

    async def small_file(self, request: Request) -> Response:
        """A file of `public/` under its own name, such as `/favicon.svg`; `/favicon.ico` is the same."""
        name = request.url.path.removeprefix("/")
        return self._response("favicon.svg" if name == "favicon.ico" else name, _A_DAY)

    def _response(self, name: str, cache: str) -> Response:
        if name not in self._files:
            raise NotFoundError
        headers = {"Cache-Control": cache, "X-Content-Type-Options": "nosniff"}
        return Response(self._files[name], media_type=_TYPES[Path(name).suffix], headers=headers)
