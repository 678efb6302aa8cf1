"""How the personal feed is put in order: pure functions over columns of candidates.

`rank` scores each candidate `0.5 * score + 0.2 * recency + 0.2 * affinity + 0.1 * random`, every term from 0 to 1:

- score: the logarithm of its votes, as they weigh, and of a tenth of those who looked at it for long, relative to the
  best candidate (most shaders have none);
- recency: halves every `RECENCY_HALF_LIFE_S`;
- affinity: what the reader's taste says about its tags and, where both are known, as much by its style; 0.5 where it
  says nothing;
- random: fixed by the session's seed and the shader's id.

What the reader has seen lately counts `SEEN_FACTOR` of that. `arrange` lays the order out in pages: at most
`AUTHOR_CAP` shaders of one author on a page, one of each lineage (a shader and its forks are often near-copies), and
one in `EXPLORATION_EVERY` a new shader that few have seen. What has no room on a page waits for a later one, so every
candidate has exactly one place.
"""

import math
from collections.abc import Collection, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from services.core.feed.candidates import Candidates, Floats, Styles, Vocabulary, marks_of

RECENCY_HALF_LIFE_S = 3 * 86_400
SEEN_FACTOR = 0.5
AUTHOR_CAP = 2
EXPLORATION_EVERY = 8
# So many standard deviations from the mean likeness are as like, or as unlike, as it gets.
STYLE_RANGE = 2.0


@dataclass(frozen=True, slots=True)
class Weights:
    """What each term counts. Other weights than these are for measurements (`make eval-feed`)."""

    score: float = 0.5
    recency: float = 0.2
    affinity: float = 0.2
    random: float = 0.1


@dataclass(frozen=True, slots=True, eq=False)
class Reader:
    """What is known about whom a feed is for.

    `style` is the unit vector of what they like, `style_weight` how much they have said for it. `unwanted` are
    shaders; muted are tags, authors (as candidates name them) and AI labels.
    """

    author: str = ""
    taste: Mapping[str, float] = field(default_factory=dict)
    style: Styles | None = None
    style_weight: float = 0.0
    seen: Set[str] = frozenset()
    unwanted: Set[str] = frozenset()
    muted_tags: Collection[str] = frozenset()
    muted_authors: Collection[str] = frozenset()
    muted_labels: Collection[str] = frozenset()


@dataclass(frozen=True, slots=True, eq=False)
class Terms:
    """The terms of the formula for each candidate, and the part of the affinity that is by style."""

    score: Floats
    recency: Floats
    affinity: Floats
    random: Floats
    style: Floats

    def value(self, weights: Weights) -> Floats:
        """The formula."""
        return (
            weights.score * self.score
            + weights.recency * self.recency
            + weights.affinity * self.affinity
            + weights.random * self.random
        )


def terms_of(pool: Candidates, reader: Reader, vocabulary: Vocabulary, *, seed: int, now: float) -> Terms:
    """The terms for this reader. `now` is in seconds of Unix time."""
    by_tags = tag_term(pool.liking(vocabulary.column(reader.taste)))
    by_style = style_term(pool, reader)
    return Terms(
        score=score_term(pool.log_scores),
        recency=recency_term(now - pool.published_at),
        affinity=by_tags if by_style is None else np.where(pool.styled, (by_tags + by_style) / 2, by_tags),
        random=random_term(seed, pool.marks),
        style=np.full(len(pool), 0.5) if by_style is None else by_style,
    )


def score_term(log_scores: Floats) -> Floats:
    """0 for no or negative score, 1 for the best."""
    best = log_scores.max(initial=0.0)
    return log_scores / best if best > 0 else log_scores


def recency_term(ages_s: Floats) -> Floats:
    """1 for a shader of this moment, a half after `RECENCY_HALF_LIFE_S`."""
    return np.exp2(-np.maximum(ages_s, 0.0) / RECENCY_HALF_LIFE_S)


def tag_term(liking: Floats) -> Floats:
    """From 0 (all that the reader dislikes) over 0.5 (nothing known) to 1."""
    return 0.5 + 0.5 * liking / (1.0 + np.abs(liking))


def style_term(pool: Candidates, reader: Reader) -> Floats | None:
    """From 0 to 1: how like what the reader likes, compared with the other candidates; None where taste has no vector.

    Compared, because what cosine is much depends on the embedder. The less the reader has said, the nearer to 0.5.
    """
    if reader.style is None or not pool.styled.any():
        return None
    likeness = pool.likeness(reader.style)
    known = likeness[pool.styled]
    # By sums of products, as `std` and `mean` of numpy take longer than the likeness itself.
    mean = float(known.sum()) / len(known)
    spread = max(math.sqrt(max(float(known @ known) / len(known) - mean * mean, 0.0)), 1e-6) * STYLE_RANGE
    apart = np.clip((likeness - mean) / spread, -1.0, 1.0)
    sure = reader.style_weight / (1.0 + reader.style_weight)
    return np.where(pool.styled, 0.5 + 0.5 * sure * apart, 0.5)


