"""Files and documents in the encoding that a visitor takes."""

import gzip
from pathlib import Path

import httpx2
import pytest
from starlette.requests import Request

from services.core.kit.errors import NotFoundError
from services.web.server.built import Built
from services.web.server.encoding import accepts, packed


@pytest.mark.parametrize(
    ("header", "taken"),
    [
        ("gzip", True),
        ("GZIP;q=0.5, br", True),
        ("br, deflate", False),
        ("gzip;q=0", False),
        ("gzip; q=0.000", False),
        ("br;q=1.0, gzip ; q = 0.8", True),
        ("", False),
        ("*", False),
        ("xgzip, gzip2", False),
    ],
)
def test_accept_encoding(header: str, taken: bool) -> None:
    assert accepts(header, "gzip") is taken


def test_short_documents_travel_as_they_are() -> None:
    assert packed(b"short", "gzip")[0] == b"short"
    body, headers = packed(b"long " * 1000, "gzip")
    assert gzip.decompress(body) == b"long " * 1000
    assert headers["Content-Encoding"] == "gzip"


async def test_documents_are_packed(web: httpx2.AsyncClient) -> None:
    page = await web.get("/explore", headers={"Accept-Encoding": "gzip, br"})
    assert page.headers["content-encoding"] == "gzip"
    assert "Accept-Encoding" in page.headers["vary"]
    assert "<title>" in page.text
    assert "content-encoding" not in (await web.get("/explore", headers={"Accept-Encoding": "identity"})).headers


def asked(path: str, **headers: str) -> Request:
    """A request for a file."""
    pairs = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    name = path.removeprefix("/assets/")
    return Request({"type": "http", "method": "GET", "path": path, "path_params": {"name": name}, "headers": pairs})


async def test_files_are_given_as_the_build_packed_them(tmp_path: Path) -> None:
    (tmp_path / "assets").mkdir()
    for suffix, body in (("", b"plain"), (".br", b"small"), (".gz", b"middle")):
        (tmp_path / "assets" / f"a-1.js{suffix}").write_bytes(body)
    built = Built(tmp_path)
    for taken, body, encoding in (("gzip, br", b"small", "br"), ("gzip", b"middle", "gzip"), ("", b"plain", None)):
        answer = await built.asset(asked("/assets/a-1.js", accept_encoding=taken))
        assert (answer.body, answer.headers.get("content-encoding")) == (body, encoding)
        assert answer.headers["vary"] == "Accept-Encoding"
        assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
        again = await built.asset(asked("/assets/a-1.js", accept_encoding=taken, if_none_match=answer.headers["etag"]))
        assert (again.status_code, again.body) == (304, b"")
    with pytest.raises(NotFoundError):
        await built.asset(asked("/assets/a-1.js.br"))
