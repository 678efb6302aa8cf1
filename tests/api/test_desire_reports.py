"""Desires in the moderators' queue: reported, decided, answered, and what becomes of it with the account."""

import httpx2
import pytest
from sqlalchemy import func, select, update
from sqlmodel import col

from services.core.accounts.models import User
from services.core.desires.models import Desire
from services.core.kit.database import Database
from services.core.kit.tables import utc_now
from services.core.moderation.models import Decision, Report
from services.core.privacy.purge import purge_batch
from tests.api.test_decisions import LOG, OWN, QUEUE, items, reply, reported
from tests.api.test_desires import DESIRES, code_of, embedder_by_hand, read, wish
from tests.core.desires.boards import LIKE_RAIN, RAIN
from tests.fixtures.accounts import PASSWORD, register, register_moderator

__all__ = ["embedder_by_hand"]


async def report(client: httpx2.AsyncClient, desire_id: str, reason: str = "spam") -> httpx2.Response:
    return await client.post(f"{DESIRES}/{desire_id}/reports", json={"reason": reason, "detail": "Look."})


async def decide(judge: httpx2.AsyncClient, desire_id: str, action: str, reason: str = "Spam") -> httpx2.Response:
    return await judge.post(f"{DESIRES}/{desire_id}/decisions", json={"action": action, "reason": reason})


async def told(client: httpx2.AsyncClient) -> list[tuple[str, str]]:
    return [(each["text"], each["link"]) for each in await items(client, "/api/v1/notices")]


async def test_a_report_waits_is_decided_and_answered(client: httpx2.AsyncClient, database: Database) -> None:
    judge, ada = await register_moderator(client, database), await register(client, "ada")
    bob, eve = await register(client, "bob"), await register(client, "eve")
    rain = await wish(ada, database)
    assert (await report(bob, rain["id"])).status_code == 201
    assert await code_of(await report(bob, rain["id"])) == (409, "already_reported")
    assert await code_of(await report(ada, rain["id"])) == (422, "own_report")
    assert (await report(client, rain["id"])).status_code == 401
    assert (await report(eve, rain["id"], "hate")).status_code == 201
    (listed, _) = await items(judge, f"/api/v1/reports?desire_id={rain['id']}")
    assert (listed["subject"], listed["title"]) == ({"kind": "desire", "id": rain["id"]}, RAIN)

    (case,) = await items(judge, QUEUE)
    assert (case["subject"], case["text"], case["shader"]) == (listed["subject"], RAIN, None)
    assert [each["reason"] for each in case["reports"]] == ["spam", "hate"]
    assert (case["author"]["handle"], case["history"]["reports"], case["history"]["published"]) == ("ada", 2, 0)

    hidden = (await decide(judge, rain["id"], "hide")).json()
    assert (hidden["subject"], hidden["title"], hidden["reports"]) == (listed["subject"], RAIN, 2)
    assert (await client.get(f"{DESIRES}/{rain['id']}")).status_code == 404
    assert await items(judge, QUEUE) == []
    assert await told(ada) == [(f"A moderator hid “{RAIN}”: Spam", "/decisions")]
    assert await told(bob) == [(f"A moderator hid “{RAIN}”, which you reported", "/inbox")]

    (own,) = await items(ada, OWN)
    assert (own["answerable"], own["moderator"]) == (True, None)
    assert (await reply(ada, own, "It is a wish")).status_code == 200
    (case,) = await items(judge, QUEUE)
    assert (case["answered"]["answer"], case["hidden_reason"]) == ("It is a wish", "Spam")
    assert (await decide(judge, rain["id"], "keep", "So it is")).status_code == 201
    assert (await read(client, rain["id"]))["people"] == 1
    again = (f"“{RAIN}” was hidden and is shown again: So it is", f"/desires/{rain['id']}")
    assert (await told(ada))[0] == again
    assert [each["action"] for each in await items(judge, f"{LOG}?desire_id={rain['id']}")] == ["keep", "hide"]


