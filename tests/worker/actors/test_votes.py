"""Votes gain weight by themselves while a worker runs."""

from datetime import timedelta

from sqlalchemy import select
from sqlmodel import col

from services.core.jobs.models import OutboxMessage
from services.core.kit.database import Database
from services.core.kit.tables import utc_now
from services.core.ranking.hot import FULL_WEIGHT
from services.core.shaders.models import Shader
from services.core.votes.jobs import AGE
from services.worker.actors.votes import age_votes, periodic
from services.worker.broker import JobBroker
from services.worker.runtime import Runtime
from tests.factories import make_shader, make_user, vote


async def test_each_hour_one_job_is_asked_for_that_ages_them(
    database: Database, runtime: Runtime, broker: JobBroker
) -> None:
    async with database.write() as session:
        voter = await make_user(session)
        await vote(session, voter, (await make_shader(session, author=await make_user(session))).id)
        voter.created_at = utc_now() - timedelta(days=400)
    (task,) = periodic(runtime, broker)
    for _ in range(2):
        async with database.write() as session:
            await task.run(session)
    async with database.read() as session:
        asked = (await session.scalars(select(OutboxMessage).where(col(OutboxMessage.actor) == AGE.name))).all()
    assert [message.payload for message in asked] == [{}]
    await age_votes(runtime)
    async with database.read() as session:
        assert await session.scalar(select(col(Shader.weighted_score))) == FULL_WEIGHT
