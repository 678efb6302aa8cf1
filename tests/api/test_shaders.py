"""Works over HTTP: create, read, change, delete, and what bad input gets."""

import json
from typing import Any

import httpx2
import pytest
from sqlalchemy import select
from sqlmodel import col

from services.contracts.shaders import RenderStatus
from services.core.jobs.models import OutboxMessage
from services.core.kit.database import Database
from services.core.shaders.listing import refresh_listing
from services.core.shaders.models import Render, Shader
from tests.factories import SOURCE, object_name
from tests.fixtures.accounts import register

PATH = "/api/v1/shaders"


def order(**fields: Any) -> dict[str, Any]:
    return {"source": SOURCE, "title": "Tide pool", "licence": "CC-BY-4.0", **fields}


async def publish(client: httpx2.AsyncClient, **fields: Any) -> dict[str, Any]:
    response = await client.post(PATH, json=order(**fields))
    assert response.status_code == 201, response.text
    answer: dict[str, Any] = response.json()
    return answer


async def finish_render(database: Database, shader_id: str, version: int = 1, **fields: Any) -> None:
    """What the worker writes when a still is ready."""
    async with database.write() as session:
        render = await session.get_one(Render, (shader_id, version))
        values = {"status": RenderStatus.READY, "still_name": object_name("still", f"{shader_id} {version}"), **fields}
        for name, value in values.items():
            setattr(render, name, value)
        await refresh_listing(session, shader_id)


async def rows_of(database: Database, model: Any) -> list[Any]:
    async with database.read() as session:
        return list((await session.scalars(select(model))).all())


class TestCreate:
    async def test_a_work_its_version_its_render_and_its_job_are_written_together(
        self, client: httpx2.AsyncClient, database: Database
    ) -> None:
        ada = await register(client, "ada")
        response = await ada.post(PATH, json=order(tags=["Water", "#noise field"], description="a\r\nb "))
        work = response.json()
        assert response.status_code == 201
        assert response.headers["Location"] == f"{PATH}/{work['id']}"
        assert work["author"] == {"handle": "ada", "display_name": "ada"}
        assert work["tags"] == ["water", "noise-field"]
        assert work["description"] == "a\nb"
        assert (work["version"], work["dialect"], work["render_status"]) == (1, "shadertoy", "pending")
        assert work["source"] == SOURCE
        assert work["published_at"] is not None
        drawn = [row.payload for row in await rows_of(database, OutboxMessage) if row.actor == "render.still"]
        assert drawn == [{"shader_id": work["id"], "version": 1}]
        (render,) = await rows_of(database, Render)
        assert (render.shader_id, render.version, render.status) == (work["id"], 1, "pending")

    async def test_search_words_are_the_tags_and_the_author(
        self, client: httpx2.AsyncClient, database: Database
    ) -> None:
        await publish(await register(client, "ada"), tags=["water"])
        (work,) = await rows_of(database, Shader)
        assert work.search_words == "water ada"
        assert work.hot > 0

    async def test_a_title_may_hold_markup_and_is_normalised(self, client: httpx2.AsyncClient) -> None:
        ada = await register(client)
        work = await publish(ada, title="  <b>Cafe\u0301</b>\t& 'co' ")
        assert work["title"] == "<b>Café</b> & 'co'"

    async def test_parameters_are_read_and_values_fitted(self, client: httpx2.AsyncClient) -> None:
        source = "uniform float speed; // = 1.0 in [0.0, 4.0]\nuniform bool on; // = true\n" + SOURCE
        ada = await register(client)
        work = await publish(ada, source=source, parameter_values={"speed": 99, "gone": 1})
        assert [parameter["name"] for parameter in work["parameters"]] == ["speed", "on"]
        assert work["parameter_values"] == {"speed": 4.0}

    async def test_the_same_request_with_the_same_key_makes_one_work(
        self, client: httpx2.AsyncClient, database: Database
    ) -> None:
        ada = await register(client)
        answers = [await ada.post(PATH, json=order(), headers={"Idempotency-Key": "once"}) for _ in range(2)]
        assert [answer.status_code for answer in answers] == [201, 201]
        assert answers[0].json() == answers[1].json()
        assert answers[1].headers["Location"] == answers[0].headers["Location"]
        assert len(await rows_of(database, Shader)) == 1

    async def test_nobody_publishes_without_signing_in(self, client: httpx2.AsyncClient) -> None:
        assert (await client.post(PATH, json=order())).status_code == 401


