"""What moderators decide, what authors read and answer, and the log."""

from typing import Any

import httpx2
import pytest

from services.core.kit.database import Database
from tests.api.test_shaders import PATH, finish_render, publish
from tests.fixtures.accounts import PASSWORD, register, register_moderator

QUEUE, LOG, OWN = "/api/v1/moderation/queue", "/api/v1/moderation/log", "/api/v1/users/me/decisions"


async def items(caller: httpx2.AsyncClient, path: str) -> list[dict[str, Any]]:
    answer = await caller.get(path)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


async def decide(
    moderator: httpx2.AsyncClient, work: str, action: str, reason: str = "It is spam", status: int = 201
) -> dict[str, Any]:
    answer = await moderator.post(f"{PATH}/{work}/decisions", json={"action": action, "reason": reason})
    assert answer.status_code == status, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def reply(author: httpx2.AsyncClient, decision: dict[str, Any], text: str = "It is mine") -> httpx2.Response:
    return await author.post(f"{OWN}/{decision['id']}/answer", json={"text": text})


async def reported(client: httpx2.AsyncClient, database: Database, author: httpx2.AsyncClient) -> str:
    work: str = (await publish(author, title="Tide"))["id"]
    await finish_render(database, work)
    bob = await register(client)
    assert (await bob.post(f"{PATH}/{work}/reports", json={"reason": "copyright"})).status_code == 201
    return work


async def test_a_report_is_decided_answered_and_decided_for_good(
    client: httpx2.AsyncClient, database: Database
) -> None:
    ada, judge = await register(client, "ada"), await register_moderator(client, database)
    work = await reported(client, database, ada)
    (case,) = await items(judge, QUEUE)
    assert (case["shader"]["id"], case["hidden_reason"], case["answered"]) == (work, None, None)
    assert [report["reason"] for report in case["reports"]] == ["copyright"]
    assert case["shader"]["still_url"] is not None
    history = case["history"]
    assert (history["published"], history["reports"], history["hides"], history["suspended"]) == (1, 1, 0, False)

    hidden = await decide(judge, work, "hide", "A copy")
    assert (hidden["moderator"], hidden["reports"]) == ("judge", 1)
    assert await items(judge, QUEUE) == []
    assert (await client.get(f"{PATH}/{work}")).status_code == 404
    (told,) = await items(ada, OWN)
    assert (told["title"], told["action"], told["reason"], told["answerable"]) == ("Tide", "hide", "A copy", True)
    assert told["moderator"] is None, "the author does not learn by whom"
    answered = await reply(ada, hidden)
    assert (answered.status_code, answered.json()["answer"], answered.json()["moderator"]) == (200, "It is mine", None)
    again = await reply(ada, hidden)
    assert (again.status_code, again.json()["code"]) == (409, "not_answerable")

    (case,) = await items(judge, QUEUE)
    assert (case["answered"]["answer"], case["hidden_reason"], case["history"]["hides"]) == ("It is mine", "A copy", 1)
    final = await decide(judge, work, "hide", "It is a copy all the same")
    assert (await reply(ada, final)).status_code == 409, "what is decided about an answer is final"
    assert await items(judge, QUEUE) == []
    await decide(judge, work, "keep", "We were wrong")
    assert (await client.get(f"{PATH}/{work}")).status_code == 200
    log = await items(judge, LOG)
    assert [(entry["action"], entry["answer"]) for entry in log] == [
        ("keep", None),
        ("hide", None),
        ("hide", "It is mine"),
    ]
    assert await items(judge, f"{LOG}?shader_id=other") == []
    assert not any(entry["answerable"] for entry in await items(ada, OWN))


async def test_a_hide_said_twice_is_one_decision(client: httpx2.AsyncClient, database: Database) -> None:
    judge = await register_moderator(client, database)
    work = await reported(client, database, await register(client, "ada"))
    first, again = await decide(judge, work, "hide"), await decide(judge, work, "hide")
    assert first["id"] == again["id"]
    assert (await judge.post(f"{PATH}/{work}/unhide")).status_code == 204
    assert (await decide(judge, work, "keep", status=409))["code"] == "already_resolved"
    assert len(await items(judge, LOG)) == 2


async def test_hide_and_suspend_ends_what_the_author_may(client: httpx2.AsyncClient, database: Database) -> None:
    ada, judge = await register(client, "ada"), await register_moderator(client, database)
    work = await reported(client, database, ada)
    await decide(judge, work, "suspend", "The fourth copy")
    assert (await ada.get(OWN)).status_code == 401
    refused = await client.post("/api/v1/auth/login", json={"login": "ada", "password": PASSWORD})
    assert "The fourth copy" in refused.json()["detail"]
    assert [entry["action"] for entry in await items(judge, LOG)] == ["suspend"]


