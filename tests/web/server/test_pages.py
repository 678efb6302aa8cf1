"""The pages over the real API: what they show, and what they say when there is nothing to show."""

import asyncio
import re

import httpx
import redis.asyncio
from starlette.applications import Starlette

from services.api.app import create_app as create_api
from services.core.db import Database
from services.core.models.shaders import Visibility
from services.core.settings import LimitSettings, Settings
from services.standalone.postgres import EmbeddedPostgres, free_port
from services.web.server.app import create_app
from services.web.server.settings import ProcessSettings, ProxySettings, WebSettings
from tests.factories import make_shader, make_user, make_version

NASTY = '<script>alert("1")</script>&'


class TestGallery:
    async def test_without_works_it_says_so_and_asks_again(self, web: httpx.AsyncClient) -> None:
        page = await web.get("/")
        assert page.status_code == 200
        assert "No work has a picture yet" in page.text
        assert '<meta http-equiv="refresh" content="3">' in page.text

    async def test_a_work_has_its_picture_loop_and_color(self, web: httpx.AsyncClient, database: Database) -> None:
        async with database.write() as session:
            ada = await make_user(session, handle="ada", display_name="Ada")
            shader = await make_shader(session, author=ada, title="Tide pool")
        page = await web.get("/")
        assert f'<a href="/s/{shader.id}" class="title">Tide pool</a>' in page.text
        assert f'src="/renders/{shader.still_name}"' in page.text
        assert f'data-loop="/renders/{shader.preview_name}"' in page.text
        assert ".c0{background-color:#224466}" in page.text
        assert "refresh" not in page.text

    async def test_names_and_titles_are_text(self, web: httpx.AsyncClient, database: Database) -> None:
        async with database.write() as session:
            ada = await make_user(session, handle="ada", display_name=NASTY)
            shader = await make_shader(session, author=ada, title=NASTY, description=NASTY, source=f"// {NASTY}")
        for path in ("/", f"/s/{shader.id}", f"/?q={NASTY}", f"/?author={NASTY}"):
            page = await web.get(path)
            assert page.status_code == 200
            assert "<script>alert" not in page.text

    async def test_a_walk_shows_each_work_once(self, web: httpx.AsyncClient, database: Database) -> None:
        async with database.write() as session:
            ada = await make_user(session, handle="ada")
            ids = {(await make_shader(session, author=ada)).id for _ in range(45)}
        seen: list[str] = []
        address = "/?sort=new"
        while address:
            page = (await web.get(address)).text
            seen += re.findall(r'<a href="/s/(\w+)" class="title">', page)
            more = re.search(r'<a href="([^"]+)" rel="next">', page)
            address = more[1].replace("&amp;", "&") if more else ""
        assert sorted(seen) == sorted(ids)

    async def test_another_lists_cursor_begins_again(self, web: httpx.AsyncClient) -> None:
        page = await web.get("/?sort=new&cursor=abc")
        assert page.status_code == 307
        assert page.headers["location"] == "/?sort=new"

    async def test_search_tag_and_author_narrow_the_list(self, web: httpx.AsyncClient, database: Database) -> None:
        async with database.write() as session:
            ada, bob = await make_user(session, handle="ada"), await make_user(session, handle="bob")
            await make_shader(session, author=ada, title="Tide pool", tags=["water"])
            await make_shader(session, author=bob, title="Neon rain")
        for query, title in (("q=neon", "Neon rain"), ("tag=water", "Tide pool"), ("author=bob", "Neon rain")):
            assert re.findall(r'class="title">([^<]+)', (await web.get(f"/?{query}")).text) == [title]
        assert "No public work fits" in (await web.get("/?q=nothing-like-it")).text


