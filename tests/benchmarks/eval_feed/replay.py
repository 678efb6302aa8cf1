"""Replays a log day by day: what would each ranking have shown, and what did the users then like.

At the beginning of a day everything before it is known. Each ranking gives each user who comes that day `SHOWN` works;
those that the user votes for, forks, or looks at for long on that day, and had not before, are what it should have
found. Candidates, taste, formula and arrangement are those of the site (services/core/feed).
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

import numpy as np

from services.core.feed import pool as sizes
from services.core.feed.candidates import Candidate, Candidates, Vocabulary
from services.core.feed.memory import FAVOURITE_TAGS, NEAR_AT_ONCE, SEEN_DAYS
from services.core.feed.ranking import Reader, Weights, first_page, rank, terms_of
from services.core.feed.recording import LONG_LOOK_MS
from services.core.feed.taste import FORK_WEIGHT, NEAR, WINDOW, Signal, dwell_strength, learn, learn_style
from services.core.ranking.hot import FULL_WEIGHT, hot_score
from tests.benchmarks.eval_feed.generator import liking
from tests.benchmarks.eval_feed.logs import Event, Kind, Log, Work

SHOWN = 30
DAY = 86_400.0


@dataclass
class Known:
    """What is known of works and users at a time."""

    up: Counter[str] = field(default_factory=Counter)
    down: Counter[str] = field(default_factory=Counter)
    looked: Counter[str] = field(default_factory=Counter)
    impressions: Counter[str] = field(default_factory=Counter)
    of_user: dict[str, list[Event]] = field(default_factory=lambda: defaultdict(list))

    def take(self, event: Event) -> None:
        """Learn of one more event."""
        self.of_user[event.user].append(event)
        if event.kind is Kind.IMPRESSION:
            self.impressions[event.work] += 1
        elif event.kind is Kind.VOTE:
            (self.up if event.value > 0 else self.down)[event.work] += 1
        elif event.kind is Kind.DWELL and event.value >= LONG_LOOK_MS:
            self.looked[event.work] += 1


class Moment:
    """The beginning of a day: the pools of that moment, and the readers."""

    def __init__(self, works: dict[str, Work], listed: Sequence[Work], known: Known, now: float) -> None:
        self.now, self.listed, self.vocabulary = now, listed, Vocabulary()
        self._works, self._known = works, known
        self.hottest = sorted(listed, key=self._hot, reverse=True)
        recent = [work for work in listed if now - work.published_at < sizes.FRESH_DAYS * DAY]
        unseen = sorted(recent, key=lambda work: known.impressions[work.id])
        self._fresh = {
            work.id for work in unseen[: sizes.FRESH] if known.impressions[work.id] < sizes.FRESH_IMPRESSIONS
        }
        common = [*self.hottest[: sizes.HOTTEST], *listed[-sizes.NEWEST :], *(works[one] for one in self._fresh)]
        self._common = self._columns(common)
        self._styles = {work.id: work.style for work in listed if work.style is not None}
        self._styled = list(self._styles)
        width = len(next(iter(self._styles.values()), ()))
        self._vectors = np.array(list(self._styles.values()), dtype=np.float32).reshape(-1, width)
        self._of_tags: dict[str, Candidates] = {}

    def _hot(self, work: Work) -> float:
        at = datetime.fromtimestamp(work.published_at, UTC)
        return hot_score(FULL_WEIGHT * (self._known.up[work.id] - self._known.down[work.id]), at)

    def _columns(self, works: Sequence[Work]) -> Candidates:
        unique = {work.id: work for work in works}.values()
        known = self._known
        return Candidates.of(
            (
                Candidate(
                    id=work.id,
                    author=work.author,
                    root=work.root,
                    tags=work.tags,
                    score=known.up[work.id] - known.down[work.id],
                    published_at=work.published_at,
                    fresh=work.id in self._fresh,
                    looked=known.looked[work.id],
                    style=work.style,
                )
                for work in unique
            ),
            self.vocabulary,
        )

    def candidates(self, reader: Reader) -> Candidates:
        """Those for this reader."""
        liked = sorted(((weight, tag) for tag, weight in reader.taste.items() if weight > 0), reverse=True)
        parts = [self._common, *(self._of_tag(tag) for _, tag in liked[:FAVOURITE_TAGS])]
        return Candidates.joined([*parts, self._columns(self._near(reader))])

    def _near(self, reader: Reader) -> list[Work]:
        """As the worker looks them up, and of them those that were not seen."""
        if reader.style is None or not self._styled:
            return []
        order = np.argsort(-(self._vectors @ reader.style), kind="stable")[:NEAR].tolist()
        near = [self._styled[place] for place in order]
        met = {*reader.seen, *reader.unwanted}
        return [self._works[one] for one in near if one not in met][:NEAR_AT_ONCE]

    def _of_tag(self, tag: str) -> Candidates:
        if tag not in self._of_tags:
            tagged = [work for work in self.hottest if tag in work.tags]
            self._of_tags[tag] = self._columns(tagged[: sizes.OF_TAG])
        return self._of_tags[tag]

    def reader(self, user: str) -> Reader:
        """What is known of the user."""
        at = datetime.fromtimestamp(self.now, UTC)
        events = [event for event in self._known.of_user[user] if self.now - event.at < WINDOW.total_seconds()]
        signals = [
            Signal(event.work, self._works[event.work].tags, strength, datetime.fromtimestamp(event.at, UTC))
            for event in events
            if (strength := _strength(event)) != 0
        ]
        seen = {event.work for event in events if self.now - event.at < SEEN_DAYS * DAY or _votes(event, 1)}
        style = learn_style(signals, self._styles, now=at)
        return Reader(
            taste=learn(signals, now=at),
            style=style[0] if style else None,
            style_weight=style[1] if style else 0.0,
            seen=seen,
            unwanted={event.work for event in events if _votes(event, -1)},
        )


def _strength(event: Event) -> float:
    if event.kind is Kind.DWELL:
        return dwell_strength(int(event.value))
    return {Kind.VOTE: event.value, Kind.FORK: FORK_WEIGHT}.get(event.kind, 0.0)


def _votes(event: Event, value: int) -> bool:
    return event.kind is Kind.VOTE and event.value == value


def likes(event: Event) -> bool:
    """Whether the user liked the work."""
    looked = event.kind is Kind.DWELL and event.value >= LONG_LOOK_MS
    return looked or event.kind is Kind.FORK or _votes(event, 1)


Ranking = Callable[[Moment, Reader, int], list[str]]


def formula(weights: Weights, change: Callable[[Reader], Reader] = lambda reader: reader) -> Ranking:
    """The site's own, with these weights and a changed reader."""

    def ranking(moment: Moment, reader: Reader, seed: int) -> list[str]:
        changed = change(reader)
        pool = moment.candidates(changed)
        terms = terms_of(pool, changed, moment.vocabulary, seed=seed, now=moment.now)
        ranked = rank(pool, changed, terms, moment.vocabulary, most=10 * SHOWN, weights=weights)
        kinds = pool.authors[ranked].tolist(), pool.roots[ranked].tolist(), pool.fresh[ranked].tolist()
        return pool.ids(ranked[first_page(*kinds, size=SHOWN)])

    return ranking


