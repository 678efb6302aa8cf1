"""The body's checks, the catch-all, the security headers; conditional reads; the frame of health and versions."""

import asyncio
import json
import tomllib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Annotated, Any

import httpx2
import pytest
from asgi_lifespan import LifespanManager
from fastapi import APIRouter, FastAPI, Response
from fastapi.responses import StreamingResponse
from sqlalchemy import text

from services.api import protection
from services.api.conditional import etag_of, matches
from services.api.deps import MaybeCallerDep, WriteDep, permitted
from services.api.settings import ApiSettings
from services.core.identity.caller import Caller
from services.core.identity.permissions import Permission
from services.core.kit.database import Database
from services.core.kit.settings import SiteSettings
from tests.fixtures.accounts import register, register_moderator, sign_up, with_token
from tests.fixtures.api import app_for

router = APIRouter(prefix="/t")
consumed = 0


@router.post("/echo")
async def echo(body: dict[str, Any]) -> dict[str, Any]:
    return body


@router.get("/boom")
async def boom() -> None:
    raise RuntimeError("the secret is hunter2")


@router.get("/late")
async def late() -> StreamingResponse:
    async def lines() -> AsyncIterator[bytes]:
        yield b"one"
        raise RuntimeError("the secret is hunter2")

    return StreamingResponse(lines())


@router.get("/endless")
async def endless() -> StreamingResponse:
    async def lines() -> AsyncIterator[bytes]:
        while True:
            await asyncio.sleep(0.001)
            yield b"one"

    return StreamingResponse(lines())


@router.get("/own-etag")
async def own(response: Response) -> str:
    response.headers["ETag"] = '"mine"'
    response.headers["Cache-Control"] = "public, max-age=60"
    return "x"


@router.get("/maybe")
async def maybe(caller: MaybeCallerDep) -> str | None:
    return caller.handle if caller else None


@router.get("/moderators")
async def moderators(caller: Annotated[Caller, permitted(Permission.HIDE_SHADERS)]) -> str:
    return caller.handle


@router.post("/commit-fails")
async def commit_fails(session: WriteDep) -> str:
    await session.execute(text("INSERT INTO ticks (task, due_at, taken_at) VALUES ('doomed', now(), now())"))
    return "done"


@pytest.fixture
async def app(settings: ApiSettings, database: Database, redis_client: object) -> AsyncIterator[FastAPI]:
    application = app_for(settings, router)
    async with LifespanManager(application):
        yield application