def random_term(seed: int, marks: NDArray[np.uint64]) -> Floats:
    """From 0 to 1, the same for the same seed and the same shader's mark."""
    mixed = (marks ^ np.uint64(seed)) * np.uint64(0x9E3779B97F4A7C15)
    return ((mixed ^ (mixed >> np.uint64(31))) & np.uint64(0xFFFFFFFF)) / np.float64(0xFFFFFFFF)


def rank(
    pool: Candidates,
    reader: Reader,
    terms: Terms,
    vocabulary: Vocabulary,
    *,
    most: int,
    weights: Weights = Weights(),
) -> NDArray[np.intp]:
    """The rows of up to `most` candidates that the reader may be shown, best first, each shader once."""
    value = terms.value(weights)
    if reader.seen:
        value[pool.rows_of(reader.seen)] *= SEEN_FACTOR
    rows = np.flatnonzero(~_left_out(pool, reader, vocabulary))
    # Equal values, such as those of a shader that is there twice, keep the order of the rows.
    order = rows[np.argsort(-value[rows], kind="stable")]
    _, firsts = np.unique(pool.marks[order], return_index=True)
    firsts.sort()
    return np.asarray(order[firsts[:most]])


def _left_out(pool: Candidates, reader: Reader, vocabulary: Vocabulary) -> NDArray[np.bool_]:
    out: NDArray[np.bool_] = pool.authors == hash(reader.author)
    if reader.muted_authors:
        out |= np.isin(pool.authors, marks_of(reader.muted_authors))
    if reader.muted_tags:
        out |= pool.liking(vocabulary.column(dict.fromkeys(reader.muted_tags, 1.0))) > 0
    if reader.muted_labels:
        out |= np.isin(pool.labels, [label.encode() for label in reader.muted_labels])
    if reader.unwanted:
        out[pool.rows_of(reader.unwanted)] = True
    return out


def first_page(authors: Sequence[int], roots: Sequence[int], fresh: Sequence[int], *, size: int) -> list[int]:
    """The first page that `arrange` gives, in a fraction of the time. Who was sent to a later page stays away."""
    page: list[int] = []
    shown: dict[int, int] = {}
    away: set[int] = set()
    roots_away: set[int] = set()
    for place in _exploring(fresh):
        author, root = authors[place], roots[place]
        count = shown.get(author, 0)
        if count == AUTHOR_CAP or root in roots_away or author in away:
            away.add(author)
        else:
            page.append(place)
            shown[author] = count + 1
            if len(page) == size:
                break
        roots_away.add(root)
    return page


def arrange(authors: Sequence[int], roots: Sequence[int], fresh: Sequence[int], *, size: int) -> list[list[int]]:
    """The places of a ranking in pages of up to `size`.

    Each place goes to the first page with room from the one on that its author and its lineage have reached. The time
    grows with the number of places and not with that of the pages.
    """
    pages: list[list[int]] = []
    following: list[int] = []
    author_at: dict[int, tuple[int, int]] = {}
    root_at: dict[int, int] = {}
    for place in _exploring(fresh):
        author, root = authors[place], roots[place]
        page, shown = author_at.get(author, (0, 0))
        number = max(page + (shown == AUTHOR_CAP), root_at.get(root, 0))
        if number < len(pages) and following[number] != number:
            number = _open_page(number, following)
        if number == len(pages):
            pages.append([])
            following.append(number)
        into = pages[number]
        into.append(place)
        author_at[author] = (number, shown + 1 if number == page else 1)
        root_at[root] = number + 1
        if len(into) == size:
            following[number] = number + 1
    return pages


def _open_page(number: int, following: list[int]) -> int:
    """The first page from `number` on that has room: `following` leads there, and is shortened on the way."""
    while number < len(following) and following[number] != number:
        onward = following[number]
        if onward < len(following):
            following[number] = following[onward]
        number = onward
    return number


def _exploring(fresh: Sequence[int]) -> Iterator[int]:
    """The places in their order; each `EXPLORATION_EVERY`-th time the first fresh one that is left."""
    new = [place for place, is_fresh in enumerate(fresh) if is_fresh]
    early: set[int] = set()
    next_new = given = 0
    for place in range(len(fresh)):
        while given % EXPLORATION_EVERY == EXPLORATION_EVERY - 1 and next_new < len(new):
            chosen = new[next_new]
            next_new += 1
            if chosen >= place and chosen not in early:
                early.add(chosen)
                given += 1
                yield chosen
        if place not in early:
            given += 1
            yield place
