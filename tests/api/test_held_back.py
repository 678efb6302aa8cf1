"""What an account may do before its address is confirmed: keep drafts, and nothing that others see."""

from typing import Any

import httpx2
import pytest

from services.core.kit.database import Database
from tests.api.test_account_mails import confirm
from tests.factories import SOURCE, make_shader, make_user
from tests.fixtures.accounts import register
from tests.fixtures.mail import Post
from tests.fixtures.smtp import Mailbox

DRAFT = {"title": "Tide", "source": SOURCE, "licence": "CC0-1.0", "visibility": "draft"}


@pytest.fixture
async def work(database: Database) -> str:
    async with database.write() as session:
        return (await make_shader(session, author=await make_user(session))).id


async def attempts(caller: httpx2.AsyncClient, work: str) -> list[tuple[int, Any]]:
    """What the API says to publishing (three ways), voting and reporting."""
    draft = (await caller.post("/api/v1/shaders", json=DRAFT)).json()["id"]
    fork = {"source": SOURCE, "visibility": "unlisted"}
    answers = [
        await caller.post("/api/v1/shaders", json={**DRAFT, "visibility": "public"}),
        await caller.patch(f"/api/v1/shaders/{draft}", json={"visibility": "public"}),
        await caller.post(f"/api/v1/shaders/{work}/forks", json=fork),
        await caller.put(f"/api/v1/shaders/{work}/vote", json={"value": "up"}),
        await caller.post(f"/api/v1/shaders/{work}/reports", json={"reason": "spam"}),
    ]
    return [(answer.status_code, answer.json().get("code")) for answer in answers]


async def with_key(owner: httpx2.AsyncClient) -> httpx2.AsyncClient:
    made = await owner.post("/api/v1/keys", json={"name": "agent", "scopes": ["write"]})
    headers = {"Authorization": f"Bearer {made.json()['key']}"}
    return httpx2.AsyncClient(transport=owner._transport, base_url=owner.base_url, headers=headers)


async def test_drafts_are_free_and_the_rest_waits_for_a_confirmed_address(
    mail_client: httpx2.AsyncClient, work: str, mailbox: Mailbox, post: Post
) -> None:
    ada = await register(mail_client, "ada")
    for caller in (ada, await with_key(ada)):
        assert await attempts(caller, work) == [(403, "address_unverified")] * 5
        taken_back = await caller.put(f"/api/v1/shaders/{work}/vote", json={"value": "none"})
        assert taken_back.status_code == 200
    renewed = await confirm(mail_client, mailbox, post)
    assert [status for status, _ in await attempts(renewed, work)] == [201, 200, 201, 200, 201]
    assert (await (await with_key(renewed)).post("/api/v1/shaders", json={**DRAFT, "visibility": "public"})).is_success


async def test_a_site_that_does_not_ask_holds_nobody_back(client: httpx2.AsyncClient, work: str) -> None:
    ada = await register(client, "ada")
    assert [status for status, _ in await attempts(ada, work)] == [201, 200, 201, 200, 201]
