"""The laws of what votes weigh."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.core.ranking.hot import FULL_WEIGHT
from services.core.votes.weights import FRESH_WEIGHT, Tally, Weighed, age_weight, growth, share, shared, weighted_score

weights = st.integers(FRESH_WEIGHT, FULL_WEIGHT)
ballots = st.builds(Weighed, st.sampled_from([1, -1]), weights, st.none() | st.integers(1, 3))
ages = st.timedeltas(timedelta(days=-3), timedelta(days=4_000))


@given(st.lists(ballots))
def test_the_counts_are_people(votes: list[Weighed]) -> None:
    tally = Tally.of(votes)
    assert tally.up + tally.down == len(votes)
    assert tally.up == sum(vote.value == 1 for vote in votes)


@given(st.lists(ballots))
def test_nobody_weighs_more_than_one_vote(votes: list[Weighed]) -> None:
    tally = Tally.of(votes)
    assert -FULL_WEIGHT * tally.down <= tally.weighted_score <= FULL_WEIGHT * tally.up


@given(st.lists(ballots), ballots)
def test_one_more_vote_never_works_against_itself(votes: list[Weighed], more: Weighed) -> None:
    gained = (weighted_score([*votes, more]) - weighted_score(votes)) * more.value
    assert 0 <= gained <= more.weight


@given(st.lists(ballots, min_size=1), st.data())
def test_a_vote_that_gains_weight_never_works_against_itself(votes: list[Weighed], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(votes) - 1))
    older = votes[place]._replace(weight=data.draw(st.integers(votes[place].weight, FULL_WEIGHT)))
    grown = [*votes[:place], older, *votes[place + 1 :]]
    assert (weighted_score(grown) - weighted_score(votes)) * older.value >= 0


@given(st.lists(ballots), st.randoms(use_true_random=False))
def test_the_order_of_votes_does_not_matter(votes: list[Weighed], dice: object) -> None:
    shuffled = list(votes)
    dice.shuffle(shuffled)  # type: ignore[attr-defined]
    assert weighted_score(shuffled) == weighted_score(votes)


@given(weights, st.lists(weights))
def test_what_one_adds_is_what_it_takes_away(weight: int, others: list[int]) -> None:
    assert share(weight, others) == shared([weight, *others]) - shared(others) >= 0


def test_a_network_never_weighs_more_than_five_votes() -> None:
    assert shared([FULL_WEIGHT] * 4) == 100 + 50 + 33 + 25
    assert shared([FULL_WEIGHT] * 100_000) < 5 * FULL_WEIGHT


@given(ages, ages, st.integers(0, 365))
def test_an_older_account_never_weighs_less(age: timedelta, other: timedelta, full_after_days: int) -> None:
    younger, older = sorted([age, other])
    assert FRESH_WEIGHT <= age_weight(younger, full_after_days) <= age_weight(older, full_after_days) <= FULL_WEIGHT


@pytest.mark.parametrize(
    ("days", "full_after_days", "weight"),
    [(0, 30, 2), (1, 30, 5), (15, 30, 51), (29, 30, 96), (30, 30, 100), (0, 0, 100)],
)
def test_it_gains_each_day_until_it_is_full(days: int, full_after_days: int, weight: int) -> None:
    assert age_weight(timedelta(days=days, hours=23), full_after_days) == weight
    assert growth(full_after_days)[days] == weight
