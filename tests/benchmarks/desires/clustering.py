"""Online clustering by mean link, as pure code: what the evaluation measures, and what PostgreSQL does for the site.

The mean similarity of a text to the members of a cluster is the inner product of its vector with their un-normalised
mean. Here all similarities are known beforehand, so that many thresholds can be tried.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Similarities = NDArray[np.float32]

_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Arrival:
    """A text that came: the nearest clusters at that moment, the nearest first, and the one that it went to."""

    text: int
    nearest: tuple[int, ...]
    cluster: int


def arrivals(similarities: Similarities, order: Iterable[int], threshold: float) -> Iterator[Arrival]:
    """Texts that come in `order`, each joining the nearest cluster at `threshold` or more, or founding one.

    `similarities` has shape (texts, texts).
    """
    sums = np.zeros_like(similarities)
    sizes = np.zeros(len(similarities), np.float32)
    count = 0
    for text in order:
        means = sums[:count, text] / sizes[:count]
        nearest = tuple(np.argsort(-means, kind="stable")[:_SHOWN].tolist())
        cluster = nearest[0] if nearest and means[nearest[0]] >= threshold else count
        count = max(count, cluster + 1)
        sums[cluster] += similarities[text]
        sizes[cluster] += 1
        yield Arrival(text, nearest, cluster)
