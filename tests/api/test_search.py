"""Listing and searching: what is found, in which order, that a walk sees each work once, and what is refused."""

import asyncio
import json
import random
from datetime import datetime, timedelta
from itertools import product
from typing import Any

import httpx2
import pytest
from sqlalchemy import select, text, update
from sqlmodel import col

from services.contracts.glsl import Dialect
from services.contracts.shaders import AiLabel, ShaderSummary, Visibility
from services.core.accounts.models import User
from services.core.kit.database import Database, WriteSession
from services.core.kit.pagination import encode_cursor
from services.core.kit.tables import utc_now
from services.core.shaders.models import Shader
from services.core.shaders.search import ShaderQuery
from services.core.shaders.views import cards
from services.core.votes.schemas import VoteValue
from tests.api.walks import ids_of, page_of, pages_of
from tests.factories import make_shader, make_user, vote

PATH = "/api/v1/shaders"


BEGAN = "2026-01-01T00:00:00+00:00"


async def make_works(database: Database, *works: dict[str, Any], handle: str = "ada") -> list[str]:
    """Works of one author, in this order of time; their ids."""
    async with database.write() as session:
        author = await make_user(session, handle=handle)
        return [(await make_shader(session, author=author, **fields)).id for fields in works]


async def titles(client: httpx2.AsyncClient, **params: Any) -> list[str]:
    page = await page_of(client, PATH, **params)
    return [item["title"] for item in page["items"]]


FOUND = {
    "neon": {"Raining neon", "Tide pool"},
    "rain": {"Raining neon", "Tide pool"},
    "rains": {"Raining neon", "Tide pool"},
    "raini": {"Raining neon"},
    "neon wa": {"Tide pool"},
    "night neon": {"Raining neon"},
    '"wet streets"': {"Raining neon"},
    '"streets wet"': set(),
    "voronoi or tide": {"Voronoi cells", "Tide pool"},
    "neon -tide": {"Raining neon"},
    "noise": {"Voronoi cells"},
    "noi": {"Voronoi cells"},
    "domain-warping": {"Voronoi cells"},
    "ada": {"Caf\u00e9 of mirrors", "Voronoi cells", "Tide pool", "Raining neon"},
    "caf\u00e9": {"Caf\u00e9 of mirrors"},
    "CAFE\u0301": {"Caf\u00e9 of mirrors"},
    "nothing at all like this": set(),
}
ODD_TEXTS = [
    *("'", "''", "\\", "& | !", "((", ":*", "a:*", "'; DROP TABLE shaders; --", "%", "<->", '"', "-", "or", "or or"),
    *(
        "\uff46\uff55\uff4c",
        "\U0001f30a",
        "a" * 200,
        "the",
        "!!!" * 30,
        "x:A",
        "\u0301",
        "\u092e\u094c\u0928",
        "_",
        "__",
    ),
]


class TestText:
    @pytest.fixture(autouse=True)
    async def _works(self, database: Database) -> None:
        await make_works(
            database,
            {"title": "Raining neon", "tags": ["rain", "city"], "description": "Wet streets at night."},
            {"title": "Tide pool", "tags": ["water"], "description": "Neon anemones, no rain."},
            {"title": "Voronoi cells", "tags": ["noise", "domain-warping"]},
            {"title": "Caf\u00e9 of mirrors", "tags": ["glass"]},
        )

    async def test_words_are_found(self, client: httpx2.AsyncClient) -> None:
        assert {words: set(await titles(client, q=words)) for words in FOUND} == FOUND

    async def test_a_title_counts_more_than_a_description(self, client: httpx2.AsyncClient) -> None:
        # The tide pool is newer and so hotter, but has the word in its description only.
        assert await titles(client, q="neon") == ["Raining neon", "Tide pool"]
        assert await titles(client, q="neon", sort="hot") == ["Tide pool", "Raining neon"]

    async def test_any_text_is_a_search(self, client: httpx2.AsyncClient) -> None:
        for words in ODD_TEXTS:
            assert isinstance(await titles(client, q=words), list)

    async def test_only_space_is_no_text(self, client: httpx2.AsyncClient) -> None:
        assert len(await titles(client, q="   ")) == 4

    async def test_what_no_text_can_hold_is_refused(self, client: httpx2.AsyncClient) -> None:
        for words in ("a" * 201, "\u202eevil", "bell\x07"):
            answer = await client.get(PATH, params={"q": words})
            assert answer.status_code == 422
            assert answer.json()["code"] in {"malformed", "invalid_filter"}

    async def test_nul_is_refused(self, client: httpx2.AsyncClient) -> None:
        assert (await client.get(f"{PATH}?q=%00")).status_code == 400