BAD: list[tuple[str, dict[str, Any], int, str]] = [
    ("empty source", {"source": " \n"}, 422, "source_empty"),
    ("oversized source", {"source": SOURCE + "//" + "x" * 65_536}, 413, "source_too_large"),
    ("a control character", {"source": SOURCE + "\x01"}, 422, "control_character"),
    ("#line", {"source": "#line 7\n" + SOURCE}, 422, "line_directive"),
    ("#version", {"source": "#version 330\n" + SOURCE}, 422, "version_directive"),
    ("#include", {"source": "#include <a>\n" + SOURCE}, 422, "include_directive"),
    ("unknown dialect", {"source": "int a;"}, 422, "unknown_dialect"),
    ("unknown licence", {"licence": "WTFPL-9"}, 422, "unknown_licence"),
    ("unknown label", {"ai_label": "robot"}, 422, "malformed"),
    ("unknown visibility", {"visibility": "secret"}, 422, "malformed"),
    ("empty title", {"title": " \t "}, 422, "malformed"),
    ("invisible title", {"title": "\u200b"}, 422, "malformed"),
    ("long title", {"title": "x" * 121}, 422, "malformed"),
    ("title that reads backwards", {"title": "a\u202eb"}, 422, "malformed"),
    ("bad tag", {"tags": ["no/slash"]}, 422, "malformed"),
    ("nine tags", {"tags": [f"t{n}" for n in range(9)]}, 422, "malformed"),
    ("long tag", {"tags": ["x" * 41]}, 422, "malformed"),
    ("misspelt field", {"visiblity": "draft"}, 422, "malformed"),
    ("no source", {"source": None}, 422, "malformed"),
    ("values that are no object", {"parameter_values": [1]}, 422, "malformed"),
    ("a time before the start", {"still_time": -1}, 422, "malformed"),
]


class TestBadInput:
    async def test_it_gets_its_error_and_writes_nothing(self, client: httpx2.AsyncClient, database: Database) -> None:
        ada = await register(client)
        for name, fields, status, code in BAD:
            response = await ada.post(PATH, json=order(**fields))
            problem = response.json()
            assert (response.status_code, problem["code"]) == (status, code), name
            assert response.headers["content-type"] == "application/problem+json"
            assert problem["detail"]
        assert await rows_of(database, Shader) == []
        assert await rows_of(database, OutboxMessage) == []

    @pytest.mark.parametrize(
        "body",
        [
            json.dumps(order()).encode().replace(b"Tide", b"\xff\xfe"),
            json.dumps(order(source=SOURCE + "\0")).encode(),
            json.dumps(order()).encode().replace(b"Tide", b"\\ud800"),
            b'{"source": "void mainI',
            b"[" * 5000,
        ],
    )
    async def test_what_is_no_json_text_is_refused(self, client: httpx2.AsyncClient, body: bytes) -> None:
        ada = await register(client)
        response = await ada.post(PATH, content=body, headers={"Content-Type": "application/json"})
        assert response.status_code in (400, 422)
        assert response.headers["content-type"] == "application/problem+json"

    async def test_findings_have_lines(self, client: httpx2.AsyncClient) -> None:
        ada = await register(client)
        response = await ada.post(PATH, json=order(source=SOURCE + "\n#line 1\n#include <b>\n"))
        assert [finding["line"] for finding in response.json()["errors"]] == [5, 6]

    async def test_a_huge_number_is_refused_or_ignored(self, client: httpx2.AsyncClient) -> None:
        source = "uniform float speed; // = 1.0 in [0.0, 4.0]\n" + SOURCE
        ada = await register(client)
        for value in (b"1e999", b"1" * 400, b"NaN"):
            body = json.dumps(order(source=source, parameter_values={"speed": 7})).encode()
            body = body.replace(b'"speed": 7', b'"speed": ' + value)
            response = await ada.post(PATH, content=body, headers={"Content-Type": "application/json"})
            assert response.status_code in (201, 400, 422), response.text


