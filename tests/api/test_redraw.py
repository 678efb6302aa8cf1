"""Another try for a picture that failed, over HTTP."""

import httpx2
import pytest
from sqlalchemy import update
from sqlmodel import col

from services.api.settings import ApiSettings
from services.core.jobs.models import OutboxMessage
from services.core.kit.database import Database
from services.core.kit.settings import LimitSettings
from services.core.shaders.models import Render
from tests.api.test_shaders import PATH, finish_render, publish, rows_of
from tests.fixtures.accounts import register


async def fail(database: Database, shader_id: str) -> None:
    async with database.write() as session:
        failed = {"status": "failed", "failure_code": "still_timeout"}
        await session.execute(update(Render).where(col(Render.shader_id) == shader_id).values(failed))


async def test_an_author_asks_once_and_again_without_harm(client: httpx2.AsyncClient, database: Database) -> None:
    ada = await register(client)
    work = (await publish(ada))["id"]
    await fail(database, work)
    before = len(await rows_of(database, OutboxMessage))
    first, second = [await ada.post(f"{PATH}/{work}/redraw") for _ in range(2)]
    assert (first.status_code, first.json()["status"], first.json()["failure_code"]) == (202, "pending", None)
    assert (second.status_code, second.json()) == (200, first.json())
    assert len(await rows_of(database, OutboxMessage)) == before + 1


async def test_what_is_drawn_stays_as_it_is(client: httpx2.AsyncClient, database: Database) -> None:
    ada = await register(client)
    work = (await publish(ada))["id"]
    await finish_render(database, work, preview_status="ready")
    answer = await ada.post(f"{PATH}/{work}/redraw?version=1")
    assert (answer.status_code, answer.json()["status"]) == (200, "ready")
    assert (await ada.post(f"{PATH}/{work}/redraw?version=2")).status_code == 404


async def test_others_and_visitors_may_not(client: httpx2.AsyncClient, database: Database) -> None:
    ada, bob = await register(client), await register(client)
    work = (await publish(ada))["id"]
    await fail(database, work)
    refused = await bob.post(f"{PATH}/{work}/redraw")
    assert (refused.status_code, refused.json()["code"]) == (403, "not_yours")
    assert (await client.post(f"{PATH}/{work}/redraw")).status_code == 401
    assert (await bob.post(f"{PATH}/nothing/redraw")).status_code == 404


class TestLimit:
    @pytest.fixture
    def settings(self, settings: ApiSettings) -> ApiSettings:
        """Two tries a minute."""
        return settings.model_copy(update={"limits": LimitSettings(redraw_account="2/60")})

    async def test_it_has_a_limit_of_its_own(self, client: httpx2.AsyncClient) -> None:
        ada = await register(client)
        work = (await publish(ada))["id"]
        answers = [await ada.post(f"{PATH}/{work}/redraw") for _ in range(3)]
        assert [answer.status_code for answer in answers] == [200, 200, 429]
        assert int(answers[2].headers["Retry-After"]) > 0
