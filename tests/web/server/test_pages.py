"""The documents over the real API: what they bring, and what they say when there is nothing to show."""

import asyncio
import json
import re
from pathlib import Path
from typing import Any

import httpx2
import pytest
import redis.asyncio
from starlette.applications import Starlette
from starlette.requests import Request

from services.api.app import create_app as create_api
from services.api.settings import ApiSettings
from services.contracts.shaders import Visibility
from services.core.kit.database import Database
from services.core.kit.settings import LimitSettings, ProxySettings
from services.core.shaders.listing import refresh_listing
from services.core.shaders.models import Render
from services.standalone.ports import held_port
from services.standalone.postgres import EmbeddedPostgres
from services.web.server.app import create_app
from services.web.server.built import Built
from services.web.server.frame import Frame, Page
from services.web.server.pages import FEED_PATH, desire_path, shader_path
from services.web.server.settings import WebGroup, WebSettings
from tests.core.desires.boards import post
from tests.factories import make_shader, make_user, object_name

NASTY = '</script><script>alert("1")</script>&'


def boot(page: httpx2.Response) -> dict[str, Any]:
    """What the document tells the script."""
    found = re.search(r'<script type="application/json" id="boot">(.*?)</script>', page.text)
    assert found
    content: dict[str, Any] = json.loads(found[1])
    return content


class TestFeed:
    async def test_the_document_brings_the_first_shaders(self, web: httpx2.AsyncClient, database: Database) -> None:
        async with database.write() as session:
            ada = await make_user(session, handle="ada", display_name="Ada")
            shader = await make_shader(session, author=ada, title="Tide pool")
        page = await web.get("/")
        assert [card["id"] for card in boot(page)["answers"][FEED_PATH]["items"]] == [shader.id]
        assert f'<a href="/s/{shader.id}">Tide pool</a> by <a href="/u/ada">Ada</a>' in page.text
        assert f'<link rel="preload" as="image" href="/renders/{shader.still_name}"' in page.text

    async def test_names_and_titles_are_text(self, web: httpx2.AsyncClient, database: Database) -> None:
        async with database.write() as session:
            ada = await make_user(session, handle="ada", display_name=NASTY, bio=NASTY)
            shader = await make_shader(session, author=ada, title=NASTY, description=NASTY, source=f"// {NASTY}")
        for path in ("/", f"/s/{shader.id}", f"/embed/{shader.id}", "/u/ada", f"/explore?q={NASTY}"):
            page = await web.get(path)
            assert page.status_code == 200
            assert NASTY not in page.text
        assert boot(await web.get(f"/s/{shader.id}"))["answers"][shader_path(shader.id)]["title"] == NASTY


class TestDesire:
    async def test_the_document_brings_the_wish(self, web: httpx2.AsyncClient, database: Database) -> None:
        async with database.write() as session:
            ada = await make_user(session, handle="ada", display_name="Ada")
        wish = await post(database, ada, f"Rain on a window {NASTY}")
        page = await web.get(f"/desires/{wish}")
        assert NASTY not in page.text
        assert '<meta property="og:description" content="Wished for by Ada."' in page.text
        assert boot(page)["answers"][desire_path(wish)]["prompt"] == f"Rain on a window {NASTY}"

    async def test_the_board_is_there_and_nothing_else(self, web: httpx2.AsyncClient) -> None:
        assert [(await web.get(f"/desires{path}")).status_code for path in ("", "/new", "/nosuch")] == [200, 200, 404]


