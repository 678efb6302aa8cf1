"""Wishing, as the API and the worker do it."""

from typing import Any

from sqlalchemy import select
from sqlmodel import col

from services.core.accounts.models import User
from services.core.desires import posting, processing
from services.core.desires.matching import Matcher
from services.core.desires.models import Cluster, ClusterVector, Membership
from services.core.desires.schemas import DesireCreate
from services.core.desires.settings import DesireSettings
from services.core.kit.database import Database
from tests.core.desires.words import matcher as words
from tests.factories import caller_of, make_user

RAIN = "rain on a neon window at night in the old town"
LIKE_RAIN = "rain on a neon window at night in the old city"
FIRE = "a camp fire with sparks that rise into dark trees"


async def some_user(database: Database) -> User:
    async with database.write() as session:
        return await make_user(session)


async def post(database: Database, user: User, prompt: str, *, matcher: Matcher | None = None, **fields: Any) -> str:
    """A desire of the user's that waits for its job."""
    new = DesireCreate.model_validate({"prompt": prompt, **fields})
    async with database.write() as session:
        made, _ = await posting.post(session, caller_of(user), new, matcher or words(), DesireSettings())
    return made.id


async def wish(database: Database, prompt: str, user: User | None = None, **fields: Any) -> str:
    """A processed desire."""
    desire_id = await post(database, user or await some_user(database), prompt, **fields)
    await processing.process(database, words(), desire_id)
    return desire_id


async def memberships(database: Database, desire_id: str) -> list[Membership]:
    """All that there were, in their order."""
    async with database.read() as session:
        statement = select(Membership).where(col(Membership.desire_id) == desire_id).order_by(col(Membership.since))
        return list((await session.scalars(statement)).all())


async def held(database: Database, desire_id: str) -> Membership:
    return next(each for each in await memberships(database, desire_id) if each.until is None)


async def cluster_of(database: Database, desire_id: str) -> Cluster:
    async with database.read() as session:
        return await session.get_one(Cluster, (await held(database, desire_id)).cluster_id)


async def state(database: Database) -> dict[str, tuple[object, ...]]:
    """What there is of each cluster that has members: counts, means, and who is in it, how and by which score."""
    async with database.read() as session:
        open_rows = (await session.scalars(select(Membership).where(col(Membership.until).is_(None)))).all()
        vectors = {row.cluster_id: row for row in await session.scalars(select(ClusterVector))}
        rows = {row.id: row for row in await session.scalars(select(Cluster))}
    members: dict[str, list[tuple[object, ...]]] = {}
    for row in open_rows:
        members.setdefault(row.cluster_id, []).append((row.desire_id, row.how, row.score, row.embedder_id))
    return {
        each: (
            rows[each].people,
            rows[each].wordings,
            rows[each].hot,
            None if each not in vectors else (vectors[each].members, list(vectors[each].mean)),
            tuple(sorted(found)),
        )
        for each, found in members.items()
    }


async def people(database: Database) -> list[int]:
    async with database.read() as session:
        return sorted(await session.scalars(select(col(Cluster.people))))
