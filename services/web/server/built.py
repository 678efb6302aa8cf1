"""What Vite built of the site: the files, and which of them a page needs first.

`Built()` reads the folder `dist/site` once. Names of files hold a hash of their content, so they may be kept for ever.
The build packs them too (`NAME.br`, `NAME.gz`); a visitor gets the smallest that the browser takes. Without the folder
(a checkout that was never built) it is empty: pages then say so instead of staying blank.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from services.core.kit.errors import NotFoundError
from services.web.server.encoding import accepts

_FOLDER = Path(__file__).parents[1] / "dist" / "site"
_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".woff2": "font/woff2",
    ".svg": "image/svg+xml",
    ".png": "image/png",
}
# The smallest first.
_PACKED = {".br": "br", ".gz": "gzip"}
FOR_EVER = "public, max-age=31536000, immutable"
_A_DAY = "public, max-age=86400"


@dataclass(frozen=True, slots=True)
class Entry:
    """What the document of an entry point names: its script, what that imports at once, and the style sheets."""

    script: str
    imports: tuple[str, ...]
    styles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _File:
    """A file's content by encoding; that of `identity` is always there."""

    bodies: dict[str, bytes]
    media_type: str
    etag: str

    def response(self, request: Request, cache: str) -> Response:
        """The file, or 304 to who has it."""
        taken = request.headers.get("accept-encoding", "")
        encoding = next((name for name in self.bodies if name != "identity" and accepts(taken, name)), "identity")
        etag = f'"{self.etag}"' if encoding == "identity" else f'"{self.etag}-{encoding}"'
        headers = {
            "Cache-Control": cache,
            "ETag": etag,
            "X-Content-Type-Options": "nosniff",
            "Cross-Origin-Resource-Policy": "same-origin",
        }
        if len(self.bodies) > 1:
            headers["Vary"] = "Accept-Encoding"
        if etag in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        if encoding != "identity":
            headers["Content-Encoding"] = encoding
        return Response(self.bodies[encoding], media_type=self.media_type, headers=headers)


class Built:
    """The files of one build, and their entry points."""

    def __init__(self, folder: Path = _FOLDER) -> None:
        found = [path for path in folder.rglob("*") if path.suffix in _TYPES]
        self._files = {path.relative_to(folder).as_posix(): _read(path) for path in found}
        manifest = folder / ".vite" / "manifest.json"
        chunks = json.loads(manifest.read_bytes()) if manifest.exists() else {}
        self._entries = {source: _entry(chunks, source) for source, chunk in chunks.items() if chunk.get("isEntry")}

    def entry(self, source: str) -> Entry | None:
        """The entry point that was built of `source`, a path such as `src/main.tsx`; None without a build."""
        return self._entries.get(source)

    async def asset(self, request: Request) -> Response:
        """`GET /assets/{name}`. An embed in a sandbox has no origin, and asks for them as a stranger."""
        answer = self._response(request, f"assets/{request.path_params['name']}", FOR_EVER)
        answer.headers.update({"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin"})
        return answer

    async def small_file(self, request: Request) -> Response:
        """A file of `public/` under its own name, such as `/favicon.svg`; `/favicon.ico` is the same."""
        name = request.url.path.removeprefix("/")
        return self._response(request, "favicon.svg" if name == "favicon.ico" else name, _A_DAY)

    def _response(self, request: Request, name: str, cache: str) -> Response:
        if name not in self._files:
            raise NotFoundError
        return self._files[name].response(request, cache)


def _entry(manifest: dict[str, Any], source: str) -> Entry:
    """As Vite's manifest has it: each chunk names its file, its style sheets and the chunks that it imports at once."""
    names = [source, *_imports(manifest, source, {source})]
    styles = dict.fromkeys(f"/{style}" for name in names for style in manifest[name].get("css", []))
    script, *imports = (f"/{manifest[name]['file']}" for name in names)
    return Entry(script, tuple(imports), tuple(styles))


def _imports(manifest: dict[str, Any], source: str, seen: set[str]) -> Iterator[str]:
    for name in manifest[source].get("imports", []):
        if name not in seen:
            seen.add(name)
            yield name
            yield from _imports(manifest, name, seen)


def _read(path: Path) -> _File:
    body = path.read_bytes()
    beside = {encoding: path.with_name(path.name + suffix) for suffix, encoding in _PACKED.items()}
    packed = {encoding: other.read_bytes() for encoding, other in beside.items() if other.exists()}
    return _File({**packed, "identity": body}, _TYPES[path.suffix], hashlib.sha256(body).hexdigest()[:32])