class TestFilters:
    async def test_each_filter_narrows(self, client: httpx2.AsyncClient, database: Database) -> None:
        await make_works(
            database,
            {"title": "A", "tags": ["noise", "2d"], "licence": "MIT", "dialect": Dialect.ES300},
            {"title": "B", "tags": ["noise"], "ai_label": AiLabel.AI_GENERATED},
            handle="ada",
        )
        await make_works(database, {"title": "C", "tags": ["2d", "noise", "warp"]}, handle="bob")
        assert await titles(client, tag=["noise", "2d"]) == ["C", "A"]
        assert await titles(client, tag="#Noise") == ["C", "B", "A"]
        assert await titles(client, author="Bob") == ["C"]
        assert await titles(client, author="nobody") == []
        assert await titles(client, licence="MIT") == ["A"]
        assert await titles(client, dialect="es300") == ["A"]
        assert await titles(client, ai_label="ai-generated") == ["B"]
        assert await titles(client, tag="2d", author="ada", q="noise") == ["A"]

    async def test_a_period_counts_back(self, client: httpx2.AsyncClient, database: Database) -> None:
        ages = {"now": 0.5, "days": 6, "weeks": 29, "months": 360, "years": 900}
        await make_works(
            database, *({"title": title, "created_at": utc_now() - timedelta(days=age)} for title, age in ages.items())
        )
        newest_first = list(ages)
        for count, period in enumerate(("day", "week", "month", "year", "all"), start=1):
            assert await titles(client, period=period, sort="new") == newest_first[:count]

    async def test_a_value_that_cannot_be_is_refused(self, client: httpx2.AsyncClient) -> None:
        cases: list[tuple[dict[str, Any], str]] = [
            ({"sort": "best"}, "malformed"),
            ({"period": "decade"}, "malformed"),
            ({"dialect": "hlsl"}, "malformed"),
            ({"ai_label": "robot"}, "malformed"),
            ({"limit": 0}, "malformed"),
            ({"limit": 101}, "malformed"),
            ({"limit": "x"}, "malformed"),
            ({"author": "x" * 41}, "malformed"),
            ({"tag": ["a"] * 9}, "malformed"),
            ({"tag": "two words!"}, "invalid_filter"),
            ({"licence": "WTFPL"}, "unknown_licence"),
            ({"sort": "relevance"}, "relevance_without_text"),
            ({"cursor": "x" * 501}, "malformed"),
            ({"cursor": "abc"}, "invalid_cursor"),
        ]
        for params, code in cases:
            answer = await client.get(PATH, params=params)
            assert (answer.status_code, answer.json()["code"]) == (422, code), params


async def set_votes(session: WriteSession, votes: dict[str, int]) -> None:
    for shader_id, up in votes.items():
        await session.execute(
            update(Shader)
            .where(col(Shader.id) == shader_id)
            .values(up=up, score=up, weighted_score=100 * up, hot=col(Shader.hot) + up / 100)
            .execution_options(synchronize_session=False)
        )