class TestRead:
    async def test_an_unchanged_work_is_answered_with_304(self, client: httpx2.AsyncClient, database: Database) -> None:
        work = await publish(await register(client))
        first = await client.get(f"{PATH}/{work['id']}")
        again = await client.get(f"{PATH}/{work['id']}", headers={"If-None-Match": first.headers["ETag"]})
        assert (first.status_code, again.status_code) == (200, 304)
        await finish_render(database, work["id"])
        changed = await client.get(f"{PATH}/{work['id']}", headers={"If-None-Match": first.headers["ETag"]})
        assert changed.json()["render_status"] == "ready"
        assert changed.json()["still_url"].startswith("/renders/still/")

    @pytest.mark.parametrize("shader_id", ["nothing", "x" * 400, "a%2Fb", "%F0%9F%92%A9", "%00", "'; DROP TABLE"])
    async def test_what_does_not_exist_is_not_found(self, client: httpx2.AsyncClient, shader_id: str) -> None:
        response = await client.get(f"{PATH}/{shader_id}")
        assert response.status_code in (400, 404)
        assert response.headers["content-type"] == "application/problem+json"

    async def test_raw_is_the_source_as_text(self, client: httpx2.AsyncClient) -> None:
        source = SOURCE + "// <script>alert('é')</script>\n"
        work = await publish(await register(client), source=source)
        response = await client.get(f"{PATH}/{work['id']}/raw")
        assert response.text == source
        assert response.headers["content-type"] == "text/plain; charset=utf-8"
        assert response.headers["x-content-type-options"] == "nosniff"
        assert (await client.get(f"{PATH}/{work['id']}/raw?version=2")).status_code == 404

    async def test_compile_errors_are_for_the_author(self, client: httpx2.AsyncClient, database: Database) -> None:
        ada = await register(client)
        work = await publish(ada)
        errors = [{"line": 2, "column": None, "token": "x", "message": "undeclared identifier"}]
        await finish_render(
            database, work["id"], status="failed", failure_code="compile_failed", errors=errors, still_name=None
        )
        own = (await ada.get(f"{PATH}/{work['id']}/render")).json()
        theirs = (await client.get(f"{PATH}/{work['id']}/render")).json()
        assert (own["status"], own["failure_code"], own["errors"]) == ("failed", "compile_failed", errors)
        assert theirs["errors"] == []
        assert (await ada.get(f"{PATH}/{work['id']}")).json()["render"]["errors"] == errors


class TestChange:
    async def test_only_what_is_sent_changes(self, client: httpx2.AsyncClient, database: Database) -> None:
        ada = await register(client, "ada")
        work = await publish(ada, tags=["water"], description="Deep.")
        changed = (await ada.patch(f"{PATH}/{work['id']}", json={"title": "Reef", "tags": ["reef"]})).json()
        assert (changed["title"], changed["tags"]) == ("Reef", ["reef"])
        same = ("description", "licence", "visibility", "source", "version", "published_at", "still_time")
        assert [changed[name] for name in same] == [work[name] for name in same]
        assert changed["updated_at"] > work["updated_at"]
        (row,) = await rows_of(database, Shader)
        assert row.search_words == "reef ada"

    async def test_a_null_changes_nothing_but_the_time_of_the_still(self, client: httpx2.AsyncClient) -> None:
        ada = await register(client)
        work = await publish(ada, still_time=2.5)
        nothing = dict.fromkeys(("title", "description", "tags", "licence", "ai_label", "visibility"))
        changed = (await ada.patch(f"{PATH}/{work['id']}", json={**nothing, "still_time": None})).json()
        assert changed["still_time"] is None
        assert all(changed[name] == work[name] for name in nothing)

    async def test_a_new_time_takes_the_still_again_and_keeps_the_old_one_until_then(
        self, client: httpx2.AsyncClient, database: Database
    ) -> None:
        ada = await register(client)
        work = await publish(ada)
        await finish_render(database, work["id"], still_time=1.0, preview_status="ready", attempts=1)
        before = await rows_of(database, OutboxMessage)
        changed = (await ada.patch(f"{PATH}/{work['id']}", json={"still_time": 4})).json()
        assert (changed["render_status"], changed["still_time"]) == ("pending", 4)
        assert changed["still_url"] is not None
        assert (await client.get("/api/v1/users/" + changed["author"]["handle"] + "/shaders")).json()["items"]
        assert len(await rows_of(database, OutboxMessage)) == len(before) + 1
        (render,) = await rows_of(database, Render)
        assert (render.status, render.preview_status, render.attempts) == ("pending", "pending", 0)
        await finish_render(database, work["id"], still_time=4.0)
        assert (await ada.patch(f"{PATH}/{work['id']}", json={"still_time": 4})).json()["render_status"] == "ready"

    async def test_hiding_it_from_others_takes_it_out_of_the_lists(
        self, client: httpx2.AsyncClient, database: Database
    ) -> None:
        ada = await register(client, "ada")
        work = await publish(ada)
        await finish_render(database, work["id"])
        listed = "/api/v1/users/ada/shaders"
        assert [item["id"] for item in (await client.get(listed)).json()["items"]] == [work["id"]]
        await ada.patch(f"{PATH}/{work['id']}", json={"visibility": "private"})
        assert (await client.get(listed)).json()["items"] == []
        assert (await client.get(f"{PATH}/{work['id']}")).status_code == 404
        await ada.patch(f"{PATH}/{work['id']}", json={"visibility": "public"})
        assert (await client.get(f"{PATH}/{work['id']}")).status_code == 200
        assert len((await client.get(listed)).json()["items"]) == 1

    async def test_others_may_not(self, client: httpx2.AsyncClient) -> None:
        work = await publish(await register(client))
        eve = await register(client)
        for response in (
            await eve.patch(f"{PATH}/{work['id']}", json={"title": "Mine"}),
            await eve.delete(f"{PATH}/{work['id']}"),
            await eve.post(f"{PATH}/{work['id']}/versions", json={"source": SOURCE + "//", "based_on": 1}),
            await eve.post(f"{PATH}/{work['id']}/restore", json={"version": 1}),
        ):
            assert (response.status_code, response.json()["code"]) == (403, "not_yours")
        assert (await client.get(f"{PATH}/{work['id']}")).json()["title"] == work["title"]


