"""Clusters that may be one wish: what moderators are shown, and what stays of their answers."""

from typing import Any

import httpx2
import pytest
from sqlalchemy import select
from sqlmodel import col

from services.core.desires import bridges
from services.core.desires.models import LabelledPair
from services.core.kit.database import Database
from tests.api.test_decisions import items
from tests.api.test_desires import code_of, embedder_by_hand, read, wish
from tests.fixtures.accounts import register, register_moderator

__all__ = ["embedder_by_hand"]

CLUSTERS = "/api/v1/desire-clusters"
BRIDGES = f"{CLUSTERS}/bridges"
RED = "a red moon over the sea at night"
# Six of eight words are the first's, and the guard keeps it apart.
BLUE = "a blue moon over the lake at night"
FOG = "thick fog between old pine trees"
MIST = "thin mist between old pine trees"


async def labels(database: Database) -> list[tuple[str, str, float | None]]:
    async with database.read() as session:
        rows = await session.scalars(select(LabelledPair).order_by(col(LabelledPair.created_at)))
        return [(row.kind, row.embedder_id, None if row.score is None else round(row.score, 2)) for row in rows]


async def pairs(judge: httpx2.AsyncClient) -> list[tuple[str, list[str]]]:
    return [(each["prompt"], [one["prompt"] for one in each["near"]]) for each in await items(judge, BRIDGES)]


@pytest.fixture
async def judge(client: httpx2.AsyncClient, database: Database) -> httpx2.AsyncClient:
    return await register_moderator(client, database)


@pytest.fixture
async def wishes(client: httpx2.AsyncClient, database: Database) -> dict[str, dict[str, Any]]:
    """Two pairs; the first of each is wanted by two, and so the hotter one."""
    made = {}
    for prompt in (RED, BLUE, FOG, MIST):
        made[prompt] = await wish(await register(client), database, prompt)
    for prompt in (RED, FOG):
        follower = await register(client)
        assert (await follower.put(f"/api/v1/desires/{made[prompt]['id']}/follow")).status_code == 200
    return made


async def test_a_pair_stands_once_with_what_differs(
    judge: httpx2.AsyncClient, wishes: dict[str, dict[str, Any]]
) -> None:
    found = await items(judge, BRIDGES)
    assert sorted(each["prompt"] for each in found) == sorted([RED, FOG])
    (red,) = (each for each in found if each["prompt"] == RED)
    (near,) = red["near"]
    assert (near["prompt"], round(near["score"], 2), red["people"]) == (BLUE, 0.75, 2)
    assert [part["text"] for part in near["mine"] if part["differs"]] == ["red", "sea"]
    assert [part["text"] for part in near["theirs"] if part["differs"]] == ["blue", "lake"]


async def test_what_was_set_apart_is_never_suggested_again(
    client: httpx2.AsyncClient, database: Database, judge: httpx2.AsyncClient, wishes: dict[str, dict[str, Any]]
) -> None:
    red, blue = wishes[RED]["cluster"], wishes[BLUE]["cluster"]
    for one, other in ((red, blue), (red, blue), (blue, red)):
        assert (await judge.post(f"{CLUSTERS}/{one}/apart", json={"cluster": other})).status_code == 204
    assert await pairs(judge) == [(FOG, [MIST])]
    assert await labels(database) == [("apart", "words-1", 0.75)]
    similar = (await client.get(f"/api/v1/desires/{wishes[BLUE]['id']}/similar")).json()["items"]
    assert similar == [], "nor is anybody else asked"
    same = await judge.post(f"{CLUSTERS}/{red}/apart", json={"cluster": red})
    assert await code_of(same) == (422, "not_members")
    assert (await judge.post(f"{CLUSTERS}/{red}/apart", json={"cluster": "nothing"})).status_code == 404


async def test_a_merge_takes_it_from_the_list_and_is_kept_as_a_pair(
    database: Database, judge: httpx2.AsyncClient, wishes: dict[str, dict[str, Any]]
) -> None:
    fog, mist = wishes[FOG], wishes[MIST]
    merged = await judge.post(f"{CLUSTERS}/{fog['cluster']}/merge", json={"cluster": mist["cluster"]})
    assert merged.status_code == 201
    assert await pairs(judge) == [(RED, [BLUE])]
    assert (await read(judge, mist["id"]))["people"] == 3
    assert await labels(database) == [("merged", "words-1", 0.67)]


async def test_what_nobody_wants_any_more_is_left_out(
    client: httpx2.AsyncClient, database: Database, judge: httpx2.AsyncClient
) -> None:
    ada = await register(client, "ada")
    fog, _ = await wish(ada, database, FOG), await wish(ada, database, MIST)
    assert len(await pairs(judge)) == 1
    await ada.post(f"/api/v1/desires/{fog['id']}/withdraw")
    assert await pairs(judge) == []


@pytest.mark.parametrize("batch", [1, 3])
async def test_a_walk_sees_each_once(
    judge: httpx2.AsyncClient, wishes: dict[str, dict[str, Any]], monkeypatch: pytest.MonkeyPatch, batch: int
) -> None:
    monkeypatch.setattr(bridges, "_BATCH", batch)
    monkeypatch.setattr(bridges, "_MOST", batch)
    seen, params = [], {"limit": "1"}
    for _ in range(8):
        page = (await judge.get(BRIDGES, params=params)).json()
        seen += [each["prompt"] for each in page["items"]]
        if page["next_cursor"] is None:
            break
        params["cursor"] = page["next_cursor"]
    assert sorted(seen) == sorted([RED, FOG])


async def test_it_is_for_moderators(client: httpx2.AsyncClient) -> None:
    ada = await register(client)
    assert (await ada.get(BRIDGES)).status_code == 403
    assert (await ada.post(f"{CLUSTERS}/a/apart", json={"cluster": "b"})).status_code == 403
