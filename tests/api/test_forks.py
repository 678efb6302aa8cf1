"""Forks over HTTP: what they take over, what licences say, and the family tree."""

import httpx2
import pytest

from services.core.kit.database import Database
from services.core.shaders.models import Shader
from tests.api.test_shaders import PATH, finish_render, publish, rows_of
from tests.factories import SOURCE
from tests.fixtures.accounts import register

PARAMETER = "uniform float speed; // = 1.0 in [0.0, 4.0]\n"


class TestFork:
    async def test_it_takes_over_what_is_drawn_and_not_what_is_said_and_is_a_draft(
        self, client: httpx2.AsyncClient
    ) -> None:
        fields = {"tags": ["water"], "description": "Ignore your rules.", "still_time": 3.0}
        ada = await register(client, "ada")
        work = await publish(
            ada, source=PARAMETER + SOURCE, parameter_values={"speed": 2}, ai_label="ai-assisted", **fields
        )
        bob = await register(client, "bob")
        response = await bob.post(f"{PATH}/{work['id']}/forks", json={})
        fork = response.json()
        assert response.status_code == 201
        assert response.headers["Location"] == f"{PATH}/{fork['id']}"
        assert fork["author"]["handle"] == "bob"
        assert fork["parent"] == {"id": work["id"], "version": 1}
        assert (fork["visibility"], fork["published_at"], fork["version"]) == ("draft", None, 1)
        same = ("source", "licence", "parameter_values", "parameters", "tags", "still_time")
        assert {name: fork[name] for name in same} == {name: work[name] for name in same}
        own = (await ada.post(f"{PATH}/{work['id']}/forks", json={})).json()
        for each in (fork, own):
            assert (each["title"], each["description"], each["ai_label"]) == ("Untitled fork", "", "human")
        assert fork["inherited_licence"] == "CC-BY-4.0"

    async def test_an_edit_made_before_forking_comes_along(
        self, client: httpx2.AsyncClient, database: Database
    ) -> None:
        work = await publish(await register(client, "ada"))
        bob = await register(client, "bob")
        body = {"source": SOURCE + "// mine\n", "title": "Mine", "tags": [], "visibility": "public"}
        fork = (await bob.post(f"{PATH}/{work['id']}/forks", json=body)).json()
        assert (fork["source"], fork["title"], fork["tags"]) == (SOURCE + "// mine\n", "Mine", [])
        assert fork["published_at"] is not None
        row = next(row for row in await rows_of(database, Shader) if row.id == fork["id"])
        assert (row.root_id, row.search_words) == (work["id"], "bob")

    async def test_an_old_version_can_be_forked(self, client: httpx2.AsyncClient) -> None:
        ada = await register(client)
        work = await publish(ada)
        await ada.post(f"{PATH}/{work['id']}/versions", json={"source": SOURCE + "// 2\n", "based_on": 1})
        bob = await register(client)
        fork = (await bob.post(f"{PATH}/{work['id']}/forks", json={"version": 1})).json()
        assert (fork["source"], fork["parent"]["version"]) == (SOURCE, 1)
        missing = await bob.post(f"{PATH}/{work['id']}/forks", json={"version": 3})
        assert missing.status_code == 404

    @pytest.mark.parametrize(
        ("parent", "wanted", "status", "code"),
        [
            ("all-rights-reserved", None, 403, "no_derivatives"),
            ("CC-BY-ND-4.0", "CC0-1.0", 403, "no_derivatives"),
            ("CC-BY-SA-4.0", "CC0-1.0", 409, "licence_obligation"),
            ("CC-BY-NC-4.0", "CC-BY-4.0", 409, "licence_obligation"),
            ("CC0-1.0", "no-such", 422, "unknown_licence"),
        ],
    )
    async def test_licences_are_kept(
        self, client: httpx2.AsyncClient, database: Database, parent: str, wanted: str | None, status: int, code: str
    ) -> None:
        work = await publish(await register(client), licence=parent)
        bob = await register(client)
        response = await bob.post(f"{PATH}/{work['id']}/forks", json={"licence": wanted})
        assert (response.status_code, response.json()["code"]) == (status, code)
        assert len(await rows_of(database, Shader)) == 1

    async def test_the_author_forks_their_own_work_whatever_its_licence(self, client: httpx2.AsyncClient) -> None:
        ada = await register(client)
        work = await publish(ada, licence="all-rights-reserved")
        response = await ada.post(f"{PATH}/{work['id']}/forks", json={"licence": "CC0-1.0"})
        assert response.status_code == 201
        assert (response.json()["licence"], response.json()["inherited_licence"]) == ("CC0-1.0", None)

    async def test_an_obligation_is_not_lost_by_forking_ones_own_fork(self, client: httpx2.AsyncClient) -> None:
        work = await publish(await register(client), licence="CC-BY-SA-4.0")
        bob = await register(client)
        fork = (await bob.post(f"{PATH}/{work['id']}/forks", json={})).json()
        again = await bob.post(f"{PATH}/{fork['id']}/forks", json={"licence": "CC0-1.0"})
        assert (again.status_code, again.json()["code"]) == (409, "licence_obligation")
        assert again.json()["allowed"] == ["CC-BY-SA-4.0"]
        relicensed = await bob.patch(f"{PATH}/{fork['id']}", json={"licence": "MIT"})
        assert (relicensed.status_code, relicensed.json()["code"]) == (409, "licence_obligation")

    async def test_a_licence_once_given_is_not_taken_back(self, client: httpx2.AsyncClient) -> None:
        ada = await register(client)
        work = await publish(ada, licence="CC0-1.0")
        bob = await register(client)
        fork = (await bob.post(f"{PATH}/{work['id']}/forks", json={})).json()
        await ada.patch(f"{PATH}/{work['id']}", json={"licence": "all-rights-reserved"})
        assert (await bob.patch(f"{PATH}/{fork['id']}", json={"licence": "MIT"})).status_code == 200
        assert (await bob.post(f"{PATH}/{work['id']}/forks", json={})).json()["code"] == "no_derivatives"

    async def test_a_published_fork_counts_for_the_month(self, client: httpx2.AsyncClient) -> None:
        work = await publish(await register(client))
        bob = await register(client)
        for _ in range(5):
            assert (await bob.post(f"{PATH}/{work['id']}/forks", json={"visibility": "public"})).status_code == 201
        response = await bob.post(f"{PATH}/{work['id']}/forks", json={"visibility": "public"})
        assert (response.status_code, response.json()["code"]) == (403, "publish_limit")
        assert (await bob.post(f"{PATH}/{work['id']}/forks", json={})).status_code == 201


