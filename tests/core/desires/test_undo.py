"""Whatever people do to clusters, in any order: counts are right and never negative, and undoing restores exactly."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Iterable
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlmodel import col

from services.contracts.desires import DesireState
from services.core.accounts.models import User
from services.core.desires import clusters, following, grouping, moderating, posting, processing, repository
from services.core.desires.models import Cluster, Desire, Follow, Membership
from services.core.desires.reviewing import DESIRES
from services.core.identity.permissions import Role
from services.core.kit.database import Database, WriteSession
from services.core.kit.errors import FractafragError
from tests.core.desires.boards import held, memberships, people, post, some_user, state
from tests.core.desires.words import matcher
from tests.factories import caller_of, make_user

# Some like, some not: each line is one wish in several wordings.
WORDINGS = [
    f"{base} {end}"
    for base in ("rain on a neon window at night in town", "a camp fire with sparks that rise into trees")
    for end in ("please", "now", "today", "soon", "slowly")
]


class Board:
    """Users with desires, and what anybody may do to them at random."""

    def __init__(self, database: Database, seed: int) -> None:
        self.database, self.chance = database, random.Random(seed)
        self.users: list[User] = []
        self.owners: dict[str, User] = {}
        self.batches: list[UUID] = []

    async def fill(self) -> None:
        async with self.database.write() as session:
            self.users = [await make_user(session) for _ in range(4)]
            self.judge = caller_of(await make_user(session, role=Role.MODERATOR))
        for prompt in WORDINGS:
            user = self.chance.choice(self.users)
            made = await post(self.database, user, prompt)
            self.owners[made] = user
            await processing.process(self.database, matcher(), made)

    def step(self) -> Callable[[WriteSession], Awaitable[object]]:
        """Something that somebody does."""
        desire = self.chance.choice(list(self.owners))
        owner, stranger = caller_of(self.owners[desire]), caller_of(self.chance.choice(self.users))
        other = self.chance.choice(list(self.owners))

        async def join(session: WriteSession) -> None:
            (cluster,) = await repository.clusters_of(session, [other])
            await grouping.join(session, owner, desire, cluster, matcher())

        async def split(session: WriteSession) -> None:
            (cluster,) = await repository.clusters_of(session, [desire])
            self.batches.append((await moderating.split(session, self.judge, cluster, [desire])).batch)

        async def merge(session: WriteSession) -> None:
            (mine,), (theirs,) = [await repository.clusters_of(session, [each]) for each in (desire, other)]
            self.batches.append((await moderating.merge(session, self.judge, mine, theirs, matcher())).batch)

        async def undo(session: WriteSession) -> None:
            await moderating.undo(session, self.judge, self.chance.choice(self.batches or [UUID(int=0)]))

        async def review(session: WriteSession) -> None:
            found = await DESIRES.locked(session, desire, to_suspend=False)
            await (found.show(session) if found.hidden else found.hide(session, "Spam"))

        return self.chance.choice(
            [
                join,
                split,
                merge,
                undo,
                lambda session: grouping.leave(session, owner, desire, matcher()),
                lambda session: following.follow(session, stranger, desire),
                lambda session: following.unfollow(session, stranger, desire),
                review,
            ]
        )

    async def do(self, step: Callable[[WriteSession], Awaitable[object]]) -> bool:
        try:
            async with self.database.write() as session:
                await step(session)
        except FractafragError:
            return False
        return True


async def counted(database: Database) -> dict[str, tuple[int, int]]:
    """People and wordings of each cluster, reckoned here from the rows."""
    async with database.read() as session:
        rows = list(await session.scalars(select(Cluster)))
        desires = {row.id: row for row in await session.scalars(select(Desire))}
        follows = list(await session.scalars(select(Follow)))
        there = await session.scalars(select(Membership).where(col(Membership.until).is_(None)))
        members = [(row.cluster_id, desires[row.desire_id]) for row in there]
    found = {}
    for row in rows:
        shown = [desire for cluster_id, desire in members if cluster_id == row.id and desire.hidden_at is None]
        wanted = {desire.id: desire.author_id for desire in shown if desire.state == DesireState.OPEN}
        who = {*wanted.values(), *(each.user_id for each in follows if each.desire_id in wanted)}
        found[row.id] = (len(who), len(shown))
    return found


@pytest.mark.parametrize("seed", range(3))
async def test_counts_are_those_of_the_rows_after_anything(database: Database, seed: int) -> None:
    board = Board(database, seed)
    await board.fill()
    done = 0
    for _ in range(25):
        done += await board.do(board.step())
        async with database.read() as session:
            stored = {row.id: (row.people, row.wordings) for row in await session.scalars(select(Cluster))}
        assert stored == await counted(database)
    assert done > 8
    for desire in board.owners:
        rows = await memberships(database, desire)
        assert [row.until is None for row in rows] == [False] * (len(rows) - 1) + [True]


@pytest.mark.parametrize("seed", range(3))
async def test_undoing_restores_exactly(database: Database, seed: int) -> None:
    """Each joins, splits or merges and takes it back at once, whatever was done before."""
    board = Board(database, seed + 10)
    await board.fill()
    for _ in range(8):
        await board.do(board.step())
        before = await state(database)
        desire, other = board.chance.sample(list(board.owners), 2)
        owner = caller_of(board.owners[desire])
        here, there = (await held(database, desire)).cluster_id, (await held(database, other)).cluster_id
        async with database.write() as session:
            if here != there and board.chance.random() < 0.5:
                await clusters.hold(session)
                batch = (await moderating.merge(session, board.judge, here, there, matcher())).batch
                await moderating.undo(session, board.judge, batch)
            elif here != there and there in await _seen(session):
                await grouping.join(session, owner, desire, there, matcher())
                await grouping.leave(session, owner, desire, matcher())
            elif len(await repository.members_of(session, here)) > 1:
                batch = (await moderating.split(session, board.judge, here, [desire])).batch
                await moderating.undo(session, board.judge, batch)
        assert await state(database) == before


async def test_what_moves_together_is_counted_once(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Counting takes longer the more there are, and everybody who wishes waits for it."""
    board = Board(database, 0)
    await board.fill()
    here, there = sorted({(await held(database, desire)).cluster_id for desire in board.owners})
    counts, refresh = [], clusters.refresh

    async def noted(session: WriteSession, cluster_ids: Iterable[str]) -> None:
        counts.append(sorted(cluster_ids))
        await refresh(session, cluster_ids)

    monkeypatch.setattr(clusters, "refresh", noted)
    async with database.write() as session:
        merged = await moderating.merge(session, board.judge, here, there, matcher())
        await moderating.undo(session, board.judge, merged.batch)
    assert merged.moved > 1
    assert counts == [[here, there]] * 2


async def _seen(session: WriteSession) -> set[str]:
    return set(await session.scalars(select(col(Cluster.id)).where(col(Cluster.wordings) > 0)))


@pytest.mark.parametrize("seed", range(2))
async def test_many_at_once_lose_nothing(database: Database, seed: int) -> None:
    board = Board(database, seed + 20)
    await board.fill()
    for _ in range(4):
        await asyncio.gather(*(board.do(board.step()) for _ in range(8)))
    async with database.read() as session:
        stored = {row.id: (row.people, row.wordings) for row in await session.scalars(select(Cluster))}
    assert stored == await counted(database)


async def test_like_wishes_posted_and_joined_at_once_are_one_cluster(database: Database) -> None:
    users = [await some_user(database) for _ in range(6)]
    ids = await asyncio.gather(*(post(database, user, WORDINGS[0]) for user in users))
    jobs = [processing.process(database, matcher(), each) for each in [*ids, *ids]]
    await asyncio.gather(*jobs)
    assert await people(database) == [6]
    async with database.write() as session:
        await posting.withdraw(session, caller_of(users[0]), ids[0])
    assert await people(database) == [5]