class TestBody:
    async def test_ten_megabytes_are_refused_by_their_announced_length(self, client: httpx2.AsyncClient) -> None:
        answer = await client.post("/t/echo", json={"a": "x" * 10_000_000})
        assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
        assert answer.headers["connection"] == "close"

    async def test_ten_unannounced_megabytes_are_not_read_to_the_end(self, client: httpx2.AsyncClient) -> None:
        sent = 0

        async def chunks() -> AsyncIterator[bytes]:
            nonlocal sent
            for _ in range(160):
                sent += 65_536
                yield b"x" * 65_536

        answer = await client.post("/t/echo", content=chunks(), headers={"Content-Type": "application/json"})
        assert (answer.status_code, answer.json()["code"]) == (413, "too_large")

    async def test_a_body_that_does_not_arrive_is_408(
        self, client: httpx2.AsyncClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(protection, "_READ_SECONDS", 0.1)

        async def drops() -> AsyncIterator[bytes]:
            while True:
                yield b" "
                await asyncio.sleep(0.02)

        answer = await client.post("/t/echo", content=drops(), headers={"Content-Type": "application/json"})
        assert (answer.status_code, answer.json()["code"]) == (408, "slow_body")

    @pytest.mark.parametrize(
        "body",
        [
            b'{"a": "\xff\xfe"}',
            b'{"a": "\xed\xa0\x80"}',
            '{"a": "x"}'.encode("utf-16"),
            b'{"a": "\x00"}',
            b'{"a": "\\u0000"}',
            b'{"\\u0000": 1}',
            b'{"a": "\\\\\\u0000"}',
            b'{"a": "\\ud800"}',
            b'{"a": "\\udc00\\ud800"}',
            b'{"a": "\\\\ud83d\\ude00"}',
            b'{"\\uDFFF": 1}',
            b'{"a": NaN}',
            b'{"a": -Infinity}',
            b'{"a": 1e999}',
            b'{"a": 1' + b"0" * 400 + b".0}",
            b'{"a": 1' + b"0" * 5000 + b"}",
        ],
    )
    async def test_what_nothing_can_hold_is_refused(self, client: httpx2.AsyncClient, body: bytes) -> None:
        answer = await client.post("/t/echo", content=body, headers={"Content-Type": "application/json"})
        assert (answer.status_code, answer.json()["code"]) == (400, "bad_request")

    @pytest.mark.parametrize(
        "value",
        ["\\u0000", "\\\\u0000", "😀", "NaN and Infinity", "1e999", "0" * 400, "\\ud800", 1e30, 10**200, "ü\u2028"],
    )
    async def test_what_only_looks_like_it_passes(self, client: httpx2.AsyncClient, value: object) -> None:
        for ascii_only in (True, False):
            body = json.dumps({"a": value}, ensure_ascii=ascii_only).encode()
            answer = await client.post("/t/echo", content=body, headers={"Content-Type": "application/json"})
            assert answer.status_code == 200, answer.text
            assert answer.json() == {"a": value}

    @pytest.mark.parametrize("body", [b"", b"{", b"[1,2", b'"', b"nul", b"[" * 100_000, b'{"a":' * 50_000, b"{} {}"])
    async def test_what_is_no_json_is_the_callers_mistake(self, client: httpx2.AsyncClient, body: bytes) -> None:
        answer = await client.post("/t/echo", content=body, headers={"Content-Type": "application/json"})
        assert answer.status_code in {400, 422}
        assert answer.headers["content-type"] == "application/problem+json"

    async def test_nul_in_path_or_query_is_refused(self, client: httpx2.AsyncClient) -> None:
        assert (await client.get("/api/v1/users/a%00b")).status_code == 400
        assert (await client.get("/api/v1/version?a=%00")).status_code == 400


class TestShield:
    async def test_an_unexpected_error_is_a_problem_without_its_text(
        self, client: httpx2.AsyncClient, capfd: pytest.CaptureFixture[str]
    ) -> None:
        answer = await client.get("/t/boom", headers={"X-Request-ID": "r-1"})
        assert answer.status_code == 500
        assert (answer.json()["code"], answer.json()["request_id"]) == ("internal", "r-1")
        assert answer.headers["x-content-type-options"] == "nosniff"
        out = "".join(capfd.readouterr())
        assert "hunter2" not in out + answer.text
        assert "test_protection.py" in out

    async def test_an_error_in_mid_answer_cuts_it_off(
        self, client: httpx2.AsyncClient, capfd: pytest.CaptureFixture[str]
    ) -> None:
        answer = await client.get("/t/late")
        assert answer.text == "one"
        assert "hunter2" not in "".join(capfd.readouterr())

    async def test_every_answer_has_the_security_headers(self, client: httpx2.AsyncClient) -> None:
        for path in ("/api/v1/version", "/api/v1/users/nobody", "/nowhere", "/t/boom"):
            headers = (await client.get(path)).headers
            assert headers["x-content-type-options"] == "nosniff"
            assert headers["content-security-policy"].startswith("default-src 'none'")
            assert headers["referrer-policy"] == "no-referrer"
            assert "strict-transport-security" not in headers
            assert "server" not in headers

    async def test_what_may_be_cached_is_said(self, client: httpx2.AsyncClient) -> None:
        ada = await register(client, "ada")
        assert (await client.get("/api/v1/users/ada")).headers["cache-control"] == "no-cache"
        assert (await ada.get("/api/v1/users/me")).headers["cache-control"] == "private, no-cache"
        assert (await ada.get("/api/v1/users/me")).headers["vary"] == "Authorization"
        assert (await client.get("/api/v1/users/nobody")).headers["cache-control"] == "no-store"
        assert (await ada.patch("/api/v1/users/me", json={})).headers["cache-control"] == "no-store"
        assert (await client.get("/t/own-etag")).headers["cache-control"] == "public, max-age=60"


class TestConditional:
    async def test_an_unchanged_answer_is_304(self, client: httpx2.AsyncClient) -> None:
        ada = await register(client, "ada")
        first = await client.get("/api/v1/users/ada")
        etag = first.headers["etag"]
        assert etag == etag_of(first.content)
        again = await client.get("/api/v1/users/ada", headers={"If-None-Match": f'"x", W/{etag}'})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == etag
        assert again.headers["cache-control"] == "no-cache"
        assert "content-length" not in again.headers
        await ada.patch("/api/v1/users/me", json={"bio": "new"})
        changed = await client.get("/api/v1/users/ada", headers={"If-None-Match": etag})
        assert changed.status_code == 200
        assert changed.headers["etag"] != etag

    async def test_a_routes_own_etag_counts(self, client: httpx2.AsyncClient) -> None:
        assert (await client.get("/t/own-etag")).headers["etag"] == '"mine"'
        assert (await client.get("/t/own-etag", headers={"If-None-Match": '"mine"'})).status_code == 304

    async def test_an_error_has_no_etag(self, client: httpx2.AsyncClient) -> None:
        answer = await client.get("/api/v1/users/nobody", headers={"If-None-Match": "*"})
        assert answer.status_code == 404
        assert "etag" not in answer.headers

    async def test_head_is_a_get_without_its_body(self, client: httpx2.AsyncClient) -> None:
        head, get = await client.head("/api/v1/version"), await client.get("/api/v1/version")
        assert (head.status_code, head.content) == (200, b"")
        assert head.headers["etag"] == get.headers["etag"]
        assert head.headers["content-length"] == get.headers["content-length"]
        assert (await client.head("/nowhere")).status_code == 404

    async def test_head_of_an_endless_answer_ends(self, client: httpx2.AsyncClient) -> None:
        assert (await client.head("/t/endless")).status_code == 200

    def test_weak_and_listed_etags_match(self) -> None:
        assert matches('"a"', '"a"')
        assert matches('W/"a"', '"a"')
        assert matches('"b" , "a"', 'W/"a"')
        assert matches("*", '"a"')
        assert not matches(None, '"a"')
        assert not matches('"b"', '"a"')
        assert not matches("a", '"a"')


class TestCaller:
    async def test_an_optional_caller_is_nobody_without_a_token(self, client: httpx2.AsyncClient) -> None:
        assert (await client.get("/t/maybe")).json() is None
        assert (await (await register(client, "ada")).get("/t/maybe")).json() == "ada"

    @pytest.mark.parametrize("header", ["Bearer", "Bearer ", "Bearer x", "Bearer a.b.c", "Basic YTpi", "", "bearer é"])
    async def test_a_bad_token_is_401_even_where_none_is_needed(self, client: httpx2.AsyncClient, header: str) -> None:
        for path in ("/t/maybe", "/api/v1/users/me"):
            answer = await client.get(path, headers={b"Authorization": header.encode()})
            assert (answer.status_code, answer.json()["code"]) == (401, "invalid_token")
            assert answer.headers["www-authenticate"].startswith("Bearer")

    async def test_a_required_caller_is_401_without_a_token(self, client: httpx2.AsyncClient) -> None:
        answer = await client.get("/api/v1/users/me")
        assert (answer.status_code, answer.json()["code"]) == (401, "unauthorized")
        assert answer.headers["www-authenticate"] == "Bearer"

    async def test_only_moderators_moderate(self, client: httpx2.AsyncClient, database: Database) -> None:
        assert (await client.get("/t/moderators")).status_code == 401
        assert (await (await register(client, "ada")).get("/t/moderators")).status_code == 403
        judge = await register_moderator(client, database)
        assert (await judge.get("/t/moderators")).json() == "judge"


class TestCommit:
    async def test_a_failing_commit_is_never_answered_with_200(
        self, client: httpx2.AsyncClient, database: Database
    ) -> None:
        async with database.write() as session:
            for statement in _DOOM.split(";;"):
                await session.execute(text(statement))
        try:
            answer = await client.post("/t/commit-fails")
        finally:
            async with database.write() as session:
                await session.execute(text("DROP FUNCTION doom CASCADE"))
        assert answer.status_code == 500
        async with database.read() as session:
            assert await session.scalar(text("SELECT count(*) FROM ticks")) == 0


_DOOM = """
CREATE FUNCTION doom() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'doomed'; END $$;;
CREATE CONSTRAINT TRIGGER doom AFTER INSERT ON ticks DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION doom()
"""


async def test_a_path_with_a_slash_at_its_end_leads_nowhere(client: httpx2.AsyncClient) -> None:
    answer = await client.get("/api/v1/shaders/", headers={"Host": "evil.example"})
    assert answer.status_code == 404
    assert "location" not in answer.headers


class TestCrossSite:
    @pytest.mark.parametrize(
        "headers",
        [
            {"Origin": "https://evil.example"},
            {"Origin": "null"},
            {"Origin": "http://[::1"},
            {"Origin": "http://localhost:8000.evil.example"},
            {"Sec-Fetch-Site": "cross-site"},
            {"Sec-Fetch-Site": "same-site"},
            {"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost:8000"},
        ],
    )
    async def test_another_sites_page_uses_no_cookie(self, client: httpx2.AsyncClient, headers: dict[str, str]) -> None:
        await sign_up(client, "ada", token_transport="cookie")
        for path in ("/api/v1/auth/refresh", "/api/v1/auth/logout"):
            answer = await client.post(path, headers=headers)
            assert (answer.status_code, answer.json()["code"]) == (403, "cross_site")
        assert (await client.post("/api/v1/auth/refresh")).status_code == 200

    @pytest.mark.parametrize(
        "headers",
        [{}, {"Origin": "http://localhost:8000", "Sec-Fetch-Site": "same-origin"}, {"Origin": "http://test"}],
    )
    async def test_our_own_pages_and_programs_do(self, client: httpx2.AsyncClient, headers: dict[str, str]) -> None:
        first = await sign_up(client, "ada", token_transport="cookie")
        answer = await client.post("/api/v1/auth/refresh", headers=headers)
        assert answer.status_code == 200
        assert answer.json()["refresh_token"] is None
        assert answer.json()["session_id"] == first["session_id"]
        ada = with_token(client, answer.json()["access_token"])
        assert (await ada.get("/api/v1/users/me")).status_code == 200


class TestHttps:
    @pytest.fixture
    def settings(self, settings: ApiSettings) -> ApiSettings:
        return settings.model_copy(update={"site": SiteSettings(public_url="https://frag.example")})

    async def test_the_cookie_is_bound_to_the_host(self, client: httpx2.AsyncClient) -> None:
        given = {"handle": "ada", "email": "ada@example.org", "password": "seven moons over Lisbon"}
        answer = await client.post("/api/v1/auth/register", json=given)
        cookie = answer.headers["set-cookie"]
        assert cookie.startswith("__Host-fractafrag-refresh=")
        assert "; Secure" in cookie
        assert "Domain" not in cookie
        assert "Path=/;" in cookie
        assert answer.headers["strict-transport-security"] == "max-age=31536000"


class TestHealth:
    async def test_all_is_well(self, client: httpx2.AsyncClient) -> None:
        assert (await client.get("/healthz")).json() == {"status": "ok"}
        ready = await client.get("/readyz")
        assert ready.json() == {"status": "ok", "checks": {"postgresql": "ok", "redis": "ok"}}

    async def test_the_version_is_the_projects(self, client: httpx2.AsyncClient) -> None:
        project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())["project"]
        answer = (await client.get("/api/v1/version")).json()
        assert answer == {"name": "Fractafrag", "version": project["version"], "api": "v1"}

    async def test_metrics_are_by_route_template(self, client: httpx2.AsyncClient) -> None:
        await client.get("/api/v1/users/nobody-at-all")
        metrics = (await client.get("/metrics")).text
        assert 'route="/api/v1/users/{handle}",status="404"' in metrics
        assert "nobody-at-all" not in metrics
