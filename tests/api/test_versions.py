"""Versions over HTTP: edits, races, restore, differences."""

import asyncio
import subprocess
from pathlib import Path
from typing import Any

import httpx2
import pytest

from services.core.jobs.models import OutboxMessage
from services.core.kit.database import Database
from services.core.shaders.models import Render, ShaderVersion
from tests.api.test_shaders import PATH, finish_render, publish, rows_of
from tests.factories import SOURCE
from tests.fixtures.accounts import register

EDITED = SOURCE.replace("0.5", "0.75")
SECRET = SOURCE + "// what nobody is to see\n"


async def edit(client: httpx2.AsyncClient, work: dict[str, Any], source: str, based_on: int, **more: Any) -> Any:
    body = {"source": source, "based_on": based_on, **more}
    return await client.post(f"{PATH}/{work['id']}/versions", json=body)


class TestAdd:
    async def test_an_edit_becomes_the_newest_version_with_a_render_of_its_own(
        self, client: httpx2.AsyncClient, database: Database
    ) -> None:
        ada = await register(client)
        work = await publish(ada)
        response = await edit(ada, work, EDITED, 1, note="Softer")
        assert response.status_code == 201
        assert response.headers["Location"] == f"{PATH}/{work['id']}/versions/2"
        assert (response.json()["version"], response.json()["note"]) == (2, "Softer")
        read = (await client.get(f"{PATH}/{work['id']}")).json()
        assert (read["version"], read["source"], read["note"]) == (2, EDITED, "Softer")
        assert read["updated_at"] > work["updated_at"]
        old = (await client.get(f"{PATH}/{work['id']}/versions/1")).json()
        assert old["source"] == SOURCE
        renders = [(row.version, row.status) for row in await rows_of(database, Render)]
        assert sorted(renders) == [(1, "pending"), (2, "pending")]
        drawn = [row.payload for row in await rows_of(database, OutboxMessage) if row.actor == "render.still"]
        jobs = [payload["version"] for payload in drawn]
        assert sorted(jobs) == [1, 2]

    async def test_a_stale_edit_gets_all_sides_and_changes_nothing(
        self, client: httpx2.AsyncClient, database: Database
    ) -> None:
        ada = await register(client)
        work = await publish(ada)
        await edit(ada, work, EDITED, 1)
        mine = SOURCE + "// mine\n"
        response = await edit(ada, work, mine, 1)
        problem = response.json()
        assert (response.status_code, problem["code"]) == (409, "stale_version")
        assert problem["yours"] == {"source": mine}
        assert problem["current"] == {"version": 2, "source": EDITED}
        assert problem["base"] == {"version": 1, "source": SOURCE}
        assert len(await rows_of(database, ShaderVersion)) == 2

    async def test_of_edits_at_the_same_time_exactly_one_wins(
        self, client: httpx2.AsyncClient, database: Database
    ) -> None:
        ada = await register(client)
        work = await publish(ada)
        sources = [SOURCE + f"// {number}\n" for number in range(8)]
        answers = await asyncio.gather(*(edit(ada, work, source, 1) for source in sources))
        assert sorted(answer.status_code for answer in answers) == [201] + [409] * 7
        (winner,) = [source for source, answer in zip(sources, answers, strict=True) if answer.status_code == 201]
        assert all(answer.json()["current"]["source"] == winner for answer in answers if answer.status_code == 409)
        assert (await client.get(f"{PATH}/{work['id']}/raw")).text == winner
        assert len(await rows_of(database, ShaderVersion)) == 2

    async def test_the_newest_source_again_makes_no_version(
        self, client: httpx2.AsyncClient, database: Database
    ) -> None:
        ada = await register(client)
        work = await publish(ada)
        first = await edit(ada, work, EDITED, 1)
        again = await edit(ada, work, EDITED.replace("\n", "\r\n"), 1)
        assert (first.status_code, again.status_code) == (201, 200)
        assert again.json()["version"] == 2
        assert len(await rows_of(database, ShaderVersion)) == 2

    async def test_other_values_of_the_same_source_are_a_version(self, client: httpx2.AsyncClient) -> None:
        source = "uniform float speed; // = 1.0 in [0.0, 4.0]\n" + SOURCE
        ada = await register(client)
        work = await publish(ada, source=source)
        response = await edit(ada, work, source, 1, parameter_values={"speed": 2})
        assert (response.status_code, response.json()["parameter_values"]) == (201, {"speed": 2.0})

    async def test_a_base_that_does_not_exist_is_refused(self, client: httpx2.AsyncClient) -> None:
        ada = await register(client)
        work = await publish(ada)
        response = await edit(ada, work, EDITED, 7)
        assert (response.status_code, response.json()["code"]) == (422, "unknown_base")

    async def test_the_dialect_follows_the_source(self, client: httpx2.AsyncClient) -> None:
        ada = await register(client)
        work = await publish(ada)
        await edit(ada, work, "out vec4 c; void main() { c = vec4(1.0); }", 1)
        assert (await client.get(f"{PATH}/{work['id']}")).json()["dialect"] == "es300"
        assert (await client.get(f"{PATH}/{work['id']}/versions/1")).json()["dialect"] == "shadertoy"

    async def test_the_gate_stands_before_every_version(self, client: httpx2.AsyncClient) -> None:
        ada = await register(client)
        work = await publish(ada)
        response = await edit(ada, work, "#line 9\n" + SOURCE, 1)
        assert (response.status_code, response.json()["code"]) == (422, "line_directive")

    async def test_the_same_request_with_the_same_key_makes_one_version(self, client: httpx2.AsyncClient) -> None:
        ada = await register(client)
        work = await publish(ada)
        ada.headers["Idempotency-Key"] = "edit-1"
        answers = [await edit(ada, work, EDITED, 1) for _ in range(2)]
        assert [answer.status_code for answer in answers] == [201, 201]
        assert answers[0].json() == answers[1].json()


