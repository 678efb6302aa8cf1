"""`python -m tests.benchmarks.votes`: what a ring of 200 accounts buys, and what it has to bring for that.

On a site of 100 shaders of the last three days 200 honest people of all ages, a third of them in 20 networks that many
share, vote by the real `cast` on a real PostgreSQL. Then each ring votes for the same middling shader, one account
after the other. "Before" orders the same votes with each counting as one. Afterwards the ring takes its votes back, and
the site has to be what it was.

Prints a table and writes build/bench/eval-votes.json: rows of name, value, unit, baseline (before), ratio, goal.
"""

import asyncio
import json
import random
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select, update
from sqlmodel import col

from services.core.accounts.models import User
from services.core.feed.candidates import Candidate, Candidates, Vocabulary
from services.core.feed.ranking import Reader, rank, terms_of
from services.core.kit.database import Database
from services.core.kit.settings import DatabaseSettings
from services.core.kit.tables import utc_now
from services.core.ranking.hot import FULL_WEIGHT, hot_score
from services.core.shaders.models import Shader
from services.core.votes.ageing import age
from services.core.votes.schemas import VoteValue
from services.core.votes.settings import VoteSettings
from services.standalone.postgres import EmbeddedPostgres
from tests.factories import make_shader, make_user, vote
from tests.fixtures.database import migrate

REPORT = Path("build/bench/eval-votes.json")
SHADERS, VOTERS, ACCOUNTS = 100, 200, 200
FIRST, FEEDS = 10, 20
FULL_AFTER = VoteSettings().full_after_days
# What a ring that nothing was waited or paid for may weigh, in votes, and how much of the honest order has to stay.
MOST_VOTES, LEAST_KEPT = 2.0, 0.9


@dataclass(frozen=True, slots=True)
class Ring:
    """Accounts that vote for one shader; `address` is that of the n-th. What they were made for is waited for."""

    name: str
    networks: int
    address: Callable[[int], str]
    days: int = 0
    # So many accounts are made a day, and each votes on that day.
    a_day: int = ACCOUNTS
    cheap: bool = False


def of_networks(count: int) -> Callable[[int], str]:
    """Addresses in so many networks."""
    return lambda number: f"91.{number % count // 250}.{number % count % 250}.{1 + number // count}"


