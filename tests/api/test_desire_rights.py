"""Who may do what with desires: visitors, accounts that are held back or suspended, moderators."""

import httpx2
import pytest

from services.core.identity.caller import Caller
from services.core.identity.permissions import Permission
from services.core.kit.database import Database
from tests.api.test_desires import DESIRES, code_of, embedder_by_hand, read, wish, work_of
from tests.core.desires.boards import FIRE, LIKE_RAIN, RAIN
from tests.fixtures.accounts import register, register_moderator

__all__ = ["embedder_by_hand"]


class TestModeration:
    async def test_splitting_merging_and_undoing(self, client: httpx2.AsyncClient, database: Database) -> None:
        judge = await register_moderator(client, database)
        rain = await wish(await register(client), database)
        like = await wish(await register(client), database, LIKE_RAIN)
        cluster = f"/api/v1/desire-clusters/{rain['cluster']}"
        everything = await judge.post(f"{cluster}/split", json={"desires": [rain["id"], like["id"]]})
        assert await code_of(everything) == (422, "not_members")
        split = (await judge.post(f"{cluster}/split", json={"desires": [like["id"]]})).json()
        assert (await read(client, like["id"]))["cluster"] == split["cluster"]
        merged = (await judge.post(f"{cluster}/merge", json={"cluster": split["cluster"]})).json()
        assert (await read(client, like["id"]))["people"] == 2
        for batch, expected in ((merged, split["cluster"]), (split, rain["cluster"])):
            undone = await judge.post("/api/v1/desire-clusters/undo", json={"batch": batch["batch"]})
            assert undone.status_code == 200
            assert (await read(client, like["id"]))["cluster"] == expected
        again = await judge.post("/api/v1/desire-clusters/undo", json={"batch": split["batch"]})
        assert await code_of(again) == (409, "nothing_to_undo")

    async def test_hidden_is_seen_by_its_author_and_counts_no_more(
        self, client: httpx2.AsyncClient, database: Database
    ) -> None:
        judge, ada, bob = await register_moderator(client, database), await register(client), await register(client)
        rain, like = await wish(ada, database), await wish(bob, database, LIKE_RAIN)
        assert (await judge.post(f"{DESIRES}/{rain['id']}/hide", json={"reason": "Spam"})).status_code == 204
        assert (await client.get(f"{DESIRES}/{rain['id']}")).status_code == 404
        assert (await read(ada, rain["id"]))["hidden_reason"] == "Spam"
        assert (await read(judge, rain["id"]))["hidden_reason"] == "Spam"
        (card,) = (await client.get(DESIRES)).json()["items"]
        assert (card["id"], card["people"], card["wordings"]) == (like["id"], 1, 1)
        told = (await ada.get("/api/v1/notices", params={"kind": "hidden"})).json()["items"]
        assert [each["text"] for each in told] == [f"A moderator hid “{RAIN}”: Spam"]
        assert (await judge.post(f"{DESIRES}/{rain['id']}/unhide")).status_code == 204
        assert (await read(client, rain["id"]))["people"] == 2

    async def test_what_answers_a_hidden_one_is_not_shown_with_its_cluster(
        self, client: httpx2.AsyncClient, database: Database
    ) -> None:
        judge, ada, bob = [
            await register_moderator(client, database),
            *[await register(client, n) for n in ("ada", "bob")],
        ]
        rain, _ = await wish(ada, database), await wish(await register(client), database, LIKE_RAIN)
        work = await work_of(database, "bob")
        assert (await bob.post(f"{DESIRES}/{rain['id']}/fulfilments", json={"shader_id": work})).status_code == 201
        cluster = f"/api/v1/desire-clusters/{rain['cluster']}"

        async def shown() -> tuple[int, bool]:
            (card,) = (await client.get(DESIRES)).json()["items"]
            return len((await client.get(cluster)).json()["fulfilments"]), card["best"] is not None

        assert await shown() == (1, True)
        await judge.post(f"{DESIRES}/{rain['id']}/hide", json={"reason": "Spam"})
        assert await shown() == (0, False)
        await judge.post(f"{DESIRES}/{rain['id']}/unhide")
        await judge.post("/api/v1/users/ada/suspend", json={"reason": "Spam"})
        assert await shown() == (0, False)

    async def test_nobody_is_told_of_a_hidden_one(self, client: httpx2.AsyncClient, database: Database) -> None:
        judge, ada, eve = [
            await register_moderator(client, database),
            *[await register(client, n) for n in ("ada", "eve")],
        ]
        rain, work = await wish(ada, database), await work_of(database, "ada")
        await eve.put(f"{DESIRES}/{rain['id']}/follow")
        await judge.post(f"{DESIRES}/{rain['id']}/hide", json={"reason": "Spam"})
        path = f"{DESIRES}/{rain['id']}/fulfilments"
        assert await code_of(await ada.post(path, json={"shader_id": work})) == (404, "not_found")
        assert (await eve.get("/api/v1/notices")).json()["items"] == []

    async def test_only_moderators_and_not_about_their_own(
        self, client: httpx2.AsyncClient, database: Database
    ) -> None:
        judge, ada = await register_moderator(client, database), await register(client)
        own, rain = await wish(judge, database, FIRE), await wish(ada, database)
        cluster = f"/api/v1/desire-clusters/{rain['cluster']}"
        for path, body in (
            (f"{DESIRES}/{rain['id']}/hide", {"reason": "Spam"}),
            (f"{DESIRES}/{rain['id']}/unhide", None),
            (f"{cluster}/split", {"desires": [rain["id"]]}),
            (f"{cluster}/merge", {"cluster": own["cluster"]}),
            ("/api/v1/desire-clusters/undo", {"batch": "00000000-0000-0000-0000-000000000000"}),
        ):
            assert await code_of(await ada.post(path, json=body)) == (403, "forbidden"), path
        answer = await judge.post(f"{DESIRES}/{own['id']}/hide", json={"reason": "Spam"})
        assert await code_of(answer) == (403, "own_decision")


