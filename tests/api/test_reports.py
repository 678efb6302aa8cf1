"""Reports and moderation over HTTP."""

import httpx2

from services.core.kit.database import Database
from tests.api.test_shaders import PATH, finish_render, publish
from tests.fixtures.accounts import register, register_moderator


class TestReports:
    async def test_a_report_leads_to_a_hide_and_back(self, client: httpx2.AsyncClient, database: Database) -> None:
        ada = await register(client, "ada")
        work = await publish(ada)
        await finish_render(database, work["id"])
        path = f"{PATH}/{work['id']}"
        bob, eve = await register(client, "bob"), await register(client, "eve")
        judge = await register_moderator(client, database)
        for reporter in (bob, eve):
            response = await reporter.post(f"{path}/reports", json={"reason": "spam", "detail": "Look."})
            assert response.status_code == 201
        again = await bob.post(f"{path}/reports", json={"reason": "hate"})
        assert (again.status_code, again.json()["code"]) == (409, "already_reported")
        own = await ada.post(f"{path}/reports", json={"reason": "spam"})
        assert (own.status_code, own.json()["code"]) == (422, "own_report")

        reports = (await judge.get("/api/v1/reports")).json()["items"]
        assert [report["reporter"] for report in reports] == ["bob", "eve"]
        assert reports[0]["subject"] == {"kind": "shader", "id": work["id"]}
        assert (reports[0]["detail"], reports[0]["author"]["handle"]) == ("Look.", "ada")
        resolved = await judge.post(f"{path}/decisions", json={"action": "hide", "reason": "Reported: spam"})
        assert resolved.status_code == 201

        assert (await client.get(path)).status_code == 404
        assert (await bob.get(path)).status_code == 404
        assert (await client.get("/api/v1/users/ada/shaders")).json()["items"] == []
        assert (await ada.get(path)).json()["hidden_reason"] == "Reported: spam"
        assert (await judge.get(path)).json()["hidden_reason"] == "Reported: spam"
        assert (await judge.get("/api/v1/reports")).json()["items"] == []
        done = (await judge.get("/api/v1/reports?resolved=true")).json()["items"]
        assert {report["resolution"] for report in done} == {"hidden"}
        assert {report["moderator"] for report in done} == {"judge"}

        # The author cannot bring it back by publishing it again.
        await ada.patch(path, json={"visibility": "private"})
        await ada.patch(path, json={"visibility": "public"})
        assert (await client.get(path)).status_code == 404
        assert (await judge.post(f"{path}/unhide")).status_code == 204
        assert (await client.get(path)).json()["hidden_reason"] is None
        assert len((await client.get("/api/v1/users/ada/shaders")).json()["items"]) == 1

    async def test_a_dismissed_report_changes_nothing_and_is_resolved_once(
        self, client: httpx2.AsyncClient, database: Database
    ) -> None:
        work = await publish(await register(client))
        bob = await register(client)
        judge = await register_moderator(client, database)
        await bob.post(f"{PATH}/{work['id']}/reports", json={"reason": "other"})
        path, keep = f"{PATH}/{work['id']}/decisions", {"action": "keep", "reason": "It is fine"}
        assert (await judge.post(path, json=keep)).status_code == 201
        again = await judge.post(path, json=keep | {"reason": "It is quite fine"})
        assert (again.status_code, again.json()["code"]) == (409, "already_resolved")
        assert (await client.get(f"{PATH}/{work['id']}")).status_code == 200
        assert (await bob.post(f"{PATH}/{work['id']}/reports", json={"reason": "other"})).status_code == 201

    async def test_a_long_detail_is_taken_or_refused(self, client: httpx2.AsyncClient) -> None:
        work = await publish(await register(client))
        path = f"{PATH}/{work['id']}/reports"
        bob = await register(client)
        # In composed form each of these letters is two characters.
        grown = await bob.post(path, json={"reason": "other", "detail": "\u0958" * 1500})
        assert grown.status_code == 422
        assert (await bob.post(path, json={"reason": "other", "detail": "x" * 2000})).status_code == 201

    async def test_only_moderators_moderate(self, client: httpx2.AsyncClient) -> None:
        ada = await register(client)
        work = await publish(ada)
        for response in (
            await ada.get("/api/v1/reports"),
            await ada.post(f"{PATH}/{work['id']}/hide", json={"reason": "no"}),
            await ada.post(f"{PATH}/{work['id']}/unhide"),
            await ada.post(f"{PATH}/{work['id']}/decisions", json={"action": "hide", "reason": "no"}),
            await ada.get("/api/v1/moderation/queue"),
            await ada.get("/api/v1/moderation/log"),
        ):
            assert response.status_code == 403
        for path in ("/api/v1/reports", "/api/v1/moderation/queue", "/api/v1/moderation/log"):
            assert (await client.get(path)).status_code == 401

    async def test_a_moderator_sees_and_hides_no_drafts(self, client: httpx2.AsyncClient, database: Database) -> None:
        work = await publish(await register(client), visibility="draft")
        judge = await register_moderator(client, database)
        path = f"{PATH}/{work['id']}"
        assert (await judge.get(path)).status_code == 404
        assert (await judge.post(f"{path}/hide", json={"reason": "Spam"})).status_code == 404
        assert (await judge.post(f"{path}/decisions", json={"action": "hide", "reason": "Spam"})).status_code == 404

    async def test_what_was_made_private_or_deleted_since_has_no_title(
        self, client: httpx2.AsyncClient, database: Database
    ) -> None:
        ada, bob = await register(client), await register(client)
        judge = await register_moderator(client, database)
        private, deleted = await publish(ada), await publish(ada)
        for work in (private, deleted):
            await bob.post(f"{PATH}/{work['id']}/reports", json={"reason": "other", "detail": "Look."})
        seen = (await judge.get("/api/v1/reports")).json()["items"]
        assert [report["title"] for report in seen] == [work["title"] for work in (private, deleted)]
        changed = {"visibility": "private", "title": "A letter to my doctor"}
        assert (await ada.patch(f"{PATH}/{private['id']}", json=changed)).status_code == 200
        assert (await ada.delete(f"{PATH}/{deleted['id']}")).status_code == 204
        left = (await judge.get("/api/v1/reports")).json()["items"]
        assert [(report["title"], report["detail"]) for report in left] == [(None, "Look.")] * 2

    async def test_a_walk_sees_each_report_once(self, client: httpx2.AsyncClient, database: Database) -> None:
        work = await publish(await register(client))
        judge = await register_moderator(client, database)
        for number in range(5):
            reporter = await register(client, f"reporter{number}")
            await reporter.post(f"{PATH}/{work['id']}/reports", json={"reason": "other"})
        seen, cursor = [], None
        while True:
            query = {"limit": 2} | ({"cursor": cursor} if cursor else {})
            page = (await judge.get("/api/v1/reports", params=query)).json()
            seen += [report["reporter"] for report in page["items"]]
            cursor = page["next_cursor"]
            if cursor is None:
                break
        assert seen == [f"reporter{number}" for number in range(5)]