def trending(moment: Moment, reader: Reader, seed: int) -> list[str]:
    """The hottest, the same for all."""
    return [work.id for work in moment.hottest[:SHOWN]]


def newest(moment: Moment, reader: Reader, seed: int) -> list[str]:
    """The newest, the same for all."""
    return [work.id for work in moment.listed[-SHOWN:]]


def by_chance(moment: Moment, reader: Reader, seed: int) -> list[str]:
    """Any."""
    dice = np.random.default_rng(seed)
    places = dice.choice(len(moment.listed), size=min(SHOWN, len(moment.listed)), replace=False)
    return [moment.listed[int(place)].id for place in places]


@dataclass
class Found:
    """What a ranking gave over the whole replay."""

    recalls: list[float] = field(default_factory=list)
    likings: list[float] = field(default_factory=list)
    ages: list[float] = field(default_factory=list)
    shown: Counter[str] = field(default_factory=Counter)


def replay(
    log: Log, rankings: dict[str, Ranking], *, first_day: int, every: int, most_users: int
) -> tuple[dict[str, Found], list[Work]]:
    """What each ranking found, and the works that there were at the end."""
    works = {work.id: work for work in log.works}
    began, known, place = log.events[0].at, Known(), 0
    found = {name: Found() for name in rankings}
    listed: list[Work] = []
    days = int((log.events[-1].at - began) / DAY) + 1
    by_day: dict[int, list[Event]] = defaultdict(list)
    for event in log.events:
        by_day[int((event.at - began) / DAY)].append(event)
    for day in range(days):
        now = began + day * DAY
        while place < len(log.works) and log.works[place].published_at <= now:
            listed.append(log.works[place])
            place += 1
        if day >= first_day and (day - first_day) % every == 0 and len(listed) > SHOWN:
            _one_day(log, Moment(works, listed, known, now), by_day[day], known, rankings, found, most_users)
        for event in by_day[day]:
            known.take(event)
    return found, listed


def _one_day(
    log: Log,
    moment: Moment,
    events: Sequence[Event],
    known: Known,
    rankings: dict[str, Ranking],
    found: dict[str, Found],
    most_users: int,
) -> None:
    available = {work.id: work for work in moment.listed}
    wanted: dict[str, set[str]] = defaultdict(set)
    for event in events:
        if likes(event) and event.work in available:
            wanted[event.user].add(event.work)
    for number, user in enumerate(sorted(wanted)[:most_users]):
        targets = wanted[user] - {event.work for event in known.of_user[user] if likes(event)}
        if not targets:
            continue
        reader = moment.reader(user)
        for name, ranking in rankings.items():
            shown = ranking(moment, reader, number + int(moment.now))
            result = found[name]
            result.recalls.append(len(targets & set(shown)) / min(len(targets), SHOWN))
            result.shown.update(shown)
            result.ages += [moment.now - available[one].published_at for one in shown]
            if user in log.tastes:
                result.likings.append(float(liking(log.tastes[user], [available[one] for one in shown]).mean()))