class TestWho:
    async def test_a_visitor_reads_and_does_nothing(self, client: httpx2.AsyncClient, database: Database) -> None:
        rain = await wish(await register(client), database)
        for method, path, body in (
            ("POST", "", {"prompt": RAIN}),
            ("POST", f"/{rain['id']}/withdraw", None),
            ("PUT", f"/{rain['id']}/follow", None),
            ("POST", f"/{rain['id']}/fulfilments", {"shader_id": "7YkQm2Xb4Ra"}),
        ):
            assert (await client.request(method, DESIRES + path, json=body)).status_code == 401

    async def test_who_is_held_back_wishes_nothing(
        self, client: httpx2.AsyncClient, database: Database, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        rain, ada = await wish(await register(client), database), await register(client)
        own = await wish(ada, database, FIRE)
        said = {"cluster": rain["cluster"], "difference": "Dry"}
        may = Caller.may
        monkeypatch.setattr(Caller, "may", lambda self, what: what != Permission.POST_DESIRES and may(self, what))
        for method, path, body in (
            ("POST", "", {"prompt": RAIN}),
            ("PUT", f"/{rain['id']}/follow", None),
            ("POST", f"/{own['id']}/join", {"cluster": rain["cluster"]}),
            ("POST", f"/{own['id']}/different", said),
        ):
            answer = await ada.request(method, DESIRES + path, json=body)
            assert await code_of(answer) == (403, "address_unverified")

    async def test_of_a_suspended_account_nothing_is_shown(
        self, client: httpx2.AsyncClient, database: Database
    ) -> None:
        judge = await register_moderator(client, database)
        rain = await wish(await register(client, "ada"), database)
        await judge.post("/api/v1/users/ada/suspend", json={"reason": "Spam"})
        assert (await client.get(f"{DESIRES}/{rain['id']}")).status_code == 404
        assert (await client.get(DESIRES)).json()["items"] == []
        assert (await client.get(f"{DESIRES}/similar", params={"prompt": RAIN})).json()["items"] == []
        assert (await client.get(f"/api/v1/desire-clusters/{rain['cluster']}")).status_code == 404
        await judge.post("/api/v1/users/ada/restore")
        assert (await client.get(DESIRES)).json()["items"][0]["id"] == rain["id"]
