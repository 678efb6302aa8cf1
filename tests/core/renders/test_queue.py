"""Whose job is taken next, from the rows of the database."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select, text, update
from sqlmodel import col

from services.contracts.shaders import RenderStatus, Visibility
from services.core.accounts.models import User
from services.core.kit.database import Database, WriteSession
from services.core.kit.tables import utc_now
from services.core.renders.fair import Lane
from services.core.renders.models import RenderQueue
from services.core.renders.queue import Turn, take
from services.core.renders.reconcile import close_deleted, count_open
from services.core.shaders.models import Render
from tests.factories import make_shader, make_user, make_version


async def draft(session: WriteSession, author: User, **fields: Any) -> str:
    return (await make_shader(session, author=author, rendered=False, **{"visibility": Visibility.DRAFT, **fields})).id


async def public(session: WriteSession, author: User) -> str:
    return await draft(session, author, visibility=Visibility.PUBLIC)


async def taken(session: WriteSession, *over: Turn, seconds: float = 0.5) -> Turn:
    for turn in over:
        turn.seconds = seconds
    found = await take(session, over)
    assert found is not None
    return found


async def test_a_publication_goes_before_a_flood_of_drafts_by_another(session: WriteSession) -> None:
    flooder, stranger = await make_user(session), await make_user(session)
    for _ in range(20):
        await draft(session, flooder)
    first = await taken(session)
    await draft(session, flooder, visibility=Visibility.PUBLIC, review_asked_at=utc_now())
    wanted = await public(session, stranger)
    assert first.flow.lane is Lane.DRAFT
    assert (await taken(session, first)).job.shader_id == wanted


async def test_two_accounts_take_turns_however_many_drafts_one_has(session: WriteSession) -> None:
    flooder, stranger = await make_user(session), await make_user(session)
    for _ in range(20):
        await draft(session, flooder)
    mine = {await draft(session, stranger) for _ in range(3)}
    order = [(await taken(session)).job.shader_id in mine for _ in range(6)]
    assert sum(order) == 3


async def test_who_draws_long_is_asked_less_often(session: WriteSession) -> None:
    heavy, light = await make_user(session), await make_user(session)
    for _ in range(10):
        await draft(session, heavy)
        await draft(session, light)
    served: list[str] = []
    over: list[Turn] = []
    for _ in range(8):
        turn = await taken(session, *over, seconds=4.0 if served and served[-1] == str(heavy.id) else 0.2)
        served.append(turn.flow.account)
        over = [turn]
    assert served.count(str(light.id)) > 3 * served.count(str(heavy.id)) - 3


async def test_lanes_by_what_the_picture_is_for(session: WriteSession) -> None:
    author = await make_user(session)
    wanted = {
        await public(session, author): Lane.PUBLISHED,
        await draft(session, author): Lane.DRAFT,
    }
    again = await make_shader(session, author=author)
    await session.execute(update(Render).where(col(Render.shader_id) == again.id).values(status=RenderStatus.PENDING))
    loop = await make_shader(session, author=author)
    await session.execute(
        update(Render).where(col(Render.shader_id) == loop.id).values(preview_status=RenderStatus.PENDING)
    )
    turns = [await taken(session) for _ in range(4)]
    assert {turn.job.shader_id: turn.flow.lane for turn in turns} == {
        **wanted,
        again.id: Lane.LATER,
        loop.id: Lane.LOOP,
    }
    assert await take(session) is None


async def test_an_old_version_waits_for_the_newest(session: WriteSession) -> None:
    author = await make_user(session)
    shader = await make_shader(session, author=author, rendered=False)
    await make_version(session, shader, source="void main() {}", rendered=False)
    assert [(await taken(session)).job.version for _ in range(2)] == [2, 1]


async def test_what_is_held_failed_just_now_or_is_deleted_is_not_taken(session: WriteSession) -> None:
    author = await make_user(session)
    await draft(session, author, deleted_at=utc_now())
    await draft(session, author)
    turn = await taken(session)
    assert await take(session) is None
    again = {"status": RenderStatus.PENDING, "lease_until": None, "updated_at": utc_now()}
    await session.execute(update(Render).where(col(Render.shader_id) == turn.job.shader_id).values(again))
    assert await take(session) is None, "it has failed once, and waits"
    await session.execute(update(Render).values(updated_at=utc_now() - timedelta(seconds=1)))
    assert (await taken(session)).job.attempt == 2


async def test_the_jobs_of_the_deleted_are_closed(session: WriteSession) -> None:
    author = await make_user(session)
    gone, kept = await draft(session, author, deleted_at=utc_now()), await draft(session, author)
    assert await close_deleted(session) == 1
    assert await close_deleted(session) == 0
    assert await count_open(session) == 1
    states = {row.shader_id: row.status for row in (await session.scalars(select(Render))).all()}
    assert states == {gone: RenderStatus.FAILED, kept: RenderStatus.PENDING}


async def test_shares_that_cannot_be_read_begin_anew(session: WriteSession) -> None:
    await draft(session, await make_user(session))
    session.add(RenderQueue(shares={"lanes": "of another version"}))
    await session.flush()
    assert (await taken(session)).flow.lane is Lane.DRAFT


async def test_takers_at_once_get_different_jobs(database: Database) -> None:
    import asyncio

    async with database.write() as session:
        author = await make_user(session)
        ids = {await draft(session, author) for _ in range(8)}

    async def one() -> str:
        async with database.write() as session:
            return (await taken(session)).job.shader_id

    assert set(await asyncio.gather(*(one() for _ in range(8)))) == ids
    async with database.write() as session:
        assert await take(session) is None
        await session.execute(text("DELETE FROM render_queue"))
