"""Desires over HTTP: what is answered to whom, and what is refused and how."""

import asyncio
from datetime import timedelta
from typing import Any

import httpx2
import pytest
from sqlalchemy import func, select, text, update
from sqlmodel import col

from services.api import state
from services.api.settings import ApiSettings
from services.contracts.shaders import Visibility
from services.core.accounts.models import User
from services.core.desires import processing
from services.core.desires.models import Desire
from services.core.desires.settings import DesireSettings
from services.core.jobs.models import OutboxMessage
from services.core.kit.database import Database
from services.core.kit.tables import utc_now
from tests.core.desires.boards import FIRE, LIKE_RAIN, RAIN
from tests.core.desires.words import matcher
from tests.factories import make_shader
from tests.fixtures.accounts import register

DESIRES = "/api/v1/desires"
Json = dict[str, Any]


@pytest.fixture(autouse=True)
def embedder_by_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    """Similarities that can be reckoned by hand."""
    monkeypatch.setattr(state, "open_matcher", lambda _: matcher())


async def post(client: httpx2.AsyncClient, prompt: str = RAIN, **fields: Any) -> Json:
    answer = await client.post(DESIRES, json={"prompt": prompt, **fields})
    assert answer.status_code == 201, answer.text
    found: Json = answer.json()
    return found


async def wish(client: httpx2.AsyncClient, database: Database, prompt: str = RAIN, **fields: Any) -> Json:
    """A desire after its job."""
    made = await post(client, prompt, **fields)
    await processing.process(database, matcher(), made["id"])
    return await read(client, made["id"])


async def read(client: httpx2.AsyncClient, desire_id: str) -> Json:
    found: Json = (await client.get(f"{DESIRES}/{desire_id}")).json()
    return found


async def work_of(database: Database, handle: str, **fields: Any) -> str:
    async with database.write() as session:
        author = (await session.scalars(select(User).where(col(User.handle) == handle))).one()
        return (await make_shader(session, author=author, **fields)).id


