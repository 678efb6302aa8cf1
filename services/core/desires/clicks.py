"""What people said of likeness by clicks, reckoned into thresholds; for operators, and nothing is changed by it.

Of each user, desire and cluster the last click counts. `join` and `merged` say that it is one wish; `different`, `left`
and `apart` that it is not. Scores of two embedders are never mixed. What nobody was shown nobody clicked: below the
threshold by which people were asked the clicks say little.

- `best`: the score from which on most is right, by F1, with the middle 95 % of what resampled clicks give.
- `clean`: the lowest score above all that were not one wish; and how sure it is that what lies above is (Wilson, 95 %).
- for steps of score: how many clicks lie above, and how many of them say that it is one wish (Wilson, 95 %).
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlmodel import col

from services.core.desires.models import LabelledPair, PairKind
from services.core.kit.database import ReadSession

# Fewer of either kind make thresholds that the next few clicks overturn.
ENOUGH = 30
_SAME = frozenset({PairKind.JOIN, PairKind.MERGED})
_STEPS = np.arange(0.2, 1.0, 0.05)
_RESAMPLED = 400
_Z = 1.96


@dataclass(frozen=True, slots=True)
class Click:
    """What somebody said, and the score that the embedder gave; None where it had no vector."""

    kind: PairKind
    embedder_id: str
    score: float | None


@dataclass(frozen=True, slots=True)
class Share:
    """From a score on: how many clicks, how many of them say that it is one wish, and between which shares."""

    score: float
    clicks: int
    same: int
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Thresholds:
    """What the clicks of one embedder give; `best` and `clean` are None where all say the same."""

    embedder_id: str
    counts: dict[str, int]
    same: int
    different: int
    best: float | None
    best_between: tuple[float, float] | None
    clean: Share | None
    steps: list[Share]

    @property
    def is_enough(self) -> bool:
        """Whether there are enough of both kinds to act on."""
        return min(self.same, self.different) >= ENOUGH


async def read(session: ReadSession) -> list[Click]:
    """The clicks that count."""
    keys = col(LabelledPair.user_id), col(LabelledPair.desire_id), col(LabelledPair.cluster_id)
    statement = (
        select(col(LabelledPair.kind), col(LabelledPair.embedder_id), col(LabelledPair.score))
        .ext(distinct_on(*keys))
        .order_by(*keys, col(LabelledPair.created_at).desc(), col(LabelledPair.id))
    )
    return [Click(PairKind(row.kind), row.embedder_id, row.score) for row in await session.execute(statement)]


def thresholds(clicks: Iterable[Click]) -> list[Thresholds]:
    """Of each embedder, the one with the most clicks first."""
    by_id: dict[str, list[Click]] = {}
    for click in clicks:
        by_id.setdefault(click.embedder_id, []).append(click)
    found = [_of_one(embedder_id, each) for embedder_id, each in by_id.items()]
    return sorted(found, key=lambda each: (-sum(each.counts.values()), each.embedder_id))


def _of_one(embedder_id: str, clicks: Sequence[Click]) -> Thresholds:
    scored = [(each.score, each.kind in _SAME) for each in clicks if each.score is not None]
    scores = np.array([score for score, _ in scored])
    same = np.array([is_same for _, is_same in scored], bool)
    both = bool(same.any() and not same.all())
    return Thresholds(
        embedder_id=embedder_id,
        counts=dict(sorted(Counter(each.kind.value for each in clicks).items())),
        same=int(same.sum()),
        different=int((~same).sum()),
        best=_best(scores, same) if both else None,
        best_between=_between(scores, same) if both else None,
        clean=_clean(scores, same) if both else None,
        steps=[_share(scores, same, float(step)) for step in _STEPS if (scores >= step).any()],
    )


def _best(scores: NDArray[np.float64], same: NDArray[np.bool_]) -> float:
    """The score with the best F1, taking all clicks from it on for one wish."""
    order = np.argsort(-scores, kind="stable")
    right = np.cumsum(same[order])
    f1 = 2 * right / (np.arange(1, len(order) + 1) + same.sum())
    # Of equal scores all are above.
    last = np.append(np.diff(scores[order]) != 0, True)
    return round(float(scores[order][np.where(last, f1, -1).argmax()]), 3)


def _between(scores: NDArray[np.float64], same: NDArray[np.bool_]) -> tuple[float, float]:
    random = np.random.default_rng(0)
    found = []
    for _ in range(_RESAMPLED):
        taken = random.integers(len(scores), size=len(scores))
        if same[taken].any():
            found.append(_best(scores[taken], same[taken]))
    low, high = np.quantile(found, (0.025, 0.975)).tolist()
    return round(low, 3), round(high, 3)


def _clean(scores: NDArray[np.float64], same: NDArray[np.bool_]) -> Share | None:
    """None where one that is not lies above all others."""
    above = scores[same & (scores > scores[~same].max())]
    return _share(scores, same, float(above.min())) if len(above) else None


def _share(scores: NDArray[np.float64], same: NDArray[np.bool_], score: float) -> Share:
    above = scores >= score
    clicks, right = int(above.sum()), int((above & same).sum())
    low, high = wilson(right, clicks)
    return Share(round(score, 3), clicks, right, round(low, 3), round(high, 3))


def wilson(right: int, count: int) -> tuple[float, float]:
    """Between which shares the true one lies with 95 % confidence."""
    share, spread = right / count, _Z**2 / count
    middle = share + spread / 2
    half = (share * (1 - share) * spread + spread**2 / 4) ** 0.5
    return max(0.0, (middle - half) / (1 + spread)), min(1.0, (middle + half) / (1 + spread))
