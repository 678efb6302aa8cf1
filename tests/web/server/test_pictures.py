"""Pictures: typed, nothing else than pictures, and only for who may see a shader that has them."""

import asyncio
import time
from pathlib import Path
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI
from starlette.requests import Request

from services.api.settings import ApiSettings
from services.core.kit.database import Database
from services.core.kit.errors import RateLimitedError, UnavailableError
from services.core.kit.storage import ObjectStore, content_name
from services.web.server.api_client import ApiClient
from services.web.server.pictures import VisiblePictures
from tests.api.test_shaders import PATH, finish_render, publish
from tests.fixtures.accounts import PASSWORD, register, register_moderator
from tests.fixtures.fake_renderer import webp

BYTES = webp(64, 36)


async def drawn(app: FastAPI, database: Database, shader: dict[str, Any], version: int = 1) -> str:
    """The address of the still of a shader, which is that of all shaders here."""
    name = await app.state.services.store.put("still", BYTES, "webp")
    await finish_render(database, shader["id"], version, still_name=name)
    return f"/renders/{name}"


@pytest.fixture
async def ada(client: httpx2.AsyncClient) -> httpx2.AsyncClient:
    return await register(client, "ada")


@pytest.fixture
async def shader(ada: httpx2.AsyncClient) -> dict[str, Any]:
    return await publish(ada)


@pytest.fixture
async def public(app: FastAPI, database: Database, shader: dict[str, Any]) -> str:
    """The address of the picture of `shader`."""
    return await drawn(app, database, shader)


async def status(web: httpx2.AsyncClient, address: str) -> int:
    return (await web.get(address)).status_code


class TestForEverybody:
    async def test_it_is_asked_for_again_after_a_minute(self, web: httpx2.AsyncClient, public: str) -> None:
        found = await web.get(public)
        assert found.content == BYTES
        assert found.headers["content-type"] == "image/webp"
        assert found.headers["cache-control"] == "public, max-age=60, must-revalidate"
        assert found.headers["x-content-type-options"] == "nosniff"
        assert found.headers["etag"] == f'"{Path(public).stem}"'
        assert await status(web, f"{public}?from=a-feed") == 200

    async def test_what_the_visitor_has_is_not_sent_again(self, web: httpx2.AsyncClient, public: str) -> None:
        etag = (await web.get(public)).headers["etag"]
        again = await web.get(public, headers={"If-None-Match": f'"other", {etag}'})
        assert (again.status_code, again.content) == (304, b"")

    async def test_head_has_the_length(self, web: httpx2.AsyncClient, public: str) -> None:
        answer = await web.head(public)
        assert (answer.status_code, answer.headers["content-length"]) == (200, str(len(BYTES)))

    async def test_anything_else_is_not_there(
        self, web: httpx2.AsyncClient, settings: ApiSettings, tmp_path: Path
    ) -> None:
        (tmp_path / "objects").mkdir(exist_ok=True)
        (tmp_path / "objects" / "secret.txt").write_text("secret")
        unnamed = await ObjectStore(settings.storage).put("still", b"RIFF....WEBP", "webp")
        absent = content_name("still", b"never stored", "webp")
        for name in (unnamed, absent, "secret.txt", "..%2fetc%2fpasswd", "../x", absent.upper(), absent + ".html", ""):
            found = await web.get(f"/renders/{name}")
            assert found.status_code == 404, name
            assert "secret" not in found.text


