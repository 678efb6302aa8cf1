"""What votes weigh in the order of lists. The counts that people see are of people, and know nothing of this.

A vote weighs by two things that many accounts cannot have for nothing
(docs/decisions/0019-weighted-votes.md):

- the age of its account: `FRESH_WEIGHT` on the first day, then more each day up to `FULL_WEIGHT`;
- its network: of the votes of one direction on one shader from one network, the one with the greatest weight counts in
  full, the second by a half, the third by a third and so on.

So `weighted_score` is 0 without votes, never more than `FULL_WEIGHT` for each person, grows with each vote for the
shader and with each account's age, and depends on nothing but the votes that there are: one that is taken back leaves
what was there before it.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import NamedTuple

from services.core.ranking.hot import FULL_WEIGHT

FRESH_WEIGHT = 2


class Weighed(NamedTuple):
    """A vote: 1 or -1, its weight by age, and the mark of its network. One without a mark shares with none."""

    value: int
    weight: int
    network: int | None


@dataclass(frozen=True, slots=True)
class Tally:
    """The votes on a shader: people for and against it, and the score that lists order by."""

    up: int
    down: int
    weighted_score: int

    @classmethod
    def of(cls, votes: Iterable[Weighed]) -> "Tally":
        """Of all votes that count."""
        found = list(votes)
        up = sum(vote.value > 0 for vote in found)
        return cls(up, len(found) - up, weighted_score(found))


def age_weight(age: timedelta, full_after_days: int) -> int:
    """What a vote of an account of this age weighs."""
    steps = growth(full_after_days)
    return steps[min(max(age.days, 0), full_after_days)]


def growth(full_after_days: int) -> list[int]:
    """The weight on the first day of an account, on the second, ... until it is full."""
    more = FULL_WEIGHT - FRESH_WEIGHT
    return [FRESH_WEIGHT + more * day // full_after_days for day in range(full_after_days)] + [FULL_WEIGHT]


def shared(weights: Iterable[int]) -> int:
    """What votes of one direction from one network weigh together."""
    return sum(weight // place for place, weight in enumerate(sorted(weights, reverse=True), 1))


def share(weight: int, others: Iterable[int]) -> int:
    """What one more vote from a network adds to what `others` weigh."""
    before = list(others)
    return shared([*before, weight]) - shared(before)


def weighted_score(votes: Iterable[Weighed]) -> int:
    """The weight of the votes for a shader less that of the votes against it."""
    alone = 0
    networks: defaultdict[tuple[int, int], list[int]] = defaultdict(list)
    for vote in votes:
        if vote.network is None:
            alone += vote.value * vote.weight
        else:
            networks[vote.value, vote.network].append(vote.weight)
    return alone + sum(value * shared(weights) for (value, _), weights in networks.items())
