"""Figures of online clustering by mean link: what came together, and whether it should have."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

import numpy as np

from services.core.embedding.protocol import Vectors
from tests.benchmarks.desires.clustering import Similarities, arrivals
from tests.benchmarks.desires.labels import Prompt

ORDERS = 10
_TUNING_ORDERS = 3
_GRID = np.arange(0.06, 0.7, 0.02)


@dataclass(frozen=True)
class Figures:
    """Means over several orders of arrival."""

    precision: float
    recall: float
    f1: float
    b_cubed: float
    hit_1: float
    hit_3: float
    # Of the near misses: how many sit with the wish that they resemble.
    near: float


def own_threshold(vectors: Vectors, prompts: Sequence[Prompt]) -> float:
    """The threshold with the best pairwise F1."""
    similarities = vectors @ vectors.T
    scores = []
    for threshold in _GRID:
        runs = [_members(similarities, threshold, seed) for seed in range(_TUNING_ORDERS)]
        scores.append(np.mean([_pairs(members, prompts)[2] for members in runs]))
    # The mean of neighbours, so that no single lucky one wins.
    smooth = np.convolve(np.pad(scores, 1, mode="edge"), np.ones(3) / 3, mode="valid")
    return round(float(_GRID[int(smooth.argmax())]), 2)


def measure(vectors: Vectors, prompts: Sequence[Prompt], threshold: float) -> Figures:
    """The figures at a threshold."""
    similarities = vectors @ vectors.T
    runs = []
    for seed in range(ORDERS):
        members = _members(similarities, threshold, seed)
        hits = _hits(similarities, prompts, threshold, seed)
        runs.append((*_pairs(members, prompts), _b_cubed(members, prompts), *hits, _near(members, prompts)))
    return Figures(*np.mean(runs, axis=0).tolist())


def _order(count: int, seed: int) -> list[int]:
    order = list(range(count))
    Random(seed).shuffle(order)
    return order


def _members(similarities: Similarities, threshold: float, seed: int) -> list[list[int]]:
    members: dict[int, list[int]] = {}
    for arrival in arrivals(similarities, _order(len(similarities), seed), threshold):
        members.setdefault(arrival.cluster, []).append(arrival.text)
    return list(members.values())


def _hits(similarities: Similarities, prompts: Sequence[Prompt], threshold: float, seed: int) -> tuple[float, float]:
    """When the wish was there already: how often the nearest, and one of the three nearest clusters, held it."""
    holds: dict[int, set[str]] = {}
    seen: set[str] = set()
    found: list[tuple[bool, bool]] = []
    for arrival in arrivals(similarities, _order(len(similarities), seed), threshold):
        wish = prompts[arrival.text].wish
        if wish in seen:
            right = [wish in holds[cluster] for cluster in arrival.nearest]
            found.append((right[0], any(right)))
        seen.add(wish)
        holds.setdefault(arrival.cluster, set()).add(wish)
    first, three = np.mean(found, axis=0).tolist()
    return first, three


def _pairs(members: Sequence[Sequence[int]], prompts: Sequence[Prompt]) -> tuple[float, float, float]:
    joined = sum(_two_of(len(cluster)) for cluster in members)
    right = sum(_two_of(n) for cluster in members for n in Counter(prompts[each].wish for each in cluster).values())
    wanted = sum(_two_of(n) for n in Counter(prompt.wish for prompt in prompts).values())
    precision, recall = right / joined if joined else 1.0, right / wanted
    return precision, recall, 2 * precision * recall / (precision + recall) if right else 0.0


def _two_of(count: int) -> int:
    return count * (count - 1) // 2


def _b_cubed(members: Sequence[Sequence[int]], prompts: Sequence[Prompt]) -> float:
    sizes = Counter(prompt.wish for prompt in prompts)
    precision = recall = 0.0
    for cluster in members:
        for wish, count in Counter(prompts[each].wish for each in cluster).items():
            precision += count * count / len(cluster)
            recall += count * count / sizes[wish]
    return 2 * precision * recall / (precision + recall) / len(prompts)


def _near(members: Sequence[Sequence[int]], prompts: Sequence[Prompt]) -> float:
    wrong = sum(
        any(prompts[other].wish == prompts[each].near for other in cluster) for cluster in members for each in cluster
    )
    return wrong / max(1, sum(prompt.kind == "near miss" for prompt in prompts))