async def test_the_queue_has_all_kinds_in_the_order_of_their_waiting(
    client: httpx2.AsyncClient, database: Database
) -> None:
    judge, ada = await register_moderator(client, database), await register(client, "ada")
    bob = await register(client, "bob")
    first, third = await wish(ada, database), await wish(ada, database, LIKE_RAIN)
    await report(bob, first["id"])
    work = await reported(client, database, ada)
    await report(bob, third["id"])
    seen, cursor = [], ""
    while True:
        page = (await judge.get(f"{QUEUE}?limit=1{cursor}")).json()
        seen += [(each["subject"]["kind"], each["subject"]["id"]) for each in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"
    assert seen == [("desire", first["id"]), ("shader", work), ("desire", third["id"])]
    (case, *_) = await items(judge, QUEUE)
    assert case["history"]["reports"] == 3, "of every kind"


async def test_what_was_dismissed_stays_and_may_be_reported_again(
    client: httpx2.AsyncClient, database: Database
) -> None:
    judge, ada, bob = [await register_moderator(client, database), *[await register(client, n) for n in ("ada", "bob")]]
    rain = await wish(ada, database)
    await report(bob, rain["id"])
    assert (await decide(judge, rain["id"], "keep", "It is fine")).status_code == 201
    assert await code_of(await decide(judge, rain["id"], "keep", "Quite")) == (409, "already_resolved")
    stays = f"A moderator looked at “{RAIN}”, which you reported, and it stays"
    assert await told(bob) == [(stays, f"/desires/{rain['id']}")]
    assert (await report(bob, rain["id"])).status_code == 201


async def test_what_was_taken_back_waits_for_nobody(client: httpx2.AsyncClient, database: Database) -> None:
    judge, ada, bob = [await register_moderator(client, database), *[await register(client, n) for n in ("ada", "bob")]]
    rain = await wish(ada, database)
    await report(bob, rain["id"])
    await ada.post(f"{DESIRES}/{rain['id']}/withdraw")
    assert await items(judge, QUEUE) == []
    assert (await report(await register(client), rain["id"])).status_code == 404
    assert (await decide(judge, rain["id"], "hide")).json()["title"] is None


async def test_hiding_and_suspending(client: httpx2.AsyncClient, database: Database) -> None:
    judge, ada = await register_moderator(client, database), await register(client, "ada")
    rain, like = await wish(ada, database), await wish(await register(client), database, LIKE_RAIN)
    await wish(ada, database, "a camp fire that burns")
    assert (await decide(judge, rain["id"], "suspend", "The fourth")).status_code == 201
    assert (await ada.get(OWN)).status_code == 401
    (card,) = await items(client, DESIRES)
    assert (card["id"], card["wordings"]) == (like["id"], 1)


@pytest.mark.parametrize("path", ["reports", "decisions"])
async def test_an_id_that_is_none_is_not_found(client: httpx2.AsyncClient, database: Database, path: str) -> None:
    judge = await register_moderator(client, database)
    body = {"reason": "spam"} if path == "reports" else {"reason": "Spam", "action": "hide"}
    for desire_id in ("nothing", "-_-"):
        assert (await judge.post(f"{DESIRES}/{desire_id}/{path}", json=body)).status_code == 404
    both = await judge.get("/api/v1/moderation/log?shader_id=a&desire_id=b")
    assert both.status_code == 422


async def test_with_the_account_the_words_go_at_once_and_the_log_later(
    client: httpx2.AsyncClient, database: Database
) -> None:
    judge, ada, bob = [await register_moderator(client, database), *[await register(client, n) for n in ("ada", "bob")]]
    rain, fire = await wish(ada, database), await wish(ada, database, "a camp fire that burns")
    await report(bob, rain["id"])
    await report(bob, fire["id"])
    await decide(judge, rain["id"], "hide")
    assert (await ada.request("DELETE", "/api/v1/users/me", json={"password": PASSWORD})).status_code == 204
    assert await items(judge, QUEUE) == []
    assert [each["title"] for each in await items(judge, LOG)] == [None]
    async with database.read() as session:
        assert set(await session.scalars(select(col(Desire.prompt)))) == {""}
    assert await told(bob) == []
    async with database.write() as session:
        for model in (Desire, User):
            old = (
                update(model).where(col(model.deleted_at).is_not(None)).values(deleted_at=utc_now().replace(year=2020))
            )
            await session.execute(old)
        while await purge_batch(session, 30):
            pass
        for table in (Desire, Report, Decision):
            assert await session.scalar(select(func.count()).select_from(table)) == 0
