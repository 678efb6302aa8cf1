"""The few static files, read once at start. Their URLs hold a hash of the content, so they may be kept for ever."""

import hashlib
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

from services.core.errors import NotFoundError

_FOLDER = Path(__file__).parent / "static"
_TYPES = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}
FOR_EVER = "public, max-age=31536000, immutable"


class Assets:
    """The files of the folder `static`."""

    def __init__(self) -> None:
        self._files = {path.name: path.read_bytes() for path in _FOLDER.iterdir() if path.suffix in _TYPES}
        self._marks = {name: hashlib.sha256(data).hexdigest()[:12] for name, data in self._files.items()}

    def url(self, name: str) -> str:
        """Where `name` is, with the mark of its present content."""
        return f"/assets/{self._marks[name]}/{name}"

    async def serve(self, request: Request) -> Response:
        """`GET /assets/{mark}/{name}`; a page of an older release gets the file that is there now."""
        return self.response(request.path_params["name"], FOR_EVER)

    async def favicon(self, _: Request) -> Response:
        """`GET /favicon.svg` and `/favicon.ico`."""
        return self.response("favicon.svg", "public, max-age=86400")

    def response(self, name: str, cache: str) -> Response:
        """A file as a response; raises `NotFoundError`."""
        if name not in self._files:
            raise NotFoundError
        media_type = _TYPES[Path(name).suffix]
        headers = {"Cache-Control": cache, "X-Content-Type-Options": "nosniff"}
        return Response(self._files[name], media_type=media_type, headers=headers)
