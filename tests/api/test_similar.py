"""`GET /shaders/{id}/similar`: what is alike, of what is listed, and nothing else."""

from typing import Any

import httpx2
import pytest
from sqlalchemy import func, update
from sqlmodel import col

from services.api.settings import ApiSettings
from services.contracts.shaders import Visibility
from services.core.kit.database import Database
from services.core.kit.storage import ObjectStore
from services.core.shaders.listing import refresh_listing
from services.core.shaders.models import Shader
from services.core.styles.embedder import load
from services.core.styles.embedding import StyleVectors
from tests.core.styles.works import BLUE, RED, make_work, still
from tests.factories import make_user
from tests.fixtures.accounts import register

PATH = "/api/v1/shaders"
WAVES = """
float wave(vec2 p) { return sin(p.x * 3.0 + iTime) * cos(p.y * 2.0); }
void mainImage(out vec4 c, in vec2 p) { c = vec4(0.0, 0.1, 0.5 + 0.3 * wave(p / iResolution.y), 1.0); }
"""
FIRE = """
float hash(vec2 p) { return fract(sin(dot(p, vec2(12.9, 78.2))) * 43758.5); }
void main() { float n = 0.0; for (int i = 0; i < 6; i++) n += hash(gl_FragCoord.xy * float(i));
    gl_FragColor = vec4(n); }
"""


@pytest.fixture
def vectors(settings: ApiSettings, database: Database) -> StyleVectors:
    return StyleVectors(database, ObjectStore(settings.storage), load())


async def made(vectors: StyleVectors, database: Database, settings: ApiSettings, **fields: Any) -> str:
    """A work with its vector."""
    shader_id = await make_work(database, ObjectStore(settings.storage), **fields)
    await vectors.embed(shader_id)
    return shader_id


async def alike(client: httpx2.AsyncClient, shader_id: str, **params: Any) -> list[str]:
    response = await client.get(f"{PATH}/{shader_id}/similar", params=params)
    assert response.status_code == 200, response.text
    assert response.json()["next_cursor"] is None
    return [card["id"] for card in response.json()["items"]]


async def change(database: Database, shader_id: str, **values: Any) -> None:
    async with database.write() as session:
        await session.execute(update(Shader).where(col(Shader.id) == shader_id).values(values))
        await refresh_listing(session, shader_id)


async def test_what_looks_and_is_built_alike_comes_first(
    client: httpx2.AsyncClient, database: Database, settings: ApiSettings, vectors: StyleVectors
) -> None:
    make = (vectors, database, settings)
    sea = await made(*make, title="Sea", tags=["water"], source=WAVES, picture=still(BLUE))
    fire = await made(*make, title="Fire", source=FIRE, picture=still(RED, stripes=30))
    pond = await made(*make, title="Pond", tags=["water"], source=WAVES.replace("3.0", "4.0"), picture=still(BLUE))
    assert await alike(client, sea) == [pond, fire]
    assert await alike(client, sea, limit=1) == [pond]
    assert (await alike(client, fire))[0] in (sea, pond)


@pytest.mark.parametrize(
    "values",
    [
        {"visibility": Visibility.PRIVATE},
        {"visibility": Visibility.UNLISTED},
        {"hidden_at": func.now()},
        {"withheld": True},
        {"deleted_at": func.now()},
    ],
)
async def test_only_listed_works_are_shown(
    client: httpx2.AsyncClient, database: Database, settings: ApiSettings, vectors: StyleVectors, values: dict[str, Any]
) -> None:
    make = (vectors, database, settings)
    one, two, three = [await made(*make) for _ in range(3)]
    assert set(await alike(client, one)) == {two, three}
    await change(database, two, **values)
    assert await alike(client, one) == [three]


async def test_many_that_are_hidden_leave_room_for_the_next(
    client: httpx2.AsyncClient, database: Database, settings: ApiSettings, vectors: StyleVectors
) -> None:
    make = (vectors, database, settings)
    one = await made(*make, source=WAVES)
    copies = [await made(*make, source=WAVES) for _ in range(6)]
    other = await made(*make, source=FIRE, picture=still(RED))
    for copy in copies:
        await change(database, copy, hidden_at=func.now())
    assert await alike(client, one, limit=2) == [other]


async def test_two_of_its_lineage_are_shown_and_one_of_another(
    client: httpx2.AsyncClient, database: Database, settings: ApiSettings, vectors: StyleVectors
) -> None:
    make = (vectors, database, settings)
    parent, stranger = [await made(*make, source=source) for source in (WAVES, FIRE)]
    mine = [await made(*make, source=WAVES, parent_id=parent, root_id=parent) for _ in range(4)]
    theirs = [await made(*make, source=FIRE, parent_id=stranger, root_id=stranger) for _ in range(3)]
    shown = await alike(client, mine[0])
    assert len(shown) == 3
    assert len(set(shown) & {parent, *mine}) == 2
    assert len(set(shown) & {stranger, *theirs}) == 1


async def test_a_work_without_a_vector_has_none_and_an_unseen_one_is_not_found(
    client: httpx2.AsyncClient, database: Database, settings: ApiSettings, vectors: StyleVectors
) -> None:
    make = (vectors, database, settings)
    await made(*make)
    ada = await register(client, "ada")
    draft = (
        await ada.post(PATH, json={"title": "Mine", "source": WAVES, "licence": "CC0-1.0", "visibility": "draft"})
    ).json()["id"]
    assert await alike(ada, draft) == []
    for shader_id in (draft, "7YkQm2Xb4Ra", "no-id", "🌊"):
        assert (await client.get(f"{PATH}/{shader_id}/similar")).status_code == 404
    for limit in (0, 25, "many"):
        assert (await client.get(f"{PATH}/{draft}/similar", params={"limit": limit})).status_code == 422


async def test_it_is_not_sent_again_to_who_has_it(
    client: httpx2.AsyncClient, database: Database, settings: ApiSettings, vectors: StyleVectors
) -> None:
    async with database.write() as session:
        author = await make_user(session)
    one, _ = [await made(vectors, database, settings, author=author) for _ in range(2)]
    first = await client.get(f"{PATH}/{one}/similar")
    again = await client.get(f"{PATH}/{one}/similar", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