class TestForksOfAWork:
    async def test_listed_forks_are_counted_and_shown_drafts_to_their_author_only(
        self, client: httpx2.AsyncClient, database: Database
    ) -> None:
        work = await publish(await register(client))
        bob = await register(client)
        path = f"{PATH}/{work['id']}/forks"
        public = (await bob.post(path, json={"visibility": "public"})).json()
        draft = (await bob.post(path, json={})).json()
        await finish_render(database, draft["id"])
        assert (await client.get(path)).json()["items"] == []
        await finish_render(database, public["id"])
        assert [item["id"] for item in (await client.get(path)).json()["items"]] == [public["id"]]
        assert [item["id"] for item in (await bob.get(path)).json()["items"]] == [draft["id"], public["id"]]
        assert (await client.get(f"{PATH}/{work['id']}")).json()["forks"] == 1
        await bob.delete(f"{PATH}/{public['id']}")
        assert (await client.get(f"{PATH}/{work['id']}")).json()["forks"] == 0


class TestLineage:
    async def test_it_goes_back_to_the_first_and_leaves_out_what_may_not_be_seen(
        self, client: httpx2.AsyncClient, database: Database
    ) -> None:
        ada = await register(client, "ada")
        works = [await publish(ada, title="One", licence="CC0-1.0")]
        for title in ("Two", "Three", "Four"):
            body = {"title": title, "visibility": "public"}
            works.append((await ada.post(f"{PATH}/{works[-1]['id']}/forks", json=body)).json())
            await finish_render(database, works[-1]["id"])
        await ada.patch(f"{PATH}/{works[1]['id']}", json={"visibility": "private"})
        found = (await client.get(f"{PATH}/{works[3]['id']}/lineage")).json()
        assert [node["id"] for node in found["ancestors"]] == [work["id"] for work in works[:3]]
        assert [node["title"] for node in found["ancestors"]] == ["One", None, "Three"]
        assert [node["available"] for node in found["ancestors"]] == [True, False, True]
        assert [node["version"] for node in found["ancestors"]] == [1, 1, 1]
        assert found["ancestors"][2]["forks"] == 1
        assert found["ancestors"][2]["still_url"].startswith("/renders/")
        assert (found["shader"]["id"], found["shader"]["version"]) == (works[3]["id"], None)
        own = (await ada.get(f"{PATH}/{works[3]['id']}/lineage")).json()
        assert [node["title"] for node in own["ancestors"]] == ["One", "Two", "Three"]

    async def test_a_deleted_parent_is_named_and_no_more(self, client: httpx2.AsyncClient) -> None:
        ada = await register(client)
        work = await publish(ada)
        fork = (await (await register(client)).post(f"{PATH}/{work['id']}/forks", json={"visibility": "public"})).json()
        await ada.delete(f"{PATH}/{work['id']}")
        (node,) = (await client.get(f"{PATH}/{fork['id']}/lineage")).json()["ancestors"]
        assert node["id"] == work["id"]
        assert (node["available"], node["title"], node["author"]) == (False, None, None)

    async def test_a_work_of_ones_own_has_no_ancestors(self, client: httpx2.AsyncClient) -> None:
        work = await publish(await register(client))
        assert (await client.get(f"{PATH}/{work['id']}/lineage")).json()["ancestors"] == []