class TestOrder:
    async def test_each_order(self, client: httpx2.AsyncClient, database: Database) -> None:
        first, second, third = await make_works(database, *({"title": f"Wave {n}"} for n in range(3)))
        async with database.write() as session:
            await set_votes(session, {first: 5, third: 1})
        assert await ids_of(client, PATH, sort="new") == [third, second, first]
        assert await ids_of(client, PATH, sort="old") == [first, second, third]
        assert await ids_of(client, PATH, sort="top") == [first, third, second]
        assert await ids_of(client, PATH, sort="hot") == [first, third, second]
        assert await ids_of(client, PATH, q="wave") == [first, third, second]

    async def test_a_walk_sees_each_work_once(self, client: httpx2.AsyncClient, database: Database) -> None:
        at = utc_now()
        # Equal keys on purpose: the id decides between them.
        works = [
            {"title": "Wave" if n % 2 else "Other", "description": "wave", "created_at": at - timedelta(hours=n // 4)}
            for n in range(15)
        ]
        made = await make_works(database, *works)
        for sort, limit in product(["hot", "new", "old", "top", "relevance"], [1, 7, 15, 100]):
            params = {"q": "wave"} if sort == "relevance" else {}
            pages = await pages_of(client, PATH, sort=sort, limit=limit, **params)
            assert sorted(shader_id for page in pages for shader_id in page) == sorted(made)
            assert [len(page) for page in pages[:-1]] == [limit] * (len(pages) - 1)


async def cast(database: Database, voter: User, shader_id: str, value: VoteValue) -> None:
    async with database.write() as session:
        await vote(session, voter, shader_id, value)


class TestWalkWhileVotesChangeTheOrder:
    """The walk keeps the order in which it began: each work once, whatever is voted between its pages."""

    @pytest.mark.parametrize("sort", ["hot", "top", "relevance"])
    @pytest.mark.parametrize("seed", range(2))
    async def test_votes_between_pages(
        self, client: httpx2.AsyncClient, database: Database, sort: str, seed: int
    ) -> None:
        dice = random.Random(seed)
        works = [{"title": dice.choice(["Wave", "Other"]), "tags": ["wave"]} for _ in range(24)]
        made = await make_works(database, *works)
        async with database.write() as session:
            await set_votes(session, {shader_id: dice.randint(0, 6) for shader_id in made})
            voters = [await make_user(session) for _ in range(5)]
        params = {"sort": sort, "limit": 5, **({"q": "wave"} if sort == "relevance" else {})}
        expected = await ids_of(client, PATH, **params)
        seen: list[str] = []
        cursor: str | None = None
        while True:
            page = await page_of(client, PATH, cursor=cursor, **params)
            seen += [item["id"] for item in page["items"]]
            cursor = page["next_cursor"]
            if cursor is None:
                break
            for _ in range(8):
                value = dice.choice([VoteValue.UP, VoteValue.UP, VoteValue.DOWN, VoteValue.NONE])
                await cast(database, dice.choice(voters), dice.choice(made), value)
        assert seen == expected
        assert await ids_of(client, PATH, **params) != expected

    async def test_a_vote_that_was_under_way_when_the_walk_began(
        self, client: httpx2.AsyncClient, database: Database
    ) -> None:
        made = await make_works(database, *({"title": f"W{n}"} for n in range(6)))
        async with database.write() as session:
            voter = await make_user(session)
        last = min(made)  # Without votes the id decides, and this one comes last.
        async with database.write() as session:
            await vote(session, voter, last)
            page = await page_of(client, PATH, sort="top", limit=2)
            assert last not in {item["id"] for item in page["items"]}
        seen = [item["id"] for item in page["items"]]
        while page["next_cursor"]:
            page = await page_of(client, PATH, sort="top", limit=2, cursor=page["next_cursor"])
            seen += [item["id"] for item in page["items"]]
        assert sorted(seen) == sorted(made)

    async def test_crowds_vote_while_crowds_walk(self, client: httpx2.AsyncClient, database: Database) -> None:
        made = await make_works(database, *({"title": f"W{n}"} for n in range(20)))
        async with database.write() as session:
            voters = [await make_user(session) for _ in range(3)]
        done = asyncio.Event()

        async def keep_voting(voter: User, dice: random.Random) -> None:
            while not done.is_set():
                await cast(database, voter, dice.choice(made), dice.choice([VoteValue.UP, VoteValue.NONE]))

        async with asyncio.TaskGroup() as crowd:
            for number, voter in enumerate(voters):
                crowd.create_task(keep_voting(voter, random.Random(number)))
            walks = await asyncio.gather(*(ids_of(client, PATH, sort="top", limit=3) for _ in range(4)))
            done.set()
        assert [sorted(walk) for walk in walks] == [sorted(made)] * 4


class TestCursors:
    async def test_a_cursor_is_good_for_its_own_list_only(self, client: httpx2.AsyncClient, database: Database) -> None:
        await make_works(database, *({"title": "Wave", "tags": ["water"]} for _ in range(4)))
        cursor = (await page_of(client, PATH, sort="hot", limit=2))["next_cursor"]
        assert cursor is not None
        others = [
            ("/api/v1/feed/trending", {}),
            ("/api/v1/feed/new", {}),
            ("/api/v1/feed", {}),
            (PATH, {"sort": "top"}),
            (PATH, {"sort": "hot", "tag": "water"}),
            (PATH, {"sort": "hot", "q": "wave"}),
            (PATH, {"sort": "hot", "period": "week"}),
        ]
        for path, params in others:
            answer = await client.get(path, params={**params, "cursor": cursor, "limit": 2})
            assert (answer.status_code, answer.json()["code"]) == (422, "invalid_cursor"), path
        assert len((await page_of(client, PATH, sort="hot", limit=50, cursor=cursor))["items"]) == 2

    async def test_a_forged_cursor_is_refused(self, client: httpx2.AsyncClient) -> None:
        forged: list[list[Any]] = [
            [0, 1.0, "abc", "1:2:", "yesterday"],
            [0, 1.0, "abc", "1:2:", "2026-01-01T00:00:00"],
            [0, 1.0, "abc", "1:2:", "0001-01-01T00:00:00+14:00"],
            [0, 1.0, "abc", "", BEGAN],
            [0, 1.0, "abc", "2:1:", BEGAN],
            [0, 1.0, "abc", "1:9:5,4", BEGAN],
            [0, 1.0, "abc", "1:9:99", BEGAN],
            [0, 1.0, "abc", "99999999999999999999:99999999999999999999:", BEGAN],
            [0, 1.0, "a\x00c", "1:2:", BEGAN],
            [0, 1.0, "\ud800", "1:2:", BEGAN],
            [1, 1.0, "abc", "1:2:", BEGAN],
            [0, 1, "abc", "1:2:", BEGAN],
            [0, "1", "abc", "1:2:", BEGAN],
        ]
        for parts in forged:
            answer = await client.get(PATH, params={"cursor": encode_cursor(f"shaders {ShaderQuery()!r}", *parts)})
            assert (answer.status_code, answer.json()["code"]) == (422, "invalid_cursor"), parts

    async def test_an_odd_number_in_a_cursor_does_no_harm(self, client: httpx2.AsyncClient) -> None:
        for key in (float("nan"), float("inf"), -1e308):
            cursor = encode_cursor(f"shaders {ShaderQuery()!r}", 0, key, "abc", "1:2:", BEGAN)
            assert (await client.get(PATH, params={"cursor": cursor})).status_code == 200


class TestWhatIsListed:
    async def test_what_is_not_for_everybody_is_in_no_list(
        self, client: httpx2.AsyncClient, database: Database
    ) -> None:
        unseen: list[dict[str, Any]] = [
            {"visibility": Visibility.PRIVATE},
            {"visibility": Visibility.UNLISTED},
            {"visibility": Visibility.DRAFT},
            {"hidden_at": utc_now()},
            {"deleted_at": utc_now()},
            {"rendered": False},
        ]
        common = {"title": "Wave", "tags": ["a"]}
        shown, *_ = await make_works(database, common, *({**common, **fields} for fields in unseen))
        for params in ({}, {"q": "wave"}, {"tag": "a"}, {"author": "ada"}, {"sort": "top"}, {"sort": "new"}):
            assert await ids_of(client, PATH, **params) == [shown]

    async def test_what_disappears_during_a_walk_is_left_out(
        self, client: httpx2.AsyncClient, database: Database
    ) -> None:
        made = await make_works(database, *({"title": f"W{n}"} for n in range(6)))
        page = await page_of(client, PATH, sort="new", limit=2)
        async with database.write() as session:
            await session.execute(update(Shader).where(col(Shader.id) == made[2]).values(listed=False))
        rest = [page["items"][0]["id"], page["items"][1]["id"]]
        while page["next_cursor"]:
            page = await page_of(client, PATH, sort="new", limit=2, cursor=page["next_cursor"])
            rest += [item["id"] for item in page["items"]]
        assert rest == [made[5], made[4], made[3], made[1], made[0]]


class TestCard:
    async def test_postgresql_writes_what_the_schema_says(self, client: httpx2.AsyncClient, database: Database) -> None:
        async with database.write() as session:
            author = await make_user(session, handle="ada", display_name='Ada "the first" \\ Łovelace 🌊')
            parent = await make_shader(session, author=author, title="Parent")
            await make_shader(
                session,
                author=author,
                title='A "quoted" <b>title</b> \\ with ümlauts',
                tags=["a", "b-c"],
                parent_id=parent.id,
                parent_version=1,
                root_id=parent.id,
            )
            await session.execute(
                text("UPDATE renders SET status = 'rendering' WHERE shader_id <> :id"), {"id": parent.id}
            )
            await session.execute(text("UPDATE shaders SET preview_name = NULL WHERE id = :id"), {"id": parent.id})
        answer = await client.get(PATH, params={"sort": "old"})
        items = json.loads(answer.content)["items"]
        async with database.read() as session:
            rows = await session.scalars(cards().order_by(col(Shader.published_at)))
            expected = [ShaderSummary.model_validate_json(card) for card in rows]
        assert [ShaderSummary.model_validate(item) for item in items] == expected
        assert [list(item) for item in items] == [list(ShaderSummary.model_fields)] * 2
        assert datetime.fromisoformat(items[0]["created_at"]).tzinfo is not None
        async with database.read() as session:
            assert len(list(await session.scalars(select(col(Shader.id))))) == 2

    async def test_a_page_has_an_etag(self, client: httpx2.AsyncClient, database: Database) -> None:
        await make_works(database, {"title": "A"})
        first = await client.get(PATH)
        again = await client.get(PATH, headers={"If-None-Match": first.headers["etag"]})
        assert again.status_code == 304
        assert again.content == b""
        await make_works(database, {"title": "B"}, handle="bob")
        changed = await client.get(PATH, headers={"If-None-Match": first.headers["etag"]})
        assert changed.status_code == 200
