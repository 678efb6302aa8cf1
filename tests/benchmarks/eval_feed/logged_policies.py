"""What rankings would have earned on a log that says how probable each impression was (Open Bandit, package `obp`).

A row is one item shown at one of three places, whether it was clicked, the probability with which the policy that was
live showed it, and how near the user is to each item. A ranking is judged as the policy that shows any of its best
`SHOWN` with the same probability: each click counts by how much more probable it is under the ranking (importance
sampling), divided by the sum of those weights (SNIPS). What is known of an item's clicks is what came before the row.
Age is unknown, so recency is the same for all.
"""

import csv
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from services.core.feed.candidates import Floats
from services.core.feed.ranking import STYLE_RANGE, Terms, Weights, score_term

SHOWN = 10
_AFFINITY = "user-item_affinity_"


@dataclass(frozen=True, slots=True)
class Estimate:
    """Clicks for each impression, with its standard error, and as how many rows of its own the log counted."""

    clicks: float
    error: float
    rows: float


@dataclass(frozen=True, slots=True)
class _Row:
    item: int
    clicked: bool
    propensity: float
    nearness: Floats


def logs_in(folder: Path) -> Iterator[tuple[str, Path]]:
    """The logs in a folder such as `obp/dataset/obd`, each with its name (`random/all`)."""
    for path in sorted(folder.glob("*/*/*.csv")):
        if path.stem == path.parent.name:
            yield f"{path.parent.parent.name}/{path.parent.name}", path


def estimates(path: Path, variants: dict[str, Weights]) -> dict[str, Estimate]:
    """What each variant of the weights, and what was live (`logged`), earned in this log."""
    rows = _rows(path)
    items = len(rows[0].nearness)
    clicks, shown = np.zeros(items), np.zeros(items)
    weighted: dict[str, list[tuple[float, float]]] = {name: [] for name in variants}
    dice = np.random.default_rng(3)
    for row in rows:
        terms = _terms(clicks, shown, row.nearness, dice.random(items))
        for name, weights in variants.items():
            best = np.argpartition(-terms.value(weights), SHOWN)[:SHOWN]
            weight = 1 / SHOWN / row.propensity if row.item in best else 0.0
            weighted[name].append((weight, float(row.clicked)))
        clicks[row.item] += row.clicked
        shown[row.item] += 1
    logged = [(1.0, float(row.clicked)) for row in rows]
    return {"logged": _snips(logged), **{name: _snips(pairs) for name, pairs in weighted.items()}}


def _terms(clicks: Floats, shown: Floats, nearness: Floats, chance: Floats) -> Terms:
    # As with votes: how many for so many who saw it, with few counting little.
    rates = np.log1p(1_000 * (clicks + 0.004) / (shown + 1.0))
    apart = np.clip((nearness - nearness.mean()) / (STYLE_RANGE * max(float(nearness.std()), 1e-6)), -1.0, 1.0)
    half = np.full(len(clicks), 0.5)
    return Terms(score=score_term(rates), recency=half, affinity=0.5 + 0.5 * apart, random=chance, style=half)


def _snips(pairs: list[tuple[float, float]]) -> Estimate:
    weights, clicked = (np.array(column) for column in zip(*pairs, strict=True))
    total = weights.sum()
    if total == 0:
        return Estimate(0.0, math.inf, 0.0)
    clicks = float((weights * clicked).sum() / total)
    error = math.sqrt(float((weights**2 * (clicked - clicks) ** 2).sum())) / total
    return Estimate(clicks, float(error), float(total**2 / (weights**2).sum()))


def _rows(path: Path) -> list[_Row]:
    with path.open() as lines:
        reader = csv.DictReader(lines)
        columns = [name for name in reader.fieldnames or () if name.startswith(_AFFINITY)]
        given = sorted(reader, key=lambda row: row["timestamp"])
    return [
        _Row(
            int(row["item_id"]),
            row["click"] == "1",
            float(row["propensity_score"]),
            np.array([float(row[column]) for column in columns]),
        )
        for row in given
    ]