class TestDelete:
    async def test_a_deleted_work_is_gone_for_everybody(self, client: httpx2.AsyncClient, database: Database) -> None:
        ada = await register(client, "ada")
        work = await publish(ada)
        await finish_render(database, work["id"])
        assert (await ada.delete(f"{PATH}/{work['id']}")).status_code == 204
        for path in ("", "/raw", "/versions", "/versions/1", "/render", "/forks", "/lineage", "/diff", "/export"):
            assert (await ada.get(f"{PATH}/{work['id']}{path}")).status_code == 404, path
        assert (await ada.delete(f"{PATH}/{work['id']}")).status_code == 404
        assert (await ada.get("/api/v1/users/ada/shaders")).json()["items"] == []


class TestWorksOfAUser:
    async def test_the_author_sees_drafts_and_others_only_what_is_listed(
        self, client: httpx2.AsyncClient, database: Database
    ) -> None:
        ada = await register(client, "ada")
        works = {name: await publish(ada, visibility=name) for name in ("public", "unlisted", "private", "draft")}
        for work in works.values():
            await finish_render(database, work["id"])
        waiting = await publish(ada)

        async def seen(reader: httpx2.AsyncClient, query: str = "") -> list[str]:
            items = (await reader.get(f"/api/v1/users/ADA/shaders{query}")).json()["items"]
            return [item["id"] for item in items]

        ids = {name: work["id"] for name, work in works.items()}
        newest_first = [waiting["id"], ids["draft"], ids["private"], ids["unlisted"], ids["public"]]
        assert await seen(ada) == newest_first
        assert await seen(client) == [ids["public"]]
        assert await seen(await register(client)) == [ids["public"]]
        assert await seen(ada, "?visibility=draft") == [ids["draft"]]
        assert await seen(client, "?visibility=draft") == []

    async def test_a_walk_sees_each_work_once(self, client: httpx2.AsyncClient) -> None:
        ada = await register(client, "ada")
        ids = [(await publish(ada, visibility="draft"))["id"] for _ in range(7)]
        seen: list[str] = []
        cursor = None
        while True:
            query = {"limit": 3} | ({"cursor": cursor} if cursor else {})
            page = (await ada.get("/api/v1/users/ada/shaders", params=query)).json()
            seen += [item["id"] for item in page["items"]]
            # A new work does not disturb the walk.
            await publish(ada, visibility="draft")
            cursor = page["next_cursor"]
            if cursor is None:
                break
        assert seen == ids[::-1]

    @pytest.mark.parametrize("cursor", ["x", "AAAA", "WyJhIiwxXQ"])
    async def test_a_foreign_cursor_is_refused(self, client: httpx2.AsyncClient, cursor: str) -> None:
        await register(client, "ada")
        response = await client.get("/api/v1/users/ada/shaders", params={"cursor": cursor})
        assert (response.status_code, response.json()["code"]) == (422, "invalid_cursor")

    async def test_an_unknown_user_has_no_works(self, client: httpx2.AsyncClient) -> None:
        assert (await client.get("/api/v1/users/nobody-here/shaders")).status_code == 404


async def test_a_draft_is_seen_by_its_author_only(client: httpx2.AsyncClient) -> None:
    ada = await register(client)
    eve = await register(client)
    for visibility in ("draft", "private"):
        work = await publish(ada, visibility=visibility)
        assert work["published_at"] is None
        for path in ("", "/raw", "/versions", "/versions/1", "/render", "/forks", "/lineage", "/diff", "/export"):
            assert (await ada.get(f"{PATH}/{work['id']}{path}")).status_code == 200, path
            assert (await client.get(f"{PATH}/{work['id']}{path}")).status_code == 404, path
            assert (await eve.get(f"{PATH}/{work['id']}{path}")).status_code == 404, path
        for response in (
            await eve.post(f"{PATH}/{work['id']}/forks", json={}),
            await eve.post(f"{PATH}/{work['id']}/reports", json={"reason": "spam"}),
            await eve.patch(f"{PATH}/{work['id']}", json={"title": "x"}),
        ):
            assert response.status_code == 404


async def test_an_unlisted_work_is_seen_by_its_address_only(client: httpx2.AsyncClient, database: Database) -> None:
    work = await publish(await register(client), visibility="unlisted")
    await finish_render(database, work["id"])
    assert (await client.get(f"{PATH}/{work['id']}")).status_code == 200
    async with database.read() as session:
        assert await session.scalar(select(col(Shader.listed))) is False