class TestRestore:
    async def test_it_makes_a_new_version_out_of_an_old_one(self, client: httpx2.AsyncClient) -> None:
        source = "uniform float speed; // = 1.0 in [0.0, 4.0]\n" + SOURCE
        ada = await register(client)
        work = await publish(ada, source=source, parameter_values={"speed": 2})
        await edit(ada, work, EDITED, 1)
        response = await ada.post(f"{PATH}/{work['id']}/restore", json={"version": 1})
        restored = response.json()
        assert (response.status_code, restored["version"], restored["restored_from"]) == (201, 3, 1)
        assert restored["source"] == source
        assert restored["parameter_values"] == {"speed": 2.0}
        assert [p["name"] for p in restored["parameters"]] == ["speed"]
        first = (await client.get(f"{PATH}/{work['id']}/versions/1")).json()
        assert restored["source_sha256"] == first["source_sha256"]

    async def test_there_and_back_again(self, client: httpx2.AsyncClient) -> None:
        ada = await register(client)
        work = await publish(ada)
        await edit(ada, work, EDITED, 1)
        for version, expected in ((1, SOURCE), (2, EDITED), (3, SOURCE)):
            await ada.post(f"{PATH}/{work['id']}/restore", json={"version": version})
            assert (await client.get(f"{PATH}/{work['id']}/raw")).text == expected

    @pytest.mark.parametrize(
        ("body", "status", "code"),
        [
            ({"version": 2}, 409, "already_newest"),
            ({"version": 9}, 404, "not_found"),
            ({"version": 1, "based_on": 1}, 409, "stale_version"),
            ({"version": 0}, 422, "malformed"),
        ],
    )
    async def test_what_cannot_be_restored(
        self, client: httpx2.AsyncClient, body: dict[str, int], status: int, code: str
    ) -> None:
        ada = await register(client)
        work = await publish(ada)
        await edit(ada, work, EDITED, 1)
        response = await ada.post(f"{PATH}/{work['id']}/restore", json=body)
        assert (response.status_code, response.json()["code"]) == (status, code)


class TestPublishing:
    async def test_versions_from_before_stay_with_the_author(
        self, client: httpx2.AsyncClient, database: Database
    ) -> None:
        """Each way to a version, its picture and what is made of it."""
        ada, bob = await register(client), await register(client)
        work = await publish(ada, visibility="draft", source=SECRET)
        at = f"{PATH}/{work['id']}"
        await finish_render(database, work["id"])
        await edit(ada, work, EDITED, 1)
        published = (await ada.patch(at, json={"visibility": "public"})).json()
        assert (published["public_from"], published["still_url"]) == (2, None), "no picture of version 1"
        ways = ["/versions/1", "/raw?version=1", "/export?version=1", "/render?version=1", "/still?version=1"]
        ways += ["/events?version=1", "/diff?from=1&to=2", "/diff?to=1"]
        assert {(await bob.get(at + way)).status_code for way in ways} == {404}
        assert {(await client.get(at + way)).status_code for way in ways} == {404}
        seen = (await client.get(f"{at}/versions")).json()["items"]
        assert [item["version"] for item in seen] == [2]
        assert (await client.get(f"{at}/diff")).json()["hunks"] == [], "of the first with itself"
        fork = await bob.post(f"{at}/forks", json={"version": 1})
        assert (fork.status_code, fork.json()["code"]) == (404, "not_found")
        assert (await ada.get(f"{at}/raw?version=1")).text == SECRET
        assert (await ada.get(f"{at}/diff")).json()["hunks"] != []
        first = (await ada.get(f"{at}/versions/1")).json()["still_url"]
        name = first.removeprefix("/renders/").partition("?")[0]
        assert (await client.get("/api/v1/pictures", params={"name": name})).json() == []
        link = {"name": name, "link": first.partition("?")[2]}
        assert (await client.get("/api/v1/pictures", params=link)).json() == [name]

    async def test_unless_the_author_says_so(self, client: httpx2.AsyncClient) -> None:
        ada = await register(client)
        work = await publish(ada, visibility="draft")
        at = f"{PATH}/{work['id']}"
        await edit(ada, work, EDITED, 1)
        await ada.patch(at, json={"visibility": "unlisted", "public_from": 1})
        assert (await client.get(f"{at}/versions/1")).status_code == 200
        await ada.patch(at, json={"public_from": 2})
        assert (await client.get(f"{at}/versions/1")).status_code == 404
        refused = await ada.patch(at, json={"public_from": 3})
        assert (refused.status_code, refused.json()["code"]) == (422, "unknown_version")

    async def test_versions_that_are_made_in_private_stay_private(self, client: httpx2.AsyncClient) -> None:
        ada = await register(client)
        work = await publish(ada)
        at = f"{PATH}/{work['id']}"
        for visibility, source in (("private", SECRET), ("private", EDITED), ("public", SOURCE)):
            await ada.patch(at, json={"visibility": visibility})
            await edit(ada, work, source, (await ada.get(at)).json()["version"])
        seen = (await client.get(f"{at}/versions")).json()["items"]
        assert [item["version"] for item in seen] == [4, 3]


