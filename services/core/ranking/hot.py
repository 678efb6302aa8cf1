"""The hot score: what trending orders by.

`hot_score(weighted_score, published_at) = sign(s) * log10(1 + |s|) + t / 45000`, with `s` the weighted score in votes
and `t` the seconds from `EPOCH` to `published_at`. It never depends on the present time, so it is stored and indexed;
it is set when a shader is published and changes with the weighted score only. Where there are many votes, ten times as
many are worth 45,000 seconds (12.5 hours) of age.
"""

import math
from datetime import UTC, datetime

EPOCH = datetime(2025, 1, 1, tzinfo=UTC)
SECONDS_PER_FACTOR_TEN = 45_000
# Weights of votes are hundredths, whole numbers: sums are exact, in whatever order votes come and go.
FULL_WEIGHT = 100


def hot_score(weighted_score: int, published_at: datetime) -> float:
    """The hot score of a shader; `weighted_score` is in hundredths of a vote, `published_at` has a zone."""
    order = math.log10(1 + abs(weighted_score) / FULL_WEIGHT)
    age = (published_at - EPOCH).total_seconds() / SECONDS_PER_FACTOR_TEN
    return math.copysign(order, weighted_score) + age
