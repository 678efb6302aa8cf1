"""The laws of the personal order."""

import math
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from services.core.feed.candidates import LOOK_SHARE, Candidate, Candidates, Vocabulary, mark_of
from services.core.feed.ranking import (
    AUTHOR_CAP,
    EXPLORATION_EVERY,
    RECENCY_HALF_LIFE_S,
    SEEN_FACTOR,
    STYLE_RANGE,
    Reader,
    arrange,
    first_page,
    random_term,
    rank,
    recency_term,
    tag_term,
    terms_of,
)

NOW = 1_800_000_000.0
TAGS = ["noise", "water", "fractal", "2d", "raymarching"]
WIDTH = 3

unit_vectors = (
    st.lists(st.floats(-1, 1), min_size=WIDTH, max_size=WIDTH)
    .filter(lambda numbers: math.hypot(*numbers) > 0.1)
    .map(lambda numbers: (np.array(numbers) / math.hypot(*numbers)).astype(np.float32))
)
candidates = st.builds(
    Candidate,
    id=st.text("abcdefgh", min_size=1, max_size=6),
    author=st.sampled_from(["ada", "bob", "eve", "kim"]),
    root=st.sampled_from([f"root{number}" for number in range(12)]),
    tags=st.lists(st.sampled_from(TAGS), max_size=4, unique=True).map(tuple),
    score=st.integers(-50, 5000),
    published_at=st.floats(NOW - 10**8, NOW + 10**6),
    fresh=st.booleans(),
    looked=st.integers(0, 500),
    ai_label=st.sampled_from(["human", "ai-generated"]),
    style=st.none() | unit_vectors,
)
pools = st.lists(candidates, max_size=60, unique_by=lambda candidate: candidate.id)
tastes = st.dictionaries(st.sampled_from(TAGS), st.floats(-5, 5), max_size=5)
readers = st.builds(
    Reader,
    author=st.just("me"),
    taste=tastes,
    style=st.none() | unit_vectors,
    style_weight=st.floats(0, 20),
    seen=st.frozensets(st.text("abcdefgh", min_size=1, max_size=2), max_size=9),
)
sizes = st.integers(1, 30)
seeds = st.integers(0, 2**63 - 1)


def ranked(pool: Sequence[Candidate], reader: Reader, seed: int = 1, *parts: Sequence[Candidate]) -> list[Candidate]:
    """`pool` and then `parts`, in the order for the reader."""
    vocabulary = Vocabulary()
    columns = Candidates.joined([Candidates.of(part, vocabulary) for part in (pool, *parts)])
    terms = terms_of(columns, reader, vocabulary, seed=seed, now=NOW)
    rows = [candidate for part in (pool, *parts) for candidate in part]
    return [rows[row] for row in rank(columns, reader, terms, vocabulary, most=len(rows)).tolist()]


def laid_out(pool: Sequence[Candidate], size: int) -> list[list[Candidate]]:
    """`pool` in pages, in the order given."""
    return [[pool[place] for place in page] for page in arrange(*columns_of(pool), size=size)]


def columns_of(pool: Sequence[Candidate]) -> tuple[list[int], list[int], list[bool]]:
    names = {name: number for number, name in enumerate({name for one in pool for name in (one.author, one.root)})}
    return [names[one.author] for one in pool], [names[one.root] for one in pool], [one.fresh for one in pool]


