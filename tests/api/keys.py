"""API keys for tests: a plain function that goes through the API."""

from typing import Any

import httpx2

from tests.factories import SOURCE

CURRENT = "/api/v1/keys/current"
WORK = {"title": "Plain", "source": SOURCE, "visibility": "draft"}


async def make_key(ada: httpx2.AsyncClient, *scopes: str, **fields: Any) -> dict[str, Any]:
    """A new key of the signed-in client, as the answer's JSON."""
    answer = await ada.post("/api/v1/keys", json={"name": "agent", "scopes": [*scopes] or ["read"], **fields})
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made
