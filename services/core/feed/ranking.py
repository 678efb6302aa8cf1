"""How the personal feed is put in order: pure functions over candidates.

`rank` scores each candidate `0.5 * score + 0.2 * recency + 0.2 * affinity + 0.1 * random`, every term from 0 to 1:

- score: the logarithm of its votes, relative to the best candidate (most shaders have none);
- recency: halves every `RECENCY_HALF_LIFE_S`;
- affinity: what the user's taste says about its tags; 0.5 where it says nothing;
- random: fixed by the session's seed and the shader's id.

What the user has seen lately counts `SEEN_FACTOR` of that. `arrange` lays the order out in pages: at most
`AUTHOR_CAP` shaders of one author on a page, one of each lineage (a shader and its forks are often near-copies), and
one in `EXPLORATION_EVERY` a new shader that few have seen. What has no room on a page waits for the next one,
so every candidate has exactly one place.

All of it runs for every first page of every user, some hundred candidates each time; hence the plain loops.
"""

import math
import zlib
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

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
    """A shader that may be shown: its score in votes as they weigh, `published_at` in seconds of Unix time.

    `root` is the first of its lineage.
    """

    id: str
    author: str
    root: str
    tags: tuple[str, ...]
    score: float
    published_at: float
    fresh: bool = False
    # What does not change from user to user is computed once.
    log_score: float = field(init=False, repr=False, compare=False)
    mark: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "log_score", math.log1p(max(self.score, 0)))
        object.__setattr__(self, "mark", zlib.crc32(self.id.encode()))


def score_term(candidate: Candidate, best: float) -> float:
    """0 for no or negative score, 1 for the best; `best` is the greatest `log_score` of all."""
    return candidate.log_score / best if best > 0 else 0.0


def recency_term(age_s: float) -> float:
    """1 for a shader of this moment, a half after `RECENCY_HALF_LIFE_S`."""
    return math.pow(0.5, max(age_s, 0.0) / RECENCY_HALF_LIFE_S)


def affinity_term(tags: Collection[str], taste: Mapping[str, float]) -> float:
    """From 0 (all that the user dislikes) over 0.5 (nothing known) to 1. Many tags count no more than a few."""
    liking = 0.0
    for tag in tags:
        if tag in taste:
            liking += taste[tag]
    if liking == 0.0:
        return 0.5
    liking /= math.sqrt(len(tags))
    return 0.5 + 0.5 * liking / (1.0 + abs(liking))


def random_term(seed: int, mark: int) -> float:
    """From 0 to 1, the same for the same seed and the same shader's mark."""
    mixed = (mark ^ seed) * 0x9E3779B97F4A7C15
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
    unique = {candidate.id: candidate for candidate in candidates}
    best = max((candidate.log_score for candidate in unique.values()), default=0.0)
    order: list[tuple[float, str]] = []
    for shader_id, candidate in unique.items():
        value = (
            WEIGHT_SCORE * score_term(candidate, best)
            + WEIGHT_RECENCY * recency_term(now - candidate.published_at)
            + WEIGHT_AFFINITY * affinity_term(candidate.tags, taste)
            + WEIGHT_RANDOM * random_term(seed, candidate.mark)
        )
        order.append((-(value * SEEN_FACTOR if shader_id in seen else value), shader_id))
    order.sort()
    return [unique[shader_id] for _, shader_id in order]


def arrange(ranked: Sequence[Candidate], *, size: int) -> list[list[Candidate]]:
    """Pages of up to `size` shaders: each goes to the first page that has room for it and for its kind."""
    pages: list[list[Candidate]] = []
    authors: Counter[tuple[int, str]] = Counter()
    lineages: set[tuple[int, str]] = set()
    first_open = 0
    for candidate in _exploring(ranked):
        number = first_open
        while number < len(pages) and (
            len(pages[number]) == size
            or (number, candidate.root) in lineages
            or authors[number, candidate.author] == AUTHOR_CAP
        ):
            number += 1
        if number == len(pages):
            pages.append([])
        pages[number].append(candidate)
        authors[number, candidate.author] += 1
        lineages.add((number, candidate.root))
        while first_open < len(pages) and len(pages[first_open]) == size:
            first_open += 1
    return pages


def _exploring(ranked: Sequence[Candidate]) -> Iterator[Candidate]:
    """The same shaders; each `EXPLORATION_EVERY`-th place has the best fresh one that is left."""
    fresh = iter([candidate for candidate in ranked if candidate.fresh])
    in_order = iter(ranked)
    given: set[str] = set()
    while len(given) < len(ranked):
        explores = len(given) % EXPLORATION_EVERY == EXPLORATION_EVERY - 1
        chosen = next((one for one in fresh if one.id not in given), None) if explores else None
        if chosen is None:
            chosen = next(one for one in in_order if one.id not in given)
        given.add(chosen.id)
        yield chosen