def formula(pool: Sequence[Candidate], reader: Reader, seed: int) -> list[float]:
    """The same as the columns compute, one candidate after the other."""
    scores = [math.log1p(max(one.score + LOOK_SHARE * one.looked, 0.0)) for one in pool]
    best = max(scores)
    styled = [one for one in pool if one.style is not None]
    likenesses: list[float] = []
    if reader.style is not None:
        likenesses = [float(one.style @ reader.style) for one in styled if one.style is not None]
    mean = sum(likenesses) / max(len(likenesses), 1)
    spread = math.sqrt(sum((one - mean) ** 2 for one in likenesses) / max(len(likenesses), 1))
    values = []
    for one, score in zip(pool, scores, strict=True):
        liking = sum(reader.taste.get(tag, 0.0) for tag in one.tags) / math.sqrt(max(len(one.tags), 1))
        affinity = 0.5 + 0.5 * liking / (1 + abs(liking))
        if reader.style is not None and one.style is not None:
            apart = (float(one.style @ reader.style) - mean) / (max(spread, 1e-6) * STYLE_RANGE)
            sure = reader.style_weight / (1 + reader.style_weight)
            affinity = (affinity + 0.5 + 0.5 * sure * min(max(apart, -1.0), 1.0)) / 2
        mixed = ((mark_of(one.id) ^ seed) * 0x9E3779B97F4A7C15) % 2**64
        value = (
            0.5 * (score / best if best > 0 else 0.0)
            + 0.2 * 0.5 ** (max(NOW - one.published_at, 0.0) / RECENCY_HALF_LIFE_S)
            + 0.2 * affinity
            + 0.1 * ((mixed ^ mixed >> 31) & 0xFFFFFFFF) / 0xFFFFFFFF
        )
        values.append(value * SEEN_FACTOR if one.id in reader.seen else value)
    return values


@given(pools.filter(bool), readers, seeds)
def test_the_order_is_that_of_the_formula(pool: list[Candidate], reader: Reader, seed: int) -> None:
    expected = dict(zip((one.id for one in pool), formula(pool, reader, seed), strict=True))
    values = [expected[one.id] for one in ranked(pool, reader, seed)]
    assert len(values) == len(pool)
    assert all(before >= after - 1e-5 for before, after in pairwise(values))


@given(pools, readers, seeds)
def test_a_shader_of_several_pools_is_there_once(pool: list[Candidate], reader: Reader, seed: int) -> None:
    order = ranked(pool, reader, seed, pool[::2], pool)
    assert sorted(one.id for one in order) == sorted(one.id for one in pool)


@given(pools, seeds, st.data())
def test_what_is_not_wanted_is_left_out(pool: list[Candidate], seed: int, data: st.DataObject) -> None:
    reader = Reader(
        author="ada",
        unwanted=data.draw(st.frozensets(st.sampled_from([one.id for one in pool] or ["a"]))),
        muted_tags=data.draw(st.frozensets(st.sampled_from(TAGS))),
        muted_authors=data.draw(st.frozensets(st.sampled_from(["bob", "eve"]))),
        muted_labels=data.draw(st.frozensets(st.sampled_from(["human", "ai-generated"]), max_size=1)),
    )
    expected = {
        one.id
        for one in pool
        if one.author not in {"ada", *reader.muted_authors}
        and one.id not in reader.unwanted
        and one.ai_label not in reader.muted_labels
        and not set(one.tags) & set(reader.muted_tags)
    }
    assert {one.id for one in ranked(pool, reader, seed)} == expected


@given(st.lists(st.floats(-1e9, 1e9), min_size=2, max_size=2))
def test_the_recency_term_falls_with_age(ages: list[float]) -> None:
    young, old = recency_term(np.array(sorted(ages)))
    assert 0 <= old <= young <= 1


@given(st.floats(-50, 50), st.floats(0, 10))
def test_the_tag_term_rises_with_taste(liking: float, more: float) -> None:
    before, after, unknown = tag_term(np.array([liking, liking + more, 0.0]))
    assert 0 < before <= after < 1
    assert unknown == 0.5


def test_the_random_term_spreads_evenly() -> None:
    marks = np.array([mark_of(f"id{number}") for number in range(250)], dtype=np.uint64)
    values = np.concatenate([random_term(seed, marks) for seed in range(40)])
    assert abs(values.mean() - 0.5) < 0.02
    assert all(800 < count < 1200 for count in Counter((values * 9.9999).astype(int).tolist()).values())