async def test_who_was_restored_is_suspended_again_by_the_same_words(
    client: httpx2.AsyncClient, database: Database
) -> None:
    ada, judge = await register(client, "ada"), await register_moderator(client, database)
    work = await reported(client, database, ada)
    first = await decide(judge, work, "suspend")
    assert (await judge.post("/api/v1/users/ada/restore")).status_code == 204
    assert (await decide(judge, work, "suspend"))["id"] == first["id"]
    refused = await client.post("/api/v1/auth/login", json={"login": "ada", "password": PASSWORD})
    assert refused.json()["code"] == "suspended"


async def test_who_cannot_be_suspended_is_not_half_decided(client: httpx2.AsyncClient, database: Database) -> None:
    judge, peer = await register_moderator(client, database), await register_moderator(client, database, "peer")
    work = await reported(client, database, peer)
    assert (await decide(judge, work, "suspend", status=403))["code"] == "forbidden"
    assert (await decide(peer, work, "keep", status=403))["code"] == "own_decision"
    assert len(await items(judge, QUEUE)) == 1
    assert await items(judge, LOG) == []
    assert (await client.get(f"{PATH}/{work}")).status_code == 200


async def test_nobody_reads_or_answers_for_others(client: httpx2.AsyncClient, database: Database) -> None:
    ada, bob = await register(client, "ada"), await register(client, "bob")
    judge = await register_moderator(client, database)
    decision = await decide(judge, await reported(client, database, ada), "hide")
    assert await items(bob, OWN) == []
    for other in (bob, judge):
        assert (await reply(other, decision)).status_code == 404
    assert (await reply(client, decision)).status_code == 401
    key = (await ada.post("/api/v1/keys", json={"name": "k", "scopes": ["write"]})).json()["key"]
    agent = httpx2.AsyncClient(
        transport=client._transport, base_url=client.base_url, headers={"Authorization": f"Bearer {key}"}
    )
    assert len(await items(agent, OWN)) == 1
    assert (await reply(agent, decision)).json()["code"] == "sign_in_required"


async def test_what_became_private_waits_and_its_title_with_it(client: httpx2.AsyncClient, database: Database) -> None:
    ada, judge = await register(client, "ada"), await register_moderator(client, database)
    work = await reported(client, database, ada)
    await ada.patch(f"{PATH}/{work}", json={"visibility": "private"})
    assert await items(judge, QUEUE) == []
    await ada.patch(f"{PATH}/{work}", json={"visibility": "public"})
    assert len(await items(judge, QUEUE)) == 1
    await decide(judge, work, "hide")
    await ada.patch(f"{PATH}/{work}", json={"visibility": "private"})
    assert [entry["title"] for entry in await items(judge, LOG)] == [None]
    assert [entry["title"] for entry in await items(ada, OWN)] == ["Tide"]


async def test_an_answer_goes_with_the_account(client: httpx2.AsyncClient, database: Database) -> None:
    ada, judge = await register(client, "ada"), await register_moderator(client, database)
    decision = await decide(judge, await reported(client, database, ada), "hide")
    await reply(ada, decision, "I am Ada of 5 Elm Street")
    export = (await ada.get("/api/v1/users/me/export")).json()
    assert export["moderation_decisions"][0]["answer"] == "I am Ada of 5 Elm Street"
    assert "moderator_id" not in export["moderation_decisions"][0]
    gone = await ada.request("DELETE", "/api/v1/users/me", json={"password": PASSWORD})
    assert gone.status_code == 204
    assert [entry["answer"] for entry in await items(judge, LOG)] == [""]
    assert await items(judge, QUEUE) == []


@pytest.mark.parametrize("path", [QUEUE, LOG])
async def test_a_walk_sees_each_once(client: httpx2.AsyncClient, database: Database, path: str) -> None:
    ada, judge = await register(client, "ada"), await register_moderator(client, database)
    works = [await reported(client, database, ada) for _ in range(3)]
    if path == LOG:
        for work in works:
            await decide(judge, work, "keep")
        works.reverse()
    seen, cursor = [], None
    while True:
        answer = await judge.get(path, params={"limit": 1} | ({"cursor": cursor} if cursor else {}))
        page = answer.json()
        seen += [item["subject"]["id"] for item in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert seen == works
