"""A log of users whose tastes are known, so that what a ranking gives them can be told from what the log shows of it.

Works and users are points in a space of `LATENT` dimensions. A tag is a direction there; a work has the tags nearest to
it, its author's habits and a quality of its own. A user likes a work by how near it is, and by its quality. What they
are shown is drawn from the hot works, the new ones and all, a third each, so that the log does not favour one ranking.
"""

import math
from collections import Counter

import numpy as np

from services.core.feed.candidates import Floats, Styles
from services.core.ranking.hot import SECONDS_PER_FACTOR_TEN
from tests.benchmarks.eval_feed.logs import Event, Kind, Log, Work

LATENT, STYLE = 8, 64
AUTHORS, TAGS = 120, 40
DAY = 86_400.0
BEGAN = 1_780_000_000.0
SHOWN_A_DAY = 36
_LIKED = 0.62


def liking(taste: Styles, works: list[Work]) -> Floats:
    """How probable it is that a user of this taste likes each work, 0 to 1."""
    points = np.stack([work.latent for work in works if work.latent is not None])
    quality = np.array([work.quality for work in works])
    return np.asarray(1 / (1 + np.exp(-(5 * (points @ taste) + quality - 2.5))))


class Generator:
    """One random world; the same `seed` gives the same."""

    def __init__(self, *, works: int, users: int, days: int, seed: int = 5) -> None:
        self._dice = np.random.default_rng(seed)
        self._days = days
        self._users = users
        self._tags = self._points(TAGS)
        self._works = self._made(works)
        self._votes: Counter[str] = Counter()

    def log(self) -> Log:
        """The works, and what the users did with them."""
        tastes = {f"user{number}": point for number, point in enumerate(self._points(self._users))}
        events: list[Event] = []
        for day in range(1, self._days):
            now = BEGAN + day * DAY
            known = [work for work in self._works if work.published_at < now]
            hottest = self._hottest(known)
            active = self._dice.random(len(tastes)) < 0.5
            for (user, taste), here in zip(tastes.items(), active, strict=True):
                if here:
                    events += self._visit(user, taste, now, known, hottest)
        return Log(self._works, sorted(events, key=lambda event: event.at), tastes)

    def _points(self, count: int) -> Styles:
        points = self._dice.normal(size=(count, LATENT)).astype(np.float32)
        return np.asarray(points / np.linalg.norm(points, axis=1, keepdims=True))

    def _made(self, count: int) -> list[Work]:
        authors, projection = self._points(AUTHORS), self._dice.normal(size=(LATENT, STYLE))
        shares = 1 / np.arange(1, AUTHORS + 1)
        works: list[Work] = []
        for number in range(count):
            author = int(self._dice.choice(AUTHORS, p=shares / shares.sum()))
            parent = works[int(self._dice.integers(len(works)))] if works and self._dice.random() < 0.3 else None
            centre = authors[author] if parent is None or parent.latent is None else parent.latent
            latent = centre + (0.35 if parent else 0.8) * self._points(1)[0]
            latent = (latent / np.linalg.norm(latent)).astype(np.float32)
            style = latent @ projection + self._dice.normal(size=STYLE) * 0.8
            nearest = np.argsort(-(self._tags @ latent))[: 1 + int(self._dice.integers(4))]
            works.append(
                Work(
                    id=f"work{number}",
                    author=f"author{author}",
                    root=parent.root if parent else f"work{number}",
                    tags=tuple(f"tag{tag}" for tag in nearest),
                    published_at=BEGAN + self._days * DAY * number / count,
                    style=(style / np.linalg.norm(style)).astype(np.float32),
                    latent=latent,
                    quality=float(self._dice.normal()),
                )
            )
        return works

    def _hottest(self, known: list[Work]) -> list[Work]:
        def hot(work: Work) -> float:
            return math.log10(max(self._votes[work.id], 1)) + work.published_at / SECONDS_PER_FACTOR_TEN

        return sorted(known, key=hot, reverse=True)[:200]

    def _visit(self, user: str, taste: Styles, now: float, known: list[Work], hottest: list[Work]) -> list[Event]:
        third = SHOWN_A_DAY // 3
        sources = (hottest, known[-200:], known)
        shown = [source[int(place)] for source in sources for place in self._dice.integers(len(source), size=third)]
        shown = list({work.id: work for work in shown}.values())
        liked = liking(taste, shown)
        events: list[Event] = []
        for place, (work, chance) in enumerate(zip(shown, liked, strict=True)):
            at = now + 60 * place
            events.append(Event(at, user, work.id, Kind.IMPRESSION))
            if self._dice.random() < chance:
                events.append(Event(at, user, work.id, Kind.DWELL, float(5_000 + self._dice.exponential(30_000))))
                if self._dice.random() < 0.35:
                    events.append(Event(at, user, work.id, Kind.VOTE, 1.0))
                    self._votes[work.id] += 1
            elif chance < 1 - _LIKED and self._dice.random() < 0.03:
                events.append(Event(at, user, work.id, Kind.VOTE, -1.0))
        return events
