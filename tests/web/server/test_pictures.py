"""Pictures: immutable, typed, and nothing else than pictures."""

from pathlib import Path

import httpx2

from services.api.settings import ApiSettings
from services.core.kit.storage import ObjectStore, content_name


async def stored(settings: ApiSettings, data: bytes = b"RIFF....WEBP") -> str:
    return await ObjectStore(settings.storage).put("still", data, "webp")


async def test_a_picture_may_be_kept_for_ever(web: httpx2.AsyncClient, settings: ApiSettings) -> None:
    name = await stored(settings)
    found = await web.get(f"/renders/{name}")
    assert found.content == b"RIFF....WEBP"
    assert found.headers["content-type"] == "image/webp"
    assert found.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert found.headers["x-content-type-options"] == "nosniff"
    assert found.headers["etag"] == f'"{Path(name).stem}"'


async def test_what_the_visitor_has_is_not_sent_again(web: httpx2.AsyncClient, settings: ApiSettings) -> None:
    name = await stored(settings)
    etag = (await web.get(f"/renders/{name}")).headers["etag"]
    again = await web.get(f"/renders/{name}", headers={"If-None-Match": f'"other", {etag}'})
    assert again.status_code == 304
    assert again.content == b""


async def test_head_has_the_length(web: httpx2.AsyncClient, settings: ApiSettings) -> None:
    answer = await web.head(f"/renders/{await stored(settings)}")
    assert answer.status_code == 200
    assert answer.headers["content-length"] == "12"


async def test_anything_else_is_not_there(web: httpx2.AsyncClient, settings: ApiSettings, tmp_path: Path) -> None:
    (tmp_path / "objects").mkdir(exist_ok=True)
    (tmp_path / "objects" / "secret.txt").write_text("secret")
    absent = content_name("still", b"never stored", "webp")
    for name in (absent, "secret.txt", "..%2f..%2fetc%2fpasswd", "../secrets", absent.upper(), absent + ".html", ""):
        found = await web.get(f"/renders/{name}")
        assert found.status_code == 404, name
        assert "secret" not in found.text
