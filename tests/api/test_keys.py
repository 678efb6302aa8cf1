"""API keys over HTTP: made, used, rotated, revoked, audited."""

from typing import Any

import httpx

from services.core.db import Database
from tests.fixtures.accounts import register, with_token

SOURCE = "void mainImage(out vec4 c, in vec2 p) { c = vec4(p / iResolution.xy, 0.5, 1.0); }"
WORK = {"title": "Plain", "source": SOURCE, "visibility": "draft"}


async def make_key(ada: httpx.AsyncClient, *scopes: str, **fields: Any) -> dict[str, Any]:
    """A new key of the signed-in client, as the answer's JSON."""
    answer = await ada.post("/api/v1/keys", json={"name": "agent", "scopes": [*scopes] or ["read"], **fields})
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def test_a_key_says_who_it_is(client: httpx.AsyncClient, database: Database) -> None:
    ada = await register(client, "ada")
    made = await make_key(ada, "write", "read", expires_in_days=30)
    assert made["key"].startswith(made["prefix"])
    assert len(made["key"]) == 51
    found = (await with_token(client, made["key"]).get("/api/v1/keys/current")).json()
    assert found == {
        "id": made["id"],
        "name": "agent",
        "prefix": made["prefix"],
        "scopes": ["read", "write"],
        "expires_at": made["expires_at"],
        "handle": "ada",
    }
    by_token = (await ada.get("/api/v1/keys/current")).json()
    assert (by_token["id"], by_token["scopes"], by_token["handle"]) == (None, ["read", "write", "bounty"], "ada")
    assert (await client.get("/api/v1/keys/current")).status_code == 401


async def test_scopes_are_held_to(client: httpx.AsyncClient, database: Database) -> None:
    ada = await register(client, "ada")
    reader = with_token(client, (await make_key(ada, "read"))["key"])
    answer = await reader.post("/api/v1/shaders", json=WORK)
    assert (answer.status_code, answer.json()["code"], answer.json()["scope"]) == (403, "missing_scope", "write")
    assert 'scope="write"' in answer.headers["www-authenticate"]
    assert (await reader.get("/api/v1/users/ada/shaders")).status_code == 200
    made = await make_key(ada, "write")
    writer = with_token(client, made["key"])
    work = await writer.post("/api/v1/shaders", json=WORK)
    assert work.status_code == 201
    refused = await writer.get("/api/v1/keys")
    assert (refused.status_code, refused.json()["code"]) == (403, "sign_in_required")
    uses = (await ada.get(f"/api/v1/keys/{made['id']}/uses")).json()["items"]
    assert [(use["method"], use["route"], use["path"], use["status"]) for use in uses] == [
        ("POST", "/api/v1/shaders", f"/api/v1/shaders/{work.json()['id']}", 201)
    ]


async def test_a_revoked_key_is_dead_at_once(client: httpx.AsyncClient, database: Database) -> None:
    ada = await register(client, "ada")
    made = await make_key(ada, "read")
    agent = with_token(client, made["key"])
    assert (await agent.get("/api/v1/keys/current")).status_code == 200
    assert (await ada.delete(f"/api/v1/keys/{made['id']}")).status_code == 204
    answer = await agent.get("/api/v1/keys/current")
    assert (answer.status_code, answer.json()["code"]) == (401, "invalid_token")
    assert answer.json()["detail"] == "This API key was revoked"
