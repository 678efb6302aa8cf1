"""What was deleted long ago goes in batches that may be stopped anywhere, and nothing that is shown goes with it."""

import random
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import func, select
from sqlmodel import SQLModel, col

from services.contracts.shaders import Visibility
from services.core.accounts.models import User
from services.core.domains import TABLES
from services.core.feed.models import EventKind, Exposure, FeedEvent
from services.core.identity.caller import Caller
from services.core.identity.permissions import Role
from services.core.kit.database import Database, WriteSession
from services.core.kit.tables import utc_now
from services.core.moderation.models import Report, ReportReason
from services.core.privacy.purge import Purged, purge_batch
from services.core.renders.pictures import purge_pictures
from services.core.shaders.models import Render, Shader, ShaderVersion
from services.core.shaders.views import shaders as view
from services.core.shaders.visibility import visible_to
from services.core.votes.models import Vote
from tests.core.renders.test_pictures import store  # noqa: F401 -- the fixture
from tests.factories import caller_of, make_shader, make_user, make_version

DAYS = 30
AGES = (0, DAYS - 1, DAYS + 1, 400)


class Killed(Exception):  # noqa: N818 -- no error: the process is gone
    """The process ends before its commit."""


def maybe_killed(chance: random.Random) -> None:
    if chance.random() < 0.3:
        raise Killed


async def forest(session: WriteSession, chance: random.Random) -> list[User]:
    """Users, some deleted; shaders of all kinds that fork each other; all that may hang on them."""
    now = utc_now()
    users = [await make_user(session, handle=f"u{number}") for number in range(5)]
    made: list[Shader] = []
    for number in range(16):
        parent = chance.choice([*made, None, None]) if made else None
        shader = await make_shader(
            session,
            author=chance.choice(users),
            visibility=chance.choice(list(Visibility)),
            hidden_at=now if chance.random() < 0.2 else None,
            withheld=chance.random() < 0.1,
            deleted_at=now - timedelta(days=chance.choice(AGES)) if chance.random() < 0.5 else None,
            parent_id=parent.id if parent else None,
            parent_version=1 if parent else None,
        )
        made.append(shader)
        if number % 3 == 0:
            await make_version(session, shader, source="void mainImage(out vec4 c, in vec2 p) { c = vec4(1); }")
        voter, reporter = chance.choice(users), chance.choice(users)
        session.add(Vote(user_id=voter.id, shader_id=shader.id, value=1))
        session.add(Report(shader_id=shader.id, reporter_id=reporter.id, reason=ReportReason.SPAM))
        session.add(FeedEvent(user_id=voter.id, shader_id=shader.id, kind=EventKind.DWELL, dwell_ms=9))
        session.add(Exposure(shader_id=shader.id, impressions=3))
    users += [await make_user(session, deleted_at=now - timedelta(days=age)) for age in AGES]
    users[0].deleted_at = now - timedelta(days=400)
    await session.flush()
    return users


async def shown(database: Database, users: Sequence[User]) -> dict[str, Any]:
    """All that anybody sees: each shader as each caller gets it, with its versions and forks."""
    callers = [None, *(caller_of(user) for user in users), Caller(uuid4(), "m", Role.MODERATOR)]
    async with database.read() as session:
        seen: dict[str, Any] = {}
        for caller in callers:
            who = caller.handle if caller else ""
            statement = view(caller).where(visible_to(caller)).order_by(col(Shader.id))
            seen[who] = (await session.scalars(statement)).all()
        alive = select(col(Shader.id)).where(col(Shader.deleted_at).is_(None))
        for model in (ShaderVersion, Render, Vote, Report, FeedEvent, Exposure):
            column = TABLES.tables[str(model.__tablename__)].columns["shader_id"]
            seen[model.__name__] = await session.scalar(
                select(func.count()).select_from(model).where(column.in_(alive))
            )
        seen["lineage"] = (
            await session.execute(
                select(col(Shader.id), col(Shader.parent_id)).where(col(Shader.id).in_(alive)).order_by(col(Shader.id))
            )
        ).all()
    return seen


async def rows(database: Database, model: type[SQLModel]) -> list[Any]:
    async with database.read() as session:
        return list((await session.scalars(select(model))).all())


@pytest.mark.parametrize("seed", range(6))
async def test_nothing_that_is_shown_is_lost(database: Database, seed: int) -> None:
    chance = random.Random(seed)
    async with database.write() as session:
        users = await forest(session, chance)
    before, cutoff = await shown(database, users), utc_now() - timedelta(days=DAYS)
    names = {(each.id, each.parent_id) for each in await rows(database, Shader)}
    for _ in range(200):
        try:
            async with database.write() as session:
                done = await purge_batch(session, DAYS, most=chance.randint(1, 3))
                maybe_killed(chance)
        except Killed:
            continue
        assert await shown(database, users) == before
        if not done:
            break
    else:
        pytest.fail("it does not end")
    left = {shader.id: shader for shader in await rows(database, Shader)}
    for shader in left.values():
        old = shader.deleted_at is not None and shader.deleted_at < cutoff
        assert (shader.purged_at is not None) == old
        if old:
            assert (shader.title, shader.description, shader.tags, shader.still_name) == ("", "", [], None)
            assert any(parent == shader.id and child in left for child, parent in names), "nothing names it"
    gone_or_empty = {shader_id for shader_id, _ in names} - {key for key, each in left.items() if not each.purged_at}
    for model in (ShaderVersion, Render, Vote, Report, FeedEvent, Exposure):
        assert not {row.shader_id for row in await rows(database, model)} & gone_or_empty
    for user in await rows(database, User):
        if user.deleted_at is not None and user.deleted_at < cutoff:
            assert user.id == users[0].id, "only votes, reports and traces keep an account's row"


async def test_two_purges_at_once_do_it_once(database: Database) -> None:
    async with database.write() as session:
        author = await make_user(session)
        for _ in range(4):
            await make_shader(session, author=author, deleted_at=utc_now() - timedelta(days=DAYS + 1))
    async with database.write() as one:
        first = await purge_batch(one, DAYS, most=2)
        async with database.write() as other:
            second = await purge_batch(other, DAYS, most=4)
    assert (first, second) == (Purged(shaders=2, traces=2), Purged(shaders=2, traces=2))
    assert await rows(database, Shader) == []


async def test_the_last_name_of_a_picture_keeps_it(database: Database, store: Any) -> None:  # noqa: F811 -- the fixture
    """Two shaders have the same picture; the purge of one leaves it, that of both lets it go."""
    name = await store.put("still", uuid4().bytes, "webp")
    store.age(name, 7_200)
    async with database.write() as session:
        author = await make_user(session)
        works = [await make_shader(session, author=author) for _ in range(2)]
        for work in works:
            (await session.get_one(Render, (work.id, 1))).still_name = name
        works[0].deleted_at = utc_now() - timedelta(days=DAYS + 1)

    async def purged() -> bool:
        async with database.write() as session:
            await purge_batch(session, DAYS)
            await purge_pictures(session, store, int(name.split("/")[1], 16))
        return not store.has(name)

    assert not await purged()
    async with database.write() as session:
        (await session.get_one(Shader, works[1].id)).deleted_at = utc_now() - timedelta(days=DAYS + 1)
    assert await purged()
