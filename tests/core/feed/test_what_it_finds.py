"""Replayed with users whose tastes are known, the formula shows more that they like than trending and chance."""

import statistics

from services.core.feed.ranking import Weights
from tests.benchmarks.eval_feed.generator import Generator
from tests.benchmarks.eval_feed.replay import by_chance, formula, replay, trending


def test_the_formula_shows_more_that_is_liked_than_trending_and_chance() -> None:
    log = Generator(works=300, users=30, days=14).log()
    rankings = {"formula": formula(Weights()), "trending": trending, "random": by_chance}
    found, _ = replay(log, rankings, first_day=8, every=2, most_users=8)
    liking = {name: statistics.fmean(result.likings) for name, result in found.items()}
    assert liking["formula"] > max(liking["trending"], liking["random"]) + 0.05, liking