class TestWhatIsTakenAway:
    @pytest.mark.parametrize("visibility", ["private", "draft"])
    async def test_made_private(
        self, web: httpx2.AsyncClient, ada: httpx2.AsyncClient, shader: dict[str, Any], public: str, visibility: str
    ) -> None:
        etag = (await web.get(public)).headers["etag"]
        await ada.patch(f"{PATH}/{shader['id']}", json={"visibility": visibility})
        assert await status(web, public) == 404
        assert (await web.get(public, headers={"If-None-Match": etag})).status_code == 404

    async def test_deleted(
        self, web: httpx2.AsyncClient, ada: httpx2.AsyncClient, shader: dict[str, Any], public: str
    ) -> None:
        assert (await ada.delete(f"{PATH}/{shader['id']}")).status_code == 204
        assert await status(web, public) == 404

    async def test_hidden_by_a_moderator_who_still_sees_it(
        self,
        web: httpx2.AsyncClient,
        client: httpx2.AsyncClient,
        ada: httpx2.AsyncClient,
        database: Database,
        shader: dict[str, Any],
        public: str,
    ) -> None:
        judge = await register_moderator(client, database)
        answer = await judge.post(f"{PATH}/{shader['id']}/hide", json={"reason": "spam"})
        assert answer.status_code < 300, answer.text
        assert await status(web, public) == 404
        for insider in (ada, judge):
            link = (await insider.get(f"{PATH}/{shader['id']}")).json()["still_url"]
            assert await status(web, link) == 200

    async def test_the_account_is_gone(self, web: httpx2.AsyncClient, ada: httpx2.AsyncClient, public: str) -> None:
        answer = await ada.request("DELETE", "/api/v1/users/me", json={"password": PASSWORD})
        assert answer.status_code < 300, answer.text
        assert await status(web, public) == 404

    async def test_a_shared_picture_stays_while_anything_visible_shows_it(
        self,
        web: httpx2.AsyncClient,
        app: FastAPI,
        client: httpx2.AsyncClient,
        ada: httpx2.AsyncClient,
        database: Database,
        shader: dict[str, Any],
        public: str,
    ) -> None:
        bob = await register(client, "bob")
        fork = await bob.post(f"{PATH}/{shader['id']}/forks", json={"visibility": "unlisted"})
        assert await drawn(app, database, fork.json()) == public
        await ada.delete(f"{PATH}/{shader['id']}")
        assert await status(web, public) == 200
        await bob.patch(f"{PATH}/{fork.json()['id']}", json={"visibility": "private"})
        assert await status(web, public) == 404


