"""The hot score: what trending orders by.

`hot_score(up, down, published_at) = sign(s) * log10(max(|s|, 1)) + t / 45000` with `s = up - down` and `t` the
seconds from `EPOCH` to `published_at`. It never depends on the present time, so it is stored and indexed: it is set
when a shader is published and changes on a vote only. Ten times the score is worth 45,000 seconds (12.5 hours) of age.
"""

import math
from datetime import UTC, datetime

EPOCH = datetime(2025, 1, 1, tzinfo=UTC)
SECONDS_PER_FACTOR_TEN = 45_000


def hot_score(up: int, down: int, published_at: datetime) -> float:
    """The score of a shader with `up` and `down` votes; `published_at` has a zone and may lie before `EPOCH`."""
    score = up - down
    order = math.log10(max(abs(score), 1))
    age = (published_at - EPOCH).total_seconds() / SECONDS_PER_FACTOR_TEN
    return math.copysign(order, score) + age