RINGS = (
    Ring("one address, made today", 1, lambda _: "91.1.1.1", cheap=True),
    Ring("5 networks, made today", 5, of_networks(5), cheap=True),
    Ring("a rented /24, made today", 1, lambda number: f"91.1.1.{number}", cheap=True),
    Ring("200 networks, made today", 200, of_networks(200)),
    Ring("200 networks, waited a week", 200, of_networks(200), days=7),
    Ring("5 networks, 7 a day for a month", 5, of_networks(5), days=ACCOUNTS // 7, a_day=7),
    Ring("one address, waited a month", 1, lambda _: "91.1.1.1", days=FULL_AFTER),
    Ring("20 networks, waited a month", 20, of_networks(20), days=FULL_AFTER),
    Ring("200 networks, waited a month", 200, of_networks(200), days=FULL_AFTER),
)


@dataclass(frozen=True, slots=True)
class Order:
    """The shaders in the lists' order, best first: as votes weigh, or by their count."""

    trending: list[str]
    top: list[str]
    feed: float


@dataclass(frozen=True, slots=True)
class Bought:
    """What a ring got: the weight of its votes, places now and before, and accounts until it was among the first."""

    weight: float
    now: Order
    before: Order
    first_now: int | None
    first_before: int | None


class Site:
    """The site, its honest votes, and the shader that rings vote for."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.chance = random.Random(19)
        self.began = utc_now()
        self.target = ""

    async def fill(self) -> None:
        """Shaders, voters and their votes."""
        async with self.database.write() as session:
            authors = [await make_user(session) for _ in range(SHADERS // 3)]
            works = [
                await make_shader(session, author=self.chance.choice(authors), created_at=utc_now() - self.days(0.1, 3))
                for _ in range(SHADERS)
            ]
        liking = [self.chance.paretovariate(1.1) for _ in works]
        for number in range(VOTERS):
            old = self.days(0, FULL_AFTER) if number % 5 == 0 else self.days(FULL_AFTER, 700)
            network = number % 20 if number % 3 == 0 else 100 + number
            async with self.database.write() as session:
                voter = await make_user(session, created_at=utc_now() - old)
                for shader_id in {work.id for work in self.chance.choices(works, liking, k=1 + number % 13)}:
                    value = VoteValue.UP if self.chance.random() < 0.92 else VoteValue.DOWN
                    await vote(session, voter, shader_id, value, address=f"45.{network // 250}.{network % 250}.7")
        self.target = order(await self.rows(), weighed=True).trending[SHADERS // 2]

    def days(self, least: float, most: float) -> timedelta:
        """Some time."""
        return timedelta(days=self.chance.uniform(least, most))

    async def rows(self) -> Sequence[Any]:
        """What lists order by, of all shaders."""
        columns = (col(Shader.id), col(Shader.author_id), col(Shader.up), col(Shader.down), col(Shader.score))
        more = (col(Shader.weighted_score), col(Shader.hot), col(Shader.published_at))
        async with self.database.read() as session:
            return (await session.execute(select(*columns, *more).order_by(col(Shader.id)))).all()

    async def play(self, ring: Ring) -> Bought:
        """Let the ring vote, look, and let it take its votes back."""
        untouched = await self.rows()
        people: list[User] = []
        among_first: list[list[bool]] = []
        for number in range(ACCOUNTS):
            if number and number % ring.a_day == 0:
                await self.next_day(people)
            # One that was waited for is as old as the ring's days when it votes.
            old = timedelta(hours=1) + timedelta(days=ring.days if ring.a_day == ACCOUNTS else 0)
            async with self.database.write() as session:
                people.append(await make_user(session, created_at=utc_now() - old))
                await vote(session, people[-1], self.target, address=ring.address(number))
            rows = await self.rows()
            places = [order(rows, weighed=way).top.index(self.target) for way in (True, False)]
            among_first.append([place < FIRST for place in places])
        now, before = (order(rows, weighed=way, target=self.target) for way in (True, False))
        weight = self.weight(rows) - self.weight(untouched)
        async with self.database.write() as session:
            for person in people:
                await vote(session, person, self.target, VoteValue.NONE)
        if await self.rows() != untouched:
            raise SystemExit(f"{ring.name}: votes that were taken back left something")
        first = [next((n for n, ways in enumerate(among_first, 1) if ways[way]), None) for way in (0, 1)]
        return Bought(weight, now, before, first[0], first[1])

    def weight(self, rows: Sequence[Any]) -> float:
        """The target's weighted score, in votes."""
        return float(next(row.weighted_score for row in rows if row.id == self.target)) / FULL_WEIGHT

    async def next_day(self, people: Sequence[User]) -> None:
        """Let a day go by for the ring's accounts, and the worker's job run."""
        async with self.database.write() as session:
            older = {"created_at": col(User.created_at) - timedelta(days=1)}
            mine = col(User.id).in_([person.id for person in people])
            await session.execute(update(User).where(mine).values(older))
        # For the honest ones no time goes by.
        await age(self.database, full_after_days=FULL_AFTER, now=self.began)


def order(rows: Sequence[Any], *, weighed: bool, target: str = "") -> Order:
    """The lists of these rows; `feed` is the place of `target` in the feeds of people without a taste, on average."""
    score = {row.id: row.weighted_score if weighed else FULL_WEIGHT * row.score for row in rows}
    hot = {row.id: row.hot if weighed else hot_score(score[row.id], row.published_at) for row in rows}
    places = []
    if target:
        vocabulary, reader, now = Vocabulary(), Reader(), utc_now().timestamp()
        pool = Candidates.of((candidate(row, score[row.id] / FULL_WEIGHT) for row in rows), vocabulary)
        for seed in range(FEEDS):
            terms = terms_of(pool, reader, vocabulary, seed=seed, now=now)
            ranked = rank(pool, reader, terms, vocabulary, most=SHADERS).tolist()
            places.append(1 + ranked.index(pool.rows_of({target})[0]))
    return Order(
        sorted(hot, key=lambda shader_id: (hot[shader_id], shader_id), reverse=True),
        sorted(score, key=lambda shader_id: (score[shader_id], shader_id), reverse=True),
        sum(places) / FEEDS,
    )


def candidate(row: Any, score: float) -> Candidate:
    """The row as the personal feed sees it."""
    published: datetime = row.published_at
    return Candidate(row.id, str(row.author_id), row.id, (), score, published.timestamp())


def kept(rows: Sequence[Any]) -> tuple[float, int]:
    """How alike the honest orders of top are, weighed and counted (Spearman), and how many of the first ten stay."""
    now, before = (order(rows, weighed=way).top for way in (True, False))
    apart = sum((now.index(shader_id) - place) ** 2 for place, shader_id in enumerate(before))
    return 1 - 6 * apart / (SHADERS * (SHADERS**2 - 1)), len(set(now[:FIRST]) & set(before[:FIRST]))


class Report:
    """The rows, and the table."""

    def __init__(self) -> None:
        self.rows: list[dict[str, Any]] = []
        self.met = True

    def honest(self, alike: float, stay: int) -> None:
        """What weights do to a site without a ring."""
        self._row("honest order of top, weighed against counted", alike, "rank correlation", goal=f">= {LEAST_KEPT}")
        self._row("honest first ten of top that stay", stay, "of 10")
        self.met &= alike >= LEAST_KEPT

    def ring(self, site: Site, ring: Ring, got: Bought) -> None:
        """What a ring got."""
        goal = f"<= {MOST_VOTES:g}" if ring.cheap else None
        self.met &= not ring.cheap or got.weight <= MOST_VOTES
        self._row(f"{ring.name}: weight", got.weight, "votes", ACCOUNTS, goal)
        for name in ("trending", "top"):
            now, before = (getattr(one, name).index(site.target) + 1 for one in (got.now, got.before))
            self._row(f"{ring.name}: {name}", now, f"place of {SHADERS}", before)
        self._row(f"{ring.name}: feed", got.now.feed, f"place of {SHADERS}", got.before.feed)
        self._row(f"{ring.name}: accounts for the first {FIRST} of top", got.first_now, "accounts", got.first_before)
        trending, top = (self.rows[-4 + n] for n in (0, 1))
        print(
            f"{ring.name:34} {ring.networks:>8} {ring.days:>5} {got.weight:>7.2f}"
            + "".join(f" {line['baseline']:>5} -> {line['value']:<4}" for line in (trending, top, self.rows[-2]))
            + f" {got.first_before or 'never':>6} -> {got.first_now or 'never'}"
        )

    def _row(
        self, name: str, value: float | None, unit: str, baseline: float | None = None, goal: str | None = None
    ) -> None:
        rounded = None if value is None else round(value, 2)
        ratio = round(baseline / value, 2) if baseline and value else None
        row = {"name": name, "value": rounded, "unit": unit, "baseline": baseline, "ratio": ratio, "goal": goal}
        self.rows.append(row)


async def evaluate(database: Database) -> Report:
    """All rings."""
    site, report = Site(database), Report()
    await site.fill()
    rows = await site.rows()
    report.honest(*kept(rows))
    honest = order(rows, weighed=True, target=site.target)
    places = honest.trending.index(site.target) + 1, honest.top.index(site.target) + 1, honest.feed
    print(f"without a ring the shader has the places {places} of {SHADERS} in trending, top and feeds")
    print(f"first ten of top that stay: {report.rows[1]['value']}, rank correlation {report.rows[0]['value']}")
    print(
        f"{'200 accounts':34} networks  days  weight      trending          top         feed   for the first ten of top"
    )
    for ring in RINGS:
        report.ring(site, ring, await site.play(ring))
    await database.dispose()
    return report


def main() -> int:
    """Evaluate and report; 1 when a goal is missed."""
    with tempfile.TemporaryDirectory() as name:
        postgres = EmbeddedPostgres(Path(name) / "postgres")
        postgres.start()
        try:
            migrate(postgres)
            report = asyncio.run(evaluate(Database(DatabaseSettings(url=postgres.url()), application="eval")))
        finally:
            postgres.stop()
    REPORT.parent.mkdir(parents=True, exist_ok=True)
    REPORT.write_text(json.dumps(report.rows, indent=1) + "\n")
    return 0 if report.met else 1


if __name__ == "__main__":
    sys.exit(main())