class TestWork:
    async def test_the_head_shows_it_to_other_sites(self, web: httpx2.AsyncClient, database: Database) -> None:
        async with database.write() as session:
            ada = await make_user(session, handle="ada", display_name="Ada")
            shader = await make_shader(session, author=ada, title="Tide", description="Waves.", source="// a < b")
        page = await web.get(f"/s/{shader.id}")
        assert "<title>Tide - Fractafrag</title>" in page.text
        assert 'property="og:title" content="Tide"' in page.text
        assert 'property="og:description" content="Waves."' in page.text
        assert f'property="og:image" content="http://localhost:8000/renders/{shader.still_name}"' in page.text
        assert f'rel="canonical" href="http://localhost:8000/s/{shader.id}"' in page.text
        assert "// a &lt; b" in page.text
        assert boot(page)["answers"][shader_path(shader.id)]["source"] == "// a < b"

    async def test_the_kept_still_stands_in_all_its_sizes(self, web: httpx2.AsyncClient, database: Database) -> None:
        name = object_name("kept", "large")
        async with database.write() as session:
            ada = await make_user(session, handle="ada")
            shader = await make_shader(session, author=ada, title="Tide")
            render = await session.get_one(Render, (shader.id, 1))
            render.kept_name, render.kept_width = name, 1280
            await refresh_listing(session, shader.id)
        stem = f"/renders/{name.removesuffix('.webp')}"
        srcset = f"{stem}-320.webp 320w, {stem}-640.webp 640w, {stem}.webp 1280w"
        for path in ("/", f"/s/{shader.id}", f"/embed/{shader.id}"):
            page = (await web.get(path)).text
            assert f'href="{stem}-640.webp" imagesrcset="{srcset}" imagesizes="' in page
            assert path == "/" or f'<img src="{stem}-640.webp" srcset="{srcset}" sizes="' in page
            if "embed" not in path:
                assert f'property="og:image" content="http://localhost:8000{stem}-share.jpg"' in page
                assert 'property="og:image:type" content="image/jpeg"' in page
                assert 'property="og:image:width" content="1200"' in page

    async def test_what_is_not_public_is_not_there(self, web: httpx2.AsyncClient, database: Database) -> None:
        async with database.write() as session:
            shader = await make_shader(session, author=await make_user(session), visibility=Visibility.DRAFT)
        for name in (shader.id, "nothing", "..%2fusers%2fada", "%00", "a" * 300):
            for page in (f"/s/{name}", f"/embed/{name}", f"/u/{name}"):
                found = await web.get(page)
                assert found.status_code == 404, page
                assert boot(found)["answers"] == {}

    async def test_who_has_the_link_of_an_unlisted_work_is_not_a_search_engine(
        self, web: httpx2.AsyncClient, database: Database
    ) -> None:
        async with database.write() as session:
            shader = await make_shader(session, author=await make_user(session), visibility=Visibility.UNLISTED)
        assert 'name="robots" content="noindex"' in (await web.get(f"/s/{shader.id}")).text


class TestFrame:
    async def test_the_policy_allows_only_what_the_page_has(self, web: httpx2.AsyncClient) -> None:
        first, second = await web.get("/"), await web.get("/")
        policy = first.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "require-trusted-types-for 'script'" in policy
        assert "unsafe" not in policy
        assert policy != second.headers["content-security-policy"]
        assert first.headers["cross-origin-opener-policy"] == "same-origin"
        assert first.headers["cross-origin-resource-policy"] == "same-origin"
        assert "strict-transport-security" not in first.headers, "the tests' site has no https"
        names = re.findall(r'(?:href|src)="(/(?:assets/|favicon|icon|site)[^"]+)"', first.text)
        assert any(name.endswith(".css") for name in names)
        for name in names:
            found = await web.get(name)
            assert found.status_code == 200, name
            assert found.headers["x-content-type-options"] == "nosniff"

    async def test_an_embed_may_be_framed_anywhere(self, web: httpx2.AsyncClient, database: Database) -> None:
        async with database.write() as session:
            shader = await make_shader(session, author=await make_user(session))
        embed = await web.get(f"/embed/{shader.id}")
        headers = embed.headers
        assert "frame-ancestors *;" in headers["content-security-policy"]
        assert "cross-origin-opener-policy" not in headers
        assert headers["cross-origin-resource-policy"] == "cross-origin"
        # In a sandbox it has no origin of its own, and its scripts come to it as to a stranger.
        scripts = re.findall(r'"(/assets/[^"]+\.js)"', embed.text)
        assert scripts
        for name in scripts:
            found = (await web.get(name)).headers
            assert found["access-control-allow-origin"] == "*", name
            assert found["cross-origin-resource-policy"] == "cross-origin", name

    async def test_https_stays_https(self, tmp_path: Path) -> None:
        frame = Frame("Fractafrag", "https://shaders.example", Built(tmp_path))
        request = Request({"type": "http", "headers": [], "path": "/", "query_string": b""})
        assert frame.response(request, Page()).headers["strict-transport-security"] == "max-age=31536000"

    async def test_the_theme_is_the_visitors_choice(self, web: httpx2.AsyncClient) -> None:
        for cookie, written in (("light", 'data-theme="light"'), ("dark", 'data-theme="dark"')):
            assert written in (await web.get("/", headers={"Cookie": f"theme={cookie}"})).text
        assert 'data-motion="still"' in (await web.get("/", headers={"Cookie": "motion=still"})).text
        assert 'data-flashes="play"' in (await web.get("/", headers={"Cookie": "flashes=play"})).text
        assert "data-motion" not in (await web.get("/", headers={"Cookie": "motion=dark"})).text
        assert 'name="theme-color" content="#fafafa">' in (await web.get("/", headers={"Cookie": "theme=light"})).text
        assert (await web.get("/")).text.count('name="theme-color"') == 2
        assert "data-theme" not in (await web.get("/", headers={"Cookie": 'theme="><script>'})).text

    async def test_pages_without_content_of_the_api(self, web: httpx2.AsyncClient) -> None:
        by_mail = ("/forgot", "/reset", "/verify", "/confirm-address", "/revert-address", "/unsubscribe", "/answer")
        paths = ("/explore", "/new", "/edit/abc", "/settings", "/settings/keys", "/sign-in", "/register", "/about")
        for path in (*paths, *by_mail):
            assert (await web.get(path)).status_code == 200, path

    async def test_small_files(self, web: httpx2.AsyncClient) -> None:
        assert (await web.get("/robots.txt")).text.startswith("User-agent: *")
        assert (await web.get("/favicon.ico")).headers["content-type"] == "image/svg+xml"
        manifest = await web.get("/site.webmanifest")
        assert manifest.headers["content-type"] == "application/manifest+json"
        for icon in manifest.json()["icons"]:
            found = await web.get(icon["src"])
            assert (found.status_code, found.headers["content-type"]) == (200, icon["type"]), icon
        assert (await web.get("/healthz")).text == "ok"

    async def test_an_address_that_is_none(self, web: httpx2.AsyncClient) -> None:
        page = await web.get("/nothing/here")
        assert page.status_code == 404
        assert "There is nothing at this address." in page.text
        assert (await web.post("/")).status_code == 405
        assert (await web.get("/assets/app.py")).status_code == 404

    async def test_a_copy_that_was_never_built_says_so(self, tmp_path: Path) -> None:
        frame = Frame("Fractafrag", "http://localhost:8000", Built(tmp_path))
        request = Request({"type": "http", "headers": [], "path": "/", "query_string": b""})
        assert b"run make install" in frame.response(request, Page()).body