@given(pools.filter(bool), tastes, seeds, st.data())
def test_a_better_work_never_moves_back(
    pool: list[Candidate], taste: dict[str, float], seed: int, data: st.DataObject
) -> None:
    chosen = data.draw(st.sampled_from(pool))
    best = max(candidate.score for candidate in pool)
    others = [candidate for candidate in pool if candidate is not chosen]
    better = data.draw(
        st.sampled_from(
            [
                replace(chosen, score=max(chosen.score, best), looked=500),
                replace(chosen, published_at=chosen.published_at + 10**5),
            ]
        )
    )

    def place(candidate: Candidate) -> int:
        return [one.id for one in ranked([*others, candidate], Reader(taste=taste), seed)].index(candidate.id)

    assert place(better) <= place(chosen)


@given(pools.filter(bool), readers, seeds, st.data())
def test_what_was_seen_never_moves_forward(
    pool: list[Candidate], reader: Reader, seed: int, data: st.DataObject
) -> None:
    chosen = data.draw(st.sampled_from(pool))
    before = ranked(pool, reader, seed).index(chosen)
    assert ranked(pool, replace(reader, seen={*reader.seen, chosen.id}), seed).index(chosen) >= before


@given(pools, sizes)
def test_pages_hold_each_candidate_once(pool: list[Candidate], size: int) -> None:
    pages = laid_out(pool, size)
    shown = [candidate.id for page in pages for candidate in page]
    assert sorted(shown) == sorted(candidate.id for candidate in pool)
    assert all(1 <= len(page) <= size for page in pages)


@given(pools, sizes)
def test_the_caps_hold_on_every_page(pool: list[Candidate], size: int) -> None:
    for page in laid_out(pool, size):
        assert max(Counter(candidate.author for candidate in page).values()) <= AUTHOR_CAP
        assert max(Counter(candidate.root for candidate in page).values()) == 1


@given(pools, sizes)
def test_the_first_of_the_order_comes_first(pool: list[Candidate], size: int) -> None:
    assert [page[0] for page in laid_out(pool, size)][:1] == pool[:1]


@given(pools, sizes)
def test_the_first_page_is_the_same_without_the_others(pool: list[Candidate], size: int) -> None:
    first = [pool[place] for place in first_page(*columns_of(pool), size=size)]
    assert [first] * bool(pool) == laid_out(pool, size)[:1]


def test_pages_of_different_authors_are_full() -> None:
    pool = [Candidate(f"w{n}", f"author{n}", f"w{n}", (), 100, NOW) for n in range(100)]
    assert [len(page) for page in laid_out(pool, 24)] == [24, 24, 24, 24, 4]


def test_new_works_get_their_share() -> None:
    known = [Candidate(f"known{n}", f"author{n}", f"known{n}", (), 100, NOW) for n in range(100)]
    fresh = [Candidate(f"fresh{n}", f"newcomer{n}", f"fresh{n}", (), 0, NOW, fresh=True) for n in range(20)]
    first = laid_out([*known, *fresh], 24)[0]
    assert [place for place, candidate in enumerate(first) if candidate.fresh] == [
        EXPLORATION_EVERY - 1,
        2 * EXPLORATION_EVERY - 1,
        3 * EXPLORATION_EVERY - 1,
    ]


def test_votes_count_more_than_recency_and_taste() -> None:
    loved = Candidate("loved", "ada", "loved", (), 1000, NOW - 10**7)
    new = Candidate("new", "bob", "new", ("water",), 0, NOW)
    order = ranked([new, loved], Reader(taste={"water": 0.2}))
    assert [candidate.id for candidate in order] == ["loved", "new"]


def test_taste_decides_between_equals() -> None:
    equals = [Candidate(f"w{n}", "ada", f"w{n}", ("water" if n % 2 else "fire",), 5, NOW) for n in range(20)]
    order = ranked(equals, Reader(taste={"water": 3.0, "fire": -3.0}), 7)
    assert all("water" in candidate.tags for candidate in order[:10])


def test_style_decides_where_tags_say_nothing() -> None:
    random.seed(3)
    liked, other = np.array([1, 0, 0], np.float32), np.array([0, 1, 0], np.float32)
    equals = [Candidate(f"w{n}", "ada", f"w{n}", (), 5, NOW, style=liked if n % 2 else other) for n in range(20)]
    order = ranked(equals, Reader(style=liked, style_weight=30.0), 7)
    assert sum(int(one.id[1:]) % 2 for one in order[:10]) >= 8