class TestList:
    async def test_a_walk_sees_each_version_once_the_newest_first(self, client: httpx2.AsyncClient) -> None:
        ada = await register(client)
        work = await publish(ada)
        for number in range(1, 6):
            await edit(ada, work, SOURCE + f"// {number}\n", number)
        seen: list[int] = []
        cursor = None
        while True:
            query = {"limit": 2} | ({"cursor": cursor} if cursor else {})
            page = (await client.get(f"{PATH}/{work['id']}/versions", params=query)).json()
            seen += [item["version"] for item in page["items"]]
            assert all("source" not in item for item in page["items"])
            cursor = page["next_cursor"]
            if cursor is None:
                break
        assert seen == [6, 5, 4, 3, 2, 1]

    async def test_a_cursor_of_another_work_is_refused(self, client: httpx2.AsyncClient) -> None:
        ada = await register(client)
        one, other = await publish(ada), await publish(ada)
        for work in (one, other):
            await edit(ada, work, EDITED, 1)
        cursor = (await client.get(f"{PATH}/{one['id']}/versions?limit=1")).json()["next_cursor"]
        response = await client.get(f"{PATH}/{other['id']}/versions", params={"cursor": cursor})
        assert (response.status_code, response.json()["code"]) == (422, "invalid_cursor")


class TestDiff:
    async def test_hunks_of_the_last_edit(self, client: httpx2.AsyncClient) -> None:
        ada = await register(client)
        work = await publish(ada)
        await edit(ada, work, EDITED, 1)
        found = (await client.get(f"{PATH}/{work['id']}/diff")).json()
        assert (found["from_version"], found["to_version"], found["added"], found["removed"]) == (1, 2, 1, 1)
        (hunk,) = found["hunks"]
        assert [change["op"] for change in hunk["changes"]] == ["equal", "delete", "insert", "equal"]
        back = (await client.get(f"{PATH}/{work['id']}/diff?from=2&to=1")).json()
        assert back["hunks"][0]["changes"][1]["lines"] == hunk["changes"][2]["lines"]

    async def test_git_applies_the_patch(self, client: httpx2.AsyncClient, tmp_path: Path) -> None:
        ada = await register(client)
        work = await publish(ada)
        await edit(ada, work, EDITED, 1)
        response = await client.get(f"{PATH}/{work['id']}/diff?from=1&to=2&format=unified")
        assert response.headers["content-type"].startswith("text/x-diff")
        (tmp_path / f"{work['id']}.v1.frag").write_text(SOURCE)
        (tmp_path / "patch").write_text(response.text.replace(".v2.frag", ".v1.frag"))
        await asyncio.to_thread(subprocess.run, ["git", "apply", "patch"], cwd=tmp_path, check=True)
        assert (tmp_path / f"{work['id']}.v1.frag").read_text() == EDITED

    async def test_a_work_with_one_version_differs_in_nothing(self, client: httpx2.AsyncClient) -> None:
        work = await publish(await register(client))
        assert (await client.get(f"{PATH}/{work['id']}/diff")).json()["hunks"] == []
        assert (await client.get(f"{PATH}/{work['id']}/diff?format=unified")).text == ""

    @pytest.mark.parametrize(("query", "status"), [("from=9", 404), ("to=9", 404), ("from=x", 422), ("format=x", 422)])
    async def test_bad_sides(self, client: httpx2.AsyncClient, query: str, status: int) -> None:
        work = await publish(await register(client))
        assert (await client.get(f"{PATH}/{work['id']}/diff?{query}")).status_code == status
