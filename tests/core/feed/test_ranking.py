"""The laws of the personal order."""

import random
from collections import Counter
from dataclasses import replace
from zlib import crc32

from hypothesis import given
from hypothesis import strategies as st

from services.core.feed.ranking import (
    AUTHOR_CAP,
    EXPLORATION_EVERY,
    Candidate,
    affinity_term,
    arrange,
    random_term,
    rank,
    recency_term,
    score_term,
)

NOW = 1_800_000_000.0
TAGS = ["noise", "water", "fractal", "2d", "raymarching"]

candidates = st.builds(
    Candidate,
    id=st.text("abcdefgh", min_size=1, max_size=6),
    author=st.sampled_from(["ada", "bob", "eve", "kim"]),
    root=st.sampled_from([f"root{number}" for number in range(12)]),
    tags=st.lists(st.sampled_from(TAGS), max_size=4, unique=True).map(tuple),
    score=st.integers(-50, 5000),
    published_at=st.floats(NOW - 10**8, NOW + 10**6),
    fresh=st.booleans(),
)
pools = st.lists(candidates, max_size=60, unique_by=lambda candidate: candidate.id)
tastes = st.dictionaries(st.sampled_from(TAGS), st.floats(-5, 5), max_size=5)
sizes = st.integers(1, 30)
seeds = st.integers(0, 2**63)


@given(pools, tastes, seeds)
def test_rank_keeps_each_candidate_once(pool: list[Candidate], taste: dict[str, float], seed: int) -> None:
    ranked = rank([*pool, *pool], taste=taste, seed=seed, now=NOW)
    assert sorted(ranked, key=lambda each: each.id) == sorted(pool, key=lambda each: each.id)


@given(pools, tastes, seeds)
def test_rank_does_not_depend_on_the_order_it_is_given(
    pool: list[Candidate], taste: dict[str, float], seed: int
) -> None:
    shuffled = random.Random(seed).sample(pool, len(pool))
    assert rank(pool, taste=taste, seed=seed, now=NOW) == rank(shuffled, taste=taste, seed=seed, now=NOW)


def scored(score: int) -> Candidate:
    return Candidate("a", "ada", "a", (), score, NOW)


@given(st.integers(-100, 10**6), st.integers(-100, 10**6), st.integers(0, 10**6))
def test_the_score_term_rises_with_the_score(score: int, more: int, best: int) -> None:
    low, high = sorted((min(score, best), min(more, best)))
    top = scored(best).log_score
    assert 0 <= score_term(scored(low), top) <= score_term(scored(high), top) <= 1


@given(st.floats(-1e9, 1e9), st.floats(-1e9, 1e9))
def test_the_recency_term_falls_with_age(age: float, other: float) -> None:
    young, old = sorted((age, other))
    assert 0 <= recency_term(old) <= recency_term(young) <= 1


@given(st.lists(st.sampled_from(TAGS), min_size=1, unique=True), tastes, st.floats(0, 10))
def test_the_affinity_term_rises_with_taste(tags: list[str], taste: dict[str, float], more: float) -> None:
    liked = {**taste, tags[0]: taste.get(tags[0], 0.0) + more}
    assert 0 < affinity_term(tags, taste) <= affinity_term(tags, liked) < 1
    assert affinity_term(tags, {}) == 0.5


@given(seeds, st.integers(0, 2**32 - 1))
def test_the_random_term_is_fixed_by_seed_and_work(seed: int, mark: int) -> None:
    assert 0 <= random_term(seed, mark) <= 1
    assert random_term(seed, mark) == random_term(seed, mark)


def test_the_random_term_spreads_evenly() -> None:
    values = [random_term(seed, crc32(b"id%d" % number)) for seed in range(40) for number in range(250)]
    assert abs(sum(values) / len(values) - 0.5) < 0.02
    assert all(800 < count < 1200 for count in Counter(int(value * 9.9999) for value in values).values())


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
                replace(chosen, score=max(chosen.score, best)),
                replace(chosen, published_at=chosen.published_at + 10**5),
            ]
        )
    )

    def place(candidate: Candidate) -> int:
        return rank([*others, candidate], taste=taste, seed=seed, now=NOW).index(candidate)

    assert place(better) <= place(chosen)


@given(pools.filter(bool), tastes, seeds, st.data())
def test_what_was_seen_never_moves_forward(
    pool: list[Candidate], taste: dict[str, float], seed: int, data: st.DataObject
) -> None:
    chosen = data.draw(st.sampled_from(pool))
    before = rank(pool, taste=taste, seed=seed, now=NOW).index(chosen)
    assert rank(pool, taste=taste, seed=seed, now=NOW, seen={chosen.id}).index(chosen) >= before


@given(pools, sizes)
def test_pages_hold_each_candidate_once(pool: list[Candidate], size: int) -> None:
    pages = arrange(pool, size=size)
    shown = [candidate.id for page in pages for candidate in page]
    assert sorted(shown) == sorted(candidate.id for candidate in pool)
    assert all(1 <= len(page) <= size for page in pages)


@given(pools, sizes)
def test_the_caps_hold_on_every_page(pool: list[Candidate], size: int) -> None:
    for page in arrange(pool, size=size):
        assert max(Counter(candidate.author for candidate in page).values()) <= AUTHOR_CAP
        assert max(Counter(candidate.root for candidate in page).values()) == 1


@given(pools, sizes)
def test_the_first_of_the_order_comes_first(pool: list[Candidate], size: int) -> None:
    assert [page[0] for page in arrange(pool, size=size)][:1] == pool[:1]


def test_new_works_get_their_share() -> None:
    known = [Candidate(f"known{n}", f"author{n}", f"known{n}", (), 100, NOW) for n in range(100)]
    fresh = [Candidate(f"fresh{n}", f"newcomer{n}", f"fresh{n}", (), 0, NOW, fresh=True) for n in range(20)]
    first = arrange([*known, *fresh], size=24)[0]
    assert [place for place, candidate in enumerate(first) if candidate.fresh] == [
        EXPLORATION_EVERY - 1,
        2 * EXPLORATION_EVERY - 1,
        3 * EXPLORATION_EVERY - 1,
    ]


def test_votes_count_more_than_recency_and_taste() -> None:
    loved = Candidate("loved", "ada", "loved", (), 1000, NOW - 10**7)
    new = Candidate("new", "bob", "new", ("water",), 0, NOW)
    ranked = rank([new, loved], taste={"water": 0.2}, seed=1, now=NOW)
    assert [candidate.id for candidate in ranked] == ["loved", "new"]


def test_taste_decides_between_equals() -> None:
    equals = [Candidate(f"w{n}", "ada", f"w{n}", ("water" if n % 2 else "fire",), 5, NOW) for n in range(20)]
    ranked = rank(equals, taste={"water": 3.0, "fire": -3.0}, seed=7, now=NOW)
    assert all("water" in candidate.tags for candidate in ranked[:10])
