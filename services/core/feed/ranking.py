"""How the personal feed is put in order: pure functions over candidates.

`rank` scores each candidate `0.5 * score + 0.2 * recency + 0.2 * affinity + 0.1 * random`, every term from 0 to 1:

- score: the logarithm of its votes, relative to the best candidate (most works have none);
- recency: halves every `RECENCY_HALF_LIFE_S`;
- affinity: what the user's taste says about its tags; 0.5 where it says nothing;
- random: fixed by the walk's seed and the work's id.

What the user has seen lately counts `SEEN_FACTOR` of that. `arrange` lays the order out in pages: at most
`AUTHOR_CAP` works of one author on a page, one of each lineage (a work and its forks are near-copies more often than
not), and every `EXPLORATION_EVERY`-th place for a new work that few have seen. What has no room on a page waits for
the next one, so every candidate has exactly one place.
"""

import math
import zlib
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

WEIGHT_SCORE = 0.5
WEIGHT_RECENCY = 0.2
WEIGHT_AFFINITY = 0.2
WEIGHT_RANDOM = 0.1
RECENCY_HALF_LIFE_S = 3 * 86_400
SEEN_FACTOR = 0.5
AUTHOR_CAP = 2
EXPLORATION_EVERY = 8


@dataclass(frozen=True, slots=True)
class Candidate:
    """A work that may be shown. `published_at` is in seconds of Unix time; `root` is the first work of its lineage."""

    id: str
    author: str
    root: str
    tags: tuple[str, ...]
    score: int
    published_at: float
    fresh: bool = False


def score_term(score: int, best: int) -> float:
    """0 for no or negative score, 1 for the best one."""
    return math.log1p(max(score, 0)) / math.log1p(best) if best > 0 else 0.0


def recency_term(age_s: float) -> float:
    """1 for a work of this moment, a half after `RECENCY_HALF_LIFE_S`."""
    return math.pow(0.5, max(age_s, 0.0) / RECENCY_HALF_LIFE_S)


def affinity_term(tags: Collection[str], taste: Mapping[str, float]) -> float:
    """From 0 (all that the user dislikes) over 0.5 (nothing known) to 1. Many tags count no more than a few."""
    liking = sum(taste.get(tag, 0.0) for tag in tags) / math.sqrt(max(len(tags), 1))
    return 0.5 + 0.5 * liking / (1.0 + abs(liking))


def random_term(seed: int, shader_id: str) -> float:
    """From 0 to 1, the same for the same seed and work."""
    mixed = (zlib.crc32(shader_id.encode()) ^ seed) * 0x9E3779B97F4A7C15
    return ((mixed ^ mixed >> 31) & 0xFFFFFFFF) / 0xFFFFFFFF


def rank(
    candidates: Iterable[Candidate],
    *,
    taste: Mapping[str, float],
    seed: int,
    now: float,
    seen: Collection[str] = frozenset(),
) -> list[Candidate]:
    """The candidates, best first, each id once. `now` is in seconds of Unix time."""
    unique = list({candidate.id: candidate for candidate in candidates}.values())
    best = max((candidate.score for candidate in unique), default=0)

    def value(candidate: Candidate) -> float:
        total = (
            WEIGHT_SCORE * score_term(candidate.score, best)
            + WEIGHT_RECENCY * recency_term(now - candidate.published_at)
            + WEIGHT_AFFINITY * affinity_term(candidate.tags, taste)
            + WEIGHT_RANDOM * random_term(seed, candidate.id)
        )
        return total * SEEN_FACTOR if candidate.id in seen else total

    return sorted(unique, key=lambda candidate: (-value(candidate), candidate.id))


def arrange(ranked: Sequence[Candidate], *, size: int) -> Iterator[list[Candidate]]:
    """Pages of up to `size` works in the order of `ranked`, each work on one of them; made as they are asked for."""
    waiting = list(ranked)
    while waiting:
        page = _page(waiting, size)
        shown = {candidate.id for candidate in page}
        waiting = [candidate for candidate in waiting if candidate.id not in shown]
        yield page


def _page(waiting: Sequence[Candidate], size: int) -> list[Candidate]:
    """The next page; never empty, because the first that waits always fits.

    Room only shrinks while a page fills, so what does not fit once need not be looked at again.
    """
    page: list[Candidate] = []
    taken: set[str] = set()
    authors: Counter[str] = Counter()
    lineages: set[str] = set()

    def next_that_fits(source: Iterator[Candidate]) -> Candidate | None:
        for candidate in source:
            if candidate.id not in taken and candidate.root not in lineages and authors[candidate.author] < AUTHOR_CAP:
                return candidate
        return None

    in_order = iter(waiting)
    fresh = (candidate for candidate in waiting if candidate.fresh)
    while len(page) < size:
        explores = len(page) % EXPLORATION_EVERY == EXPLORATION_EVERY - 1
        chosen = (next_that_fits(fresh) if explores else None) or next_that_fits(in_order)
        if chosen is None:
            return page
        page.append(chosen)
        taken.add(chosen.id)
        authors[chosen.author] += 1
        lineages.add(chosen.root)
    return page