class TestLinks:
    async def test_the_author_sees_a_draft_wherever_it_is_shown(
        self, web: httpx2.AsyncClient, app: FastAPI, ada: httpx2.AsyncClient, database: Database
    ) -> None:
        draft = await publish(ada, visibility="draft")
        name = await drawn(app, database, draft)
        shown = [
            (await ada.get(f"{PATH}/{draft['id']}")).json()["still_url"],
            (await ada.get(f"{PATH}/{draft['id']}")).json()["render"]["still_url"],
            (await ada.get(f"{PATH}/{draft['id']}/render")).json()["still_url"],
            (await ada.get(f"{PATH}/{draft['id']}/versions")).json()["items"][0]["still_url"],
            (await ada.get(f"{PATH}/{draft['id']}/versions/1")).json()["still_url"],
            (await ada.get(f"{PATH}/{draft['id']}/lineage")).json()["shader"]["still_url"],
            (await ada.get("/api/v1/users/ada/shaders")).json()["items"][0]["still_url"],
            (await ada.patch(f"{PATH}/{draft['id']}", json={"title": "Tide"})).json()["still_url"],
        ]
        for link in shown:
            assert link.startswith(f"{name}?user=")
            found = await web.get(link)
            assert (found.status_code, found.content) == (200, BYTES)
            assert found.headers["cache-control"] == "private, no-cache"
        assert await status(web, name) == 404

    async def test_a_public_picture_has_no_link(
        self, ada: httpx2.AsyncClient, shader: dict[str, Any], public: str
    ) -> None:
        assert (await ada.get(f"{PATH}/{shader['id']}")).json()["still_url"] == public

    async def test_a_link_is_for_one_picture_one_user_and_a_time(
        self,
        web: httpx2.AsyncClient,
        app: FastAPI,
        client: httpx2.AsyncClient,
        ada: httpx2.AsyncClient,
        database: Database,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        draft = await publish(ada, visibility="draft")
        name = await drawn(app, database, draft)
        link = (await ada.get(f"{PATH}/{draft['id']}")).json()["still_url"]
        other = f"/renders/{await app.state.services.store.put('still', b'other', 'webp')}"
        bob = (await (await register(client, "bob")).get("/api/v1/users/me")).json()["id"]
        user = link.partition("user=")[2].partition("&")[0]
        bobs = app.state.services.picture_links.grant(bob).link(name.removeprefix("/renders/"))
        for broken in (
            link.replace(name, other),
            link.replace(user, bob),
            link.replace("&until=1", "&until=2"),
            link[:-1] + ("0" if link[-1] != "0" else "1"),
            link + "&more",
            name + bobs,
        ):
            assert await status(web, broken) == 404
        now = time.time()
        monkeypatch.setattr("services.core.identity.picture_links.time", lambda: now + 3_600)
        assert await status(web, link) == 200
        monkeypatch.setattr("services.core.identity.picture_links.time", lambda: now + 2 * 3_600 + 1)
        assert await status(web, link) == 404

    async def test_a_kept_still_is_seen_in_all_its_sizes_or_in_none(
        self, web: httpx2.AsyncClient, app: FastAPI, ada: httpx2.AsyncClient, database: Database, shader: dict[str, Any]
    ) -> None:
        store = app.state.services.store
        name = await store.put("kept", b"large", "webp")
        for word in ("640", "320"):
            await store.put_copy(name, word, word.encode(), "webp")
        await store.put_copy(name, "share", b"share", "jpg")
        await drawn(app, database, shader)
        await finish_render(database, shader["id"], 1, kept_name=name, kept_width=1280)

        async def addresses() -> list[str]:
            found = (await ada.get(f"{PATH}/{shader['id']}")).json()
            assert found["still_url"] == found["pictures"][1]["url"]
            return [*(size["url"] for size in found["pictures"]), found["share_url"]]

        public = await addresses()
        assert [(await web.get(address)).content for address in public] == [b"320", b"640", b"large", b"share"]
        types = [(await web.get(address)).headers["content-type"] for address in public]
        assert types == ["image/webp"] * 3 + ["image/jpeg"]
        assert len({(await web.get(address)).headers["etag"] for address in public}) == 4
        await ada.patch(f"{PATH}/{shader['id']}", json={"visibility": "private"})
        assert [await status(web, address) for address in public] == [404] * 4
        links = await addresses()
        assert [await status(web, link) for link in links] == [200] * 4
        await ada.delete(f"{PATH}/{shader['id']}")
        assert [await status(web, link) for link in links] == [404] * 4

    async def test_a_link_ends_with_the_shader(
        self, web: httpx2.AsyncClient, app: FastAPI, ada: httpx2.AsyncClient, database: Database
    ) -> None:
        draft = await publish(ada, visibility="draft")
        await drawn(app, database, draft)
        link = (await ada.get(f"{PATH}/{draft['id']}")).json()["still_url"]
        await ada.delete(f"{PATH}/{draft['id']}")
        assert await status(web, link) == 404


class _Api(ApiClient):
    """An API that knows one answer, and counts the questions."""

    def __init__(self) -> None:
        super().__init__("http://unused")
        self.asked: list[list[str]] = []
        self.refusal: Exception | None = None

    async def get(self, request: Request, path: str, parameters: Any = None) -> Any:
        self.asked.append(parameters["name"])
        await asyncio.sleep(0.01)
        if self.refusal is not None:
            refusal, self.refusal = self.refusal, None
            raise refusal
        return [name for name in parameters["name"] if name != "absent"]


REQUEST = Request({"type": "http", "headers": [], "client": ("10.0.0.1", 1)})


class TestAsking:
    async def test_a_crowd_is_a_few_questions_and_an_answer_is_kept(self) -> None:
        api = _Api()
        visible = VisiblePictures(api, seconds=0.2)
        names = [f"n{number}" for number in range(70)] + ["absent"]
        found = await asyncio.gather(*(visible.to_everybody(REQUEST, name) for name in names * 3))
        assert found == ([True] * 70 + [False]) * 3
        assert sorted(len(names) for names in api.asked) == [21, 50]
        assert await visible.to_everybody(REQUEST, "n1")
        assert len(api.asked) == 2
        await asyncio.sleep(0.25)
        before = len(api.asked)
        assert await visible.to_everybody(REQUEST, "n1")
        assert len(api.asked) == before + 1

    async def test_nobody_waits_for_an_answer_that_nobody_asks_for(self) -> None:
        api = _Api()
        visible = VisiblePictures(api, seconds=0)

        async def visitor(number: int) -> None:
            for turn in range(30):
                assert await visible.to_everybody(REQUEST, f"n{(number * turn) % 7}")

        async with asyncio.timeout(30):
            await asyncio.gather(*(visitor(number) for number in range(20)))

    async def test_one_visitor_who_asks_too_often_is_refused_alone(self) -> None:
        api = _Api()
        api.refusal = RateLimitedError(3)
        visible = VisiblePictures(api, seconds=2)
        asking = [visible.to_everybody(REQUEST, name) for name in ("a", "b", "c")]
        found = await asyncio.gather(*asking, return_exceptions=True)
        assert isinstance(found[0], RateLimitedError)
        assert found[1:] == [True, True]

    async def test_an_outage_is_told_to_all_and_not_kept(self) -> None:
        api = _Api()
        api.refusal = UnavailableError()
        visible = VisiblePictures(api, seconds=2)
        found = await asyncio.gather(*(visible.to_everybody(REQUEST, name) for name in "ab"), return_exceptions=True)
        assert [type(each) for each in found] == [UnavailableError, UnavailableError]
        assert await visible.to_everybody(REQUEST, "a")

    async def test_who_goes_away_takes_it_from_nobody(self) -> None:
        visible = VisiblePictures(_Api(), seconds=0)
        first = asyncio.create_task(visible.to_everybody(REQUEST, "a"))
        second = asyncio.create_task(visible.to_everybody(REQUEST, "a"))
        await asyncio.sleep(0)
        first.cancel()
        assert await second