class TestWork:
    async def test_it_shows_source_versions_and_lineage(self, web: httpx.AsyncClient, database: Database) -> None:
        async with database.write() as session:
            ada = await make_user(session, handle="ada", display_name="Ada")
            parent = await make_shader(session, author=ada, title="The first")
            child = await make_shader(
                session, author=ada, title="The second", parent_id=parent.id, parent_version=1, root_id=parent.id
            )
            await make_version(session, child, source="// newest < source")
        page = await web.get(f"/s/{child.id}")
        assert "<title>The second - Fractafrag</title>" in page.text
        assert "// newest &lt; source" in page.text
        assert f'<a href="/s/{parent.id}">The first</a> by Ada' in page.text
        assert '<li value="2">' in page.text
        assert f'content="http://localhost:8000/renders/{child.still_name}"' in page.text

    async def test_one_that_is_being_drawn_says_so_and_asks_again(
        self, web: httpx.AsyncClient, database: Database
    ) -> None:
        async with database.write() as session:
            shader = await make_shader(session, author=await make_user(session), rendered=False)
        page = await web.get(f"/s/{shader.id}")
        assert "The picture is being drawn" in page.text
        assert 'http-equiv="refresh"' in page.text

    async def test_what_is_not_public_is_not_there(self, web: httpx.AsyncClient, database: Database) -> None:
        async with database.write() as session:
            shader = await make_shader(session, author=await make_user(session), visibility=Visibility.DRAFT)
        for name in (shader.id, "nothing", "..%2fusers%2fada", "%00", "a" * 300):
            assert (await web.get(f"/s/{name}")).status_code == 404, name


class TestFrame:
    async def test_the_policy_allows_only_what_the_page_has(self, web: httpx.AsyncClient) -> None:
        first, second = await web.get("/"), await web.get("/")
        policy = first.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert policy != second.headers["content-security-policy"]
        for name in re.findall(r'(?:href|src)="(/assets/[^"]+|/favicon.svg)"', first.text):
            found = await web.get(name)
            assert found.status_code == 200
            assert found.headers["x-content-type-options"] == "nosniff"

    async def test_small_files(self, web: httpx.AsyncClient) -> None:
        assert (await web.get("/robots.txt")).text.startswith("User-agent: *")
        assert (await web.get("/favicon.ico")).headers["content-type"] == "image/svg+xml"
        assert (await web.get("/healthz")).text == "ok"

    async def test_an_address_that_is_none(self, web: httpx.AsyncClient) -> None:
        page = await web.get("/nothing/here")
        assert page.status_code == 404
        assert "There is nothing at this address." in page.text
        assert (await web.post("/")).status_code == 405
        assert (await web.get("/assets/x/app.py")).status_code == 404


class TestOutage:
    async def test_an_api_that_is_down_is_a_page_with_a_sentence(self, settings: Settings) -> None:
        down = WebSettings(storage=settings.storage, web=ProcessSettings(api_url="http://127.0.0.1:9"))
        application = create_app(down)
        async with (
            application.router.lifespan_context(application),
            httpx.AsyncClient(transport=httpx.ASGITransport(application), base_url="http://test") as visitor,
        ):
            page = await visitor.get("/")
        assert page.status_code == 503
        assert page.headers["retry-after"] == "5"
        assert "Nothing is lost" in page.text


class TestMetrics:
    async def test_they_are_for_those_who_ask_the_process_itself(self, web: httpx.AsyncClient) -> None:
        assert "http_requests_total" in (await web.get("/metrics")).text
        assert (await web.get("/metrics", headers={"X-Forwarded-For": "10.0.0.1"})).status_code == 404


class TestLimits:
    async def test_visitors_are_counted_by_their_own_address(
        self, settings: Settings, migrated: EmbeddedPostgres, redis_client: redis.asyncio.Redis
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

    async def test_behind_an_ingress_the_api_hears_of_the_visitor_alone(self, settings: Settings) -> None:
        heard = list[str]()
        port = free_port()

        async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            heard.extend(re.findall(r"(?im)^x-forwarded-for: (.*?)\r$", head))
            body = b'{"items": [], "next_cursor": null}'
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))
            await writer.drain()
            writer.close()

        process = ProcessSettings(api_url=f"http://127.0.0.1:{port}")
        behind = WebSettings(storage=settings.storage, web=process, limits=ProxySettings(trusted_proxies=1))
        application = create_app(behind)
        async with application.router.lifespan_context(application), await asyncio.start_server(answer, port=port):
            page = await visitor(application, "10.0.0.9").get("/", headers={"X-Forwarded-For": "6.6.6.6, 1.2.3.4"})
        assert page.status_code == 200
        assert heard == ["1.2.3.4"]


def visitor(application: Starlette, address: str) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(application, client=(address, 4000))
    return httpx.AsyncClient(transport=transport, base_url="http://test")