@pytest.mark.parametrize(
    ("path", "address"),
    [
        ("/explore/", "/explore"),
        ("/explore/?q=a%2Fb&tag=c", "/explore?q=a%2Fb&tag=c"),
        ("//other.example/", "/other.example"),
        ("/\\other.example/", "/%5Cother.example"),
    ],
)
async def test_a_slash_too_many_leads_to_the_page_without(web: httpx2.AsyncClient, path: str, address: str) -> None:
    answer = await web.request("GET", httpx2.URL(f"http://test{path}"), headers={"Host": "evil.example"})
    assert (answer.status_code, answer.headers["location"]) == (307, address)


class TestOutage:
    async def test_an_api_that_is_down_is_a_page_with_a_sentence(self, settings: ApiSettings) -> None:
        down = WebSettings(storage=settings.storage, web=WebGroup(api_url="http://127.0.0.1:9"))
        application = create_app(down)
        async with (
            application.router.lifespan_context(application),
            httpx2.AsyncClient(transport=httpx2.ASGITransport(application), base_url="http://test") as visitor,
        ):
            page = await visitor.get("/")
        assert page.status_code == 503
        assert page.headers["retry-after"] == "5"
        assert '<noscript><meta http-equiv="refresh" content="5"></noscript>' in page.text
        assert "Nothing is lost" in page.text


class TestMetrics:
    async def test_they_are_for_those_who_ask_the_process_itself(self, web: httpx2.AsyncClient) -> None:
        assert "http_requests_total" in (await web.get("/metrics")).text
        assert (await web.get("/metrics", headers={"X-Forwarded-For": "10.0.0.1"})).status_code == 404


class TestLimits:
    async def test_visitors_are_counted_by_their_own_address(
        self, settings: ApiSettings, migrated: EmbeddedPostgres, redis_client: redis.asyncio.Redis
    ) -> None:
        assert migrated.running
        assert await redis_client.ping()
        limited = settings.model_copy(update={"limits": LimitSettings(address="3/60")})
        api = create_api(limited)
        application = create_app(WebSettings(storage=settings.storage), api=api)
        async with api.router.lifespan_context(api), application.router.lifespan_context(application):
            first, second = visitor(application, "10.0.0.1"), visitor(application, "10.0.0.2")
            codes = [(await first.get("/")).status_code for _ in range(4)]
            assert codes == [200, 200, 200, 429]
            assert (await second.get("/")).status_code == 200

    async def test_behind_an_ingress_the_api_hears_of_the_visitor_alone(self, settings: ApiSettings) -> None:
        heard = list[str]()
        port = held_port()

        async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            heard.extend(re.findall(r"(?im)^x-forwarded-for: (.*?)\r$", head))
            body = b'{"items": [], "next_cursor": null}'
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))
            await writer.drain()
            writer.close()

        process = WebGroup(api_url=f"http://127.0.0.1:{port}")
        behind = WebSettings(storage=settings.storage, web=process, limits=ProxySettings(trusted_proxies=1))
        application = create_app(behind)
        async with application.router.lifespan_context(application), await asyncio.start_server(answer, port=port):
            page = await visitor(application, "10.0.0.9").get("/", headers={"X-Forwarded-For": "6.6.6.6, 1.2.3.4"})
        assert page.status_code == 200
        assert heard == ["1.2.3.4"]


def visitor(application: Starlette, address: str) -> httpx2.AsyncClient:
    transport = httpx2.ASGITransport(application, client=(address, 4000))
    return httpx2.AsyncClient(transport=transport, base_url="http://test")