async def code_of(answer: httpx2.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


class TestPost:
    async def test_desire_and_job_are_written_together(self, client: httpx2.AsyncClient, database: Database) -> None:
        ada = await register(client, "ada")
        made = await post(ada, f"  {RAIN}  ", licence="CC0-1.0", style_hints=["Night Mood"])
        assert (made["prompt"], made["licence"], made["style_hints"]) == (RAIN, "CC0-1.0", ["night-mood"])
        assert (made["state"], made["people"], made["cluster"], made["similar"]) == ("open", 1, None, [])
        async with database.read() as session:
            jobs = (await session.scalars(select(OutboxMessage))).all()
        assert [(job.actor, job.payload) for job in jobs] == [("desires.process", {"desire_id": made["id"]})]

    async def test_the_same_request_again_makes_nothing_more(
        self, client: httpx2.AsyncClient, database: Database
    ) -> None:
        ada = await register(client)
        headers = {"Idempotency-Key": "rain-1"}
        answers = [await ada.post(DESIRES, json={"prompt": RAIN}, headers=headers) for _ in range(2)]
        assert answers[0].json() == answers[1].json()
        async with database.read() as session:
            assert await session.scalar(select(func.count()).select_from(Desire)) == 1

    async def test_what_others_want_already_is_in_the_answer(
        self, client: httpx2.AsyncClient, database: Database
    ) -> None:
        first = await wish(await register(client, "ada"), database)
        made = await post(await register(client), LIKE_RAIN)
        (similar,) = made["similar"]
        assert (similar["desire"], similar["cluster"], similar["people"]) == (first["id"], first["cluster"], 1)
        assert [part["text"] for part in similar["theirs"] if part["differs"]] == ["town"]
        assert [part["text"] for part in similar["mine"] if part["differs"]] == ["city"]
        assert "".join(part["text"] for part in similar["mine"]) == LIKE_RAIN

    @pytest.mark.parametrize(
        ("body", "status", "code"),
        [
            ({"prompt": "short"}, 422, "malformed"),
            ({"prompt": "   short    "}, 422, "malformed"),
            ({"prompt": "\u200b" * 20}, 422, "malformed"),
            ({"prompt": "x" * 501}, 422, "malformed"),
            ({"prompt": RAIN, "bounty": 5}, 422, "malformed"),
            ({"prompt": RAIN, "licence": "mine"}, 422, "unknown_licence"),
            ({"prompt": RAIN, "references": ["nothing"]}, 404, "not_found"),
            ({"prompt": RAIN, "join": "nothing"}, 404, "not_found"),
            ({"prompt": RAIN, "join": "a", "different_from": "b"}, 422, "malformed"),
            ({"prompt": RAIN, "deadline": "2020-01-01T00:00:00Z"}, 422, "bad_deadline"),
            ({"prompt": RAIN, "deadline": "2999-01-01T00:00:00Z"}, 422, "bad_deadline"),
            ({"prompt": RAIN, "deadline": "2027-01-01T00:00:00"}, 422, "bad_deadline"),
            ({"prompt": "a faggot in the rain"}, 422, "text_refused"),
        ],
    )
    async def test_what_is_refused(self, client: httpx2.AsyncClient, body: Json, status: int, code: str) -> None:
        ada = await register(client)
        assert await code_of(await ada.post(DESIRES, json=body)) == (status, code)

    async def test_a_reference_that_is_not_there_is_named(self, client: httpx2.AsyncClient) -> None:
        ada = await register(client)
        refused = await ada.post(DESIRES, json={"prompt": RAIN, "references": ["nothing"]})
        assert refused.json()["detail"] == "There is no shader nothing to refer to"

    async def test_references_are_works_that_their_author_sees(
        self, client: httpx2.AsyncClient, database: Database
    ) -> None:
        ada = await register(client, "ada")
        own, work = await work_of(database, "ada", visibility=Visibility.PRIVATE), await work_of(database, "ada")
        made = await post(ada, references=[own, work])
        assert len(made["references"]) == 2
        assert [each["id"] for each in (await read(client, made["id"]))["references"]] == [work]


class TestCap:
    @pytest.fixture
    def settings(self, settings: ApiSettings) -> ApiSettings:
        return settings.replace(DesireSettings(open=3))

    async def test_open_ones_are_capped_even_at_once(self, client: httpx2.AsyncClient) -> None:
        ada = await register(client)
        answers = await asyncio.gather(*(ada.post(DESIRES, json={"prompt": f"{RAIN} {n}"}) for n in range(6)))
        assert sorted(answer.status_code for answer in answers) == [201] * 3 + [403] * 3
        refused = next(answer for answer in answers if answer.status_code == 403)
        assert (refused.json()["code"], refused.json()["limit"]) == ("desire_limit", 3)
        made = next(answer for answer in answers if answer.status_code == 201)
        await ada.post(f"{DESIRES}/{made.json()['id']}/withdraw")
        assert (await ada.post(DESIRES, json={"prompt": RAIN})).status_code == 201


class TestBoard:
    async def test_by_heat_like_wishes_are_one_card(self, client: httpx2.AsyncClient, database: Database) -> None:
        ada, bob = await register(client, "ada"), await register(client, "bob")
        fire, rain, like = (
            await wish(ada, database, FIRE),
            await wish(ada, database, RAIN),
            await wish(bob, database, LIKE_RAIN),
        )
        board = (await client.get(DESIRES)).json()["items"]
        assert [(each["id"], each["people"], each["wordings"]) for each in board] == [
            (rain["id"], 2, 2),
            (fire["id"], 1, 1),
        ]
        newest = (await client.get(DESIRES, params={"sort": "new"})).json()["items"]
        assert [each["id"] for each in newest] == [like["id"], rain["id"], fire["id"]]
        assert newest[0]["cluster"] == newest[1]["cluster"]

    async def test_heat_fades(self, client: httpx2.AsyncClient, database: Database) -> None:
        ada, bob = await register(client), await register(client)
        old, new = await wish(ada, database, FIRE), await wish(ada, database, RAIN)
        async with database.write() as session:
            long_ago = {"created_at": utc_now() - timedelta(days=30)}
            await session.execute(update(Desire).where(col(Desire.id) == old["id"]).values(long_ago))
        await bob.put(f"{DESIRES}/{old['id']}/follow")
        await bob.delete(f"{DESIRES}/{old['id']}/follow")
        board = (await client.get(DESIRES)).json()["items"]
        assert [each["id"] for each in board] == [new["id"], old["id"]]
        await bob.put(f"{DESIRES}/{old['id']}/follow")
        board = (await client.get(DESIRES)).json()["items"]
        assert [(each["id"], each["people"]) for each in board] == [(old["id"], 2), (new["id"], 1)]

    @pytest.mark.parametrize("sort", ["heat", "new"])
    async def test_a_walk_shows_each_once(self, client: httpx2.AsyncClient, database: Database, sort: str) -> None:
        ada = await register(client)
        made = {(await wish(ada, database, f"thing{n} other{n} words{n}"))["id"] for n in range(7)}
        seen, params = [], {"sort": sort, "limit": "3"}
        while True:
            page = (await client.get(DESIRES, params=params)).json()
            seen += [each["id"] for each in page["items"]]
            if page["next_cursor"] is None:
                break
            params["cursor"] = page["next_cursor"]
        assert sorted(seen) == sorted(made)
        other = {"sort": "new" if sort == "heat" else "heat", "cursor": params["cursor"]}
        assert await code_of(await client.get(DESIRES, params=other)) == (422, "invalid_cursor")

    async def test_ones_own_are_all_there(self, client: httpx2.AsyncClient, database: Database) -> None:
        ada = await register(client, "ada")
        fire, rain = await wish(ada, database, FIRE), await wish(ada, database, RAIN)
        await ada.post(f"{DESIRES}/{fire['id']}/withdraw")
        mine = (await ada.get(DESIRES, params={"author": "Ada"})).json()["items"]
        assert [(each["id"], each["state"]) for each in mine] == [(rain["id"], "open"), (fire["id"], "withdrawn")]
        assert [each["id"] for each in (await client.get(DESIRES, params={"author": "ada"})).json()["items"]] == [
            rain["id"]
        ]
        assert (await client.get(f"{DESIRES}/{fire['id']}")).status_code == 404
        assert (await ada.get(f"{DESIRES}/{fire['id']}")).json()["people"] == 0


class TestSimilar:
    async def test_while_one_types(self, client: httpx2.AsyncClient, database: Database) -> None:
        ada = await register(client, "ada")
        rain = await wish(ada, database)
        await wish(ada, database, FIRE)
        answer = await client.get(f"{DESIRES}/similar", params={"prompt": "rain on a window"})
        (found,) = answer.json()["items"]
        assert (found["desire"], found["prompt"], found["best"]) == (rain["id"], RAIN, None)
        assert (await client.get(f"{DESIRES}/similar", params={"prompt": "nothing of it"})).json()["items"] == []

    async def test_the_best_work_is_shown(self, client: httpx2.AsyncClient, database: Database) -> None:
        rain = await wish(await register(client), database)
        bob = await register(client, "bob")
        low, high = await work_of(database, "bob", score=1), await work_of(database, "bob", score=9)
        for each in (low, high):
            await bob.post(f"{DESIRES}/{rain['id']}/fulfilments", json={"shader_id": each})
        (found,) = (await client.get(f"{DESIRES}/similar", params={"prompt": RAIN})).json()["items"]
        assert found["best"]["shader_id"] == high
        assert found["best"]["still_url"].startswith("/renders/still/")
        async with database.write() as session:
            await session.execute(text("UPDATE shaders SET listed = false WHERE id = :id"), {"id": high})
        (found,) = (await client.get(f"{DESIRES}/similar", params={"prompt": RAIN})).json()["items"]
        assert found["best"]["shader_id"] == low

    async def test_of_a_desire_without_its_own_and_those_it_left(
        self, client: httpx2.AsyncClient, database: Database
    ) -> None:
        ada, bob = await register(client), await register(client)
        rain, like = await wish(ada, database), await wish(bob, database, LIKE_RAIN)
        similar = f"{DESIRES}/{like['id']}/similar"
        assert (await client.get(similar)).json()["items"] == []
        await bob.post(f"{DESIRES}/{like['id']}/leave")
        assert (await client.get(similar)).json()["items"] == []
        (found,) = (await client.get(f"{DESIRES}/{rain['id']}/similar")).json()["items"]
        assert found["desire"] == like["id"]


class TestGrouping:
    async def test_join_leave_and_what_is_said_of_it(self, client: httpx2.AsyncClient, database: Database) -> None:
        ada, bob = await register(client), await register(client)
        rain, fire = await wish(ada, database), await wish(bob, database, FIRE)
        joined = (await bob.post(f"{DESIRES}/{fire['id']}/join", json={"cluster": rain["cluster"]})).json()
        assert (joined["cluster"], joined["people"]) == (rain["cluster"], 2)
        assert (joined["membership"]["how"], joined["membership"]["can_leave"]) == ("click", True)
        assert (await read(ada, fire["id"]))["membership"] is None
        left = (await bob.post(f"{DESIRES}/{fire['id']}/leave")).json()
        assert (left["cluster"], left["people"], left["membership"]["can_leave"]) == (fire["cluster"], 1, False)
        assert await code_of(await bob.post(f"{DESIRES}/{fire['id']}/leave")) == (409, "alone_in_cluster")
        different = {"cluster": rain["cluster"], "difference": "Dry"}
        said = (await bob.post(f"{DESIRES}/{fire['id']}/different", json=different)).json()
        assert (said["difference"], said["cluster"]) == ("Dry", fire["cluster"])
        for step, body in (("join", {"cluster": fire["cluster"]}), ("leave", None), ("different", different)):
            answer = await bob.post(f"{DESIRES}/{rain['id']}/{step}", json=body)
            assert await code_of(answer) == (403, "not_yours"), step

    async def test_who_joins_again_and_again_is_told_of_once(
        self, client: httpx2.AsyncClient, database: Database
    ) -> None:
        ada, bob = await register(client), await register(client)
        rain, fire = await wish(ada, database), await wish(bob, database, FIRE)
        for _ in range(3):
            joined = await bob.post(f"{DESIRES}/{fire['id']}/join", json={"cluster": rain["cluster"]})
            assert joined.status_code == 200
            await bob.post(f"{DESIRES}/{fire['id']}/leave")
        told = (await ada.get("/api/v1/notices", params={"kind": "desire_joined"})).json()["items"]
        assert [each["count"] for each in told] == [1]

    async def test_a_cluster_shows_its_wordings(self, client: httpx2.AsyncClient, database: Database) -> None:
        rain = await wish(await register(client, "ada"), database)
        like = await wish(await register(client, "bob"), database, LIKE_RAIN)
        found = (await client.get(f"/api/v1/desire-clusters/{rain['cluster']}")).json()
        assert [(each["desire"], each["how"]) for each in found["wordings"]] == [
            (rain["id"], "founded"),
            (like["id"], "auto"),
        ]
        assert [part["text"] for part in found["wordings"][1]["parts"] if part["differs"]] == ["city"]
        assert found["people"] == 2
        assert (await client.get("/api/v1/desire-clusters/nothing")).status_code == 404


class TestFulfilling:
    async def test_from_submitting_to_accepting(self, client: httpx2.AsyncClient, database: Database) -> None:
        ada, bob, eve = [await register(client, handle) for handle in ("ada", "bob", "eve")]
        rain = await wish(ada, database)
        await eve.put(f"{DESIRES}/{rain['id']}/follow")
        work = await work_of(database, "bob", title="Wet glass")
        path = f"{DESIRES}/{rain['id']}/fulfilments"
        answers = [await bob.post(path, json={"shader_id": work}) for _ in range(2)]
        assert [answer.status_code for answer in answers] == [201, 200]
        made = answers[0].json()
        assert (made["state"], made["version"], made["shader"]["id"]) == ("submitted", 1, work)
        for who in (ada, eve):
            (told,) = (await who.get("/api/v1/notices", params={"kind": "desire_fulfilled"})).json()["items"]
            assert told["text"] == f"bob answered “{RAIN}” with “Wet glass”"
        (answered,) = (await client.get(f"/api/v1/shaders/{work}/desires")).json()
        assert (answered["id"], answered["fulfilment"]) == (rain["id"], "submitted")
        for who in (bob, eve):
            assert await code_of(await who.post(f"{path}/{made['id']}/accept")) == (403, "not_yours")
        accepted = [(await ada.post(f"{path}/{made['id']}/accept")).json() for _ in range(2)]
        assert [each["state"] for each in accepted] == ["accepted"] * 2
        found = await read(client, rain["id"])
        assert (found["state"], found["people"], found["fulfilments"]) == ("fulfilled", 0, 1)
        assert found["best"]["shader_id"] == work
        (told,) = (await bob.get("/api/v1/notices", params={"kind": "desire_accepted"})).json()["items"]
        assert told["link"] == f"/desires/{rain['id']}"
        other = await work_of(database, "bob")
        assert await code_of(await bob.post(path, json={"shader_id": other})) == (409, "desire_closed")
        assert await code_of(await bob.post(f"{path}/{made['id']}/withdraw")) == (409, "fulfilment_decided")

    async def test_only_an_own_work_that_all_can_see(self, client: httpx2.AsyncClient, database: Database) -> None:
        ada, bob = await register(client, "ada"), await register(client, "bob")
        rain = await wish(ada, database)
        path = f"{DESIRES}/{rain['id']}/fulfilments"
        for fields in ({"visibility": Visibility.DRAFT}, {"visibility": Visibility.UNLISTED}, {"rendered": False}):
            work = await work_of(database, "bob", **fields)
            assert await code_of(await bob.post(path, json={"shader_id": work})) == (409, "not_published")
        work = await work_of(database, "bob")
        assert await code_of(await ada.post(path, json={"shader_id": work})) == (403, "not_yours")
        assert await code_of(await bob.post(path, json={"shader_id": "nothing"})) == (404, "not_found")

    async def test_declined_ones_are_seen_by_the_two(self, client: httpx2.AsyncClient, database: Database) -> None:
        ada, bob = await register(client, "ada"), await register(client, "bob")
        rain, work = await wish(ada, database), await work_of(database, "bob")
        path = f"{DESIRES}/{rain['id']}/fulfilments"
        made = (await bob.post(path, json={"shader_id": work})).json()
        assert (await ada.post(f"{path}/{made['id']}/decline")).json()["state"] == "declined"
        assert await code_of(await bob.post(path, json={"shader_id": work})) == (409, "fulfilment_decided")
        assert await code_of(await ada.post(f"{path}/{made['id']}/accept")) == (409, "fulfilment_decided")
        seen = [len((await who.get(path)).json()["items"]) for who in (ada, bob, client)]
        assert seen == [1, 1, 0]
        assert (await client.get(f"/api/v1/shaders/{work}/desires")).json() == []

    async def test_what_is_taken_back_may_come_again(self, client: httpx2.AsyncClient, database: Database) -> None:
        ada, bob = await register(client, "ada"), await register(client, "bob")
        rain, work = await wish(ada, database), await work_of(database, "bob")
        path = f"{DESIRES}/{rain['id']}/fulfilments"
        made = (await bob.post(path, json={"shader_id": work})).json()
        assert (await ada.post(f"{path}/{made['id']}/withdraw")).status_code == 404
        assert (await bob.post(f"{path}/{made['id']}/withdraw")).json()["state"] == "withdrawn"
        assert await code_of(await ada.post(f"{path}/{made['id']}/accept")) == (409, "fulfilment_decided")
        again = await bob.post(path, json={"shader_id": work})
        assert (again.status_code, again.json()["state"], again.json()["id"]) == (201, "submitted", made["id"])


class TestWords:
    async def test_a_search_finds_open_wishes_by_their_words(
        self, client: httpx2.AsyncClient, database: Database
    ) -> None:
        ada = await register(client, "ada")
        rain, fire, like = [await wish(ada, database, prompt) for prompt in (RAIN, FIRE, LIKE_RAIN)]

        async def found(**params: str) -> list[str]:
            answer = await client.get(DESIRES, params=params)
            assert answer.status_code == 200, answer.text
            return [each["id"] for each in answer.json()["items"]]

        assert await found(q="raining windows") == [like["id"], rain["id"]], "each, by stem, the newest first"
        assert await found(q='"old city"') == [like["id"]]
        assert await found(q="sparks or city") == [like["id"], fire["id"]]
        assert await found(q="nothing") == []
        assert len(await found(q="  ")) == 2, "no words are the board, with one card for each cluster"
        await ada.post(f"{DESIRES}/{fire['id']}/withdraw")
        assert await found(q="sparks") == []
        assert (await client.get(DESIRES, params={"q": "a\x07b"})).status_code == 422
