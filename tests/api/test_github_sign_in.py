"""Sign-in with GitHub, as GitHub Enterprise at an address of ours: its pages and API, as its documentation has them."""

import json
import secrets
from base64 import urlsafe_b64encode
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx2
import pytest
import redis.asyncio
from asgi_lifespan import LifespanManager
from pydantic import SecretStr
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from services.api.settings import ApiSettings
from services.core.accounts.sign_in_settings import SignInSettings
from services.core.kit.database import Database
from tests.fixtures.accounts import sign_up
from tests.fixtures.api import app_for
from tests.fixtures.ports import on_a_port

PROVIDERS = "/api/v1/auth/providers"


@dataclass
class Github:
    """Who is signed in there, and with which addresses."""

    address: str = ""
    user: dict[str, Any] = field(default_factory=lambda: {"id": 583231, "login": "Octo-Cat", "name": None})
    emails: list[dict[str, Any]] = field(default_factory=list)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def allow(self, url: str) -> dict[str, str]:
        """What the browser brings back from `url`."""
        assert url.startswith(f"{self.address}/login/oauth/authorize?")
        asked = dict(parse_qsl(urlsplit(url).query))
        assert {"read:user", "user:email"} <= set(asked["scope"].split())
        code = secrets.token_hex(10)
        self.codes[code] = asked
        return {"code": code, "state": asked["state"]}

    async def exchange(self, request: Request) -> Response:
        """GitHub says no with 200, and gives JSON to who accepts it."""
        assert request.headers["accept"] == "application/json"
        form = await request.form()
        asked = self.codes.pop(str(form.get("code")), None)
        challenge = urlsafe_b64encode(sha256(str(form.get("code_verifier")).encode()).digest()).decode().rstrip("=")
        if asked is None or form.get("client_secret") != "hush" or asked["code_challenge"] != challenge:
            return JSONResponse({"error": "bad_verification_code", "error_description": "It is wrong or has expired."})
        return JSONResponse({"access_token": "gho_opaque", "token_type": "bearer", "scope": "read:user,user:email"})

    async def who(self, request: Request) -> Response:
        """The API, to who has the token."""
        if request.headers.get("authorization") != "Bearer gho_opaque":
            return Response(status_code=401)
        return JSONResponse(self.emails if request.url.path.endswith("/emails") else self.user)


@pytest.fixture
async def github() -> AsyncIterator[Github]:
    there = Github()
    routes = [
        Route("/login/oauth/access_token", there.exchange, methods=["POST"]),
        Route("/api/v3/user", there.who),
        Route("/api/v3/user/emails", there.who),
    ]
    async with on_a_port(Starlette(routes=routes)) as there.address:
        yield there


@pytest.fixture
async def client(
    settings: ApiSettings, database: Database, redis_client: redis.asyncio.Redis, github: Github
) -> AsyncIterator[httpx2.AsyncClient]:
    entry = {"name": "github", "kind": "github", "client_id": "Iv1", "client_secret": "hush", "issuer": github.address}
    app = app_for(settings.replace(SignInSettings(providers=SecretStr(json.dumps([entry])))))
    async with LifespanManager(app):
        transport = httpx2.ASGITransport(app, raise_app_exceptions=False)
        async with httpx2.AsyncClient(transport=transport, base_url="http://test") as opened:
            yield opened


async def come_back(client: httpx2.AsyncClient, github: Github, **change: str) -> httpx2.Response:
    begun = await client.post(f"{PROVIDERS}/github/begin", json={})
    came = {**github.allow(begun.json()["url"]), **change}
    return await client.post(f"{PROVIDERS}/github/finish", json=came)


async def test_a_user_of_github_gets_an_account_that_follows_their_number(
    client: httpx2.AsyncClient, github: Github
) -> None:
    github.emails = [
        {"email": "old@example.org", "primary": False, "verified": True},
        {"email": "Octo@Example.org", "primary": True, "verified": True},
    ]
    proposal = (await come_back(client, github)).json()["proposal"]
    assert proposal == {
        "handle": "octo-cat",
        "display_name": "",
        "email": "octo@example.org",
        "email_verified": True,
    }
    made = await client.post(f"{PROVIDERS}/register", json={"handle": "octo"})
    assert made.json()["tokens"]["user"]["handle"] == "octo"
    # Names change hands there, numbers do not.
    github.user = {"id": 583231, "login": "renamed", "name": "Somebody"}
    assert (await come_back(client, github)).json()["tokens"]["user"]["handle"] == "octo"
    github.user = {"id": 7, "login": "Octo-Cat", "name": None}
    assert (await come_back(client, github)).json()["next"] == "known"


@pytest.mark.parametrize(
    "emails",
    [
        [],
        [{"email": "ada@example.org", "primary": True, "verified": False}],
        [{"email": "ada@example.org", "primary": False, "verified": True}],
    ],
)
async def test_an_address_counts_only_where_it_is_primary_and_verified(
    client: httpx2.AsyncClient, github: Github, emails: list[dict[str, Any]]
) -> None:
    await sign_up(client, "ada")
    github.emails = emails
    answer = (await come_back(client, github)).json()
    assert (answer["next"], answer["proposal"]["email"]) == ("new", "")


async def test_what_github_does_not_take_signs_nobody_in(client: httpx2.AsyncClient, github: Github) -> None:
    for change in ({"code": "made up"}, {"iss": "https://issuer.example.org"}):
        assert (await come_back(client, github, **change)).json()["code"] == "sign_in_refused"
    github.user = {"id": "583231", "login": "octo"}
    assert (await come_back(client, github)).json()["code"] == "sign_in_refused"
