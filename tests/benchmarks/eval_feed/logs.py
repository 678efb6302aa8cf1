"""Logged events, and the files that they come from.

Our own form has a JSON object on each line, works first:

    {"work": {"id": "7YkQm2Xb4Ra", "author": "ada", "root": "7YkQm2Xb4Ra", "tags": ["water"], "published_at": 1.79e9}}
    {"event": {"at": 1.79e9, "user": "bob", "work": "7YkQm2Xb4Ra", "kind": "impression"}}

`kind` is `impression`, `dwell` (with `value` in milliseconds), `vote` (with `value` 1 or -1) or `fork`; times are
seconds of Unix time. A RecBole folder (`NAME.inter` and `NAME.item`, ratings from 4 up are votes for, up to 2 against)
is read as well, with the first genre as author, because it has none.
"""

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

import numpy as np

from services.core.feed.candidates import Styles


class Kind(StrEnum):
    """What happened."""

    IMPRESSION = "impression"
    DWELL = "dwell"
    VOTE = "vote"
    FORK = "fork"


@dataclass(frozen=True, slots=True, eq=False)
class Work:
    """A work of a log; `latent` is what the generator made it of, for logs whose tastes are known."""

    id: str
    author: str
    root: str
    tags: tuple[str, ...]
    published_at: float
    style: Styles | None = None
    latent: Styles | None = None
    quality: float = 0.0


@dataclass(frozen=True, slots=True)
class Event:
    """What a user did at a time."""

    at: float
    user: str
    work: str
    kind: Kind
    value: float = 0.0


@dataclass(frozen=True, slots=True)
class Log:
    """Works and events, both in the order of their times; the tastes of users where they are known."""

    works: list[Work]
    events: list[Event]
    tastes: dict[str, Styles] = field(default_factory=dict)


def read_log(path: Path) -> Log:
    """The log in a file of our own form, or in a RecBole folder. Raises `ValueError` for what is neither."""
    works, events = _recbole(path) if path.is_dir() else _own(path)
    if not works or not events:
        raise ValueError(f"{path} has no works, or no events")
    return Log(sorted(works, key=lambda work: work.published_at), sorted(events, key=lambda event: event.at))


def _own(path: Path) -> tuple[list[Work], list[Event]]:
    works: list[Work] = []
    events: list[Event] = []
    with path.open() as lines:
        for line in lines:
            (name, given), *_ = json.loads(line).items()
            if name == "work":
                style = np.array(given.pop("style"), dtype=np.float32) if "style" in given else None
                works.append(Work(**{**given, "tags": tuple(given["tags"])}, style=style))
            elif name == "event":
                events.append(Event(**{**given, "kind": Kind(given["kind"])}))
            else:
                raise ValueError(f"a line is a work or an event, not {name!r}")
    return works, events


def _recbole(folder: Path) -> tuple[list[Work], list[Event]]:
    name = next(folder.glob("*.inter")).stem
    events: list[Event] = []
    first: dict[str, float] = {}
    for row in _rows(folder / f"{name}.inter"):
        at, work, rating = float(row["timestamp"]), row["item_id"], float(row["rating"])
        first[work] = min(first.get(work, at), at)
        kind = Kind.VOTE if rating >= 4 or rating <= 2 else Kind.IMPRESSION
        events.append(Event(at, row["user_id"], work, kind, 1.0 if rating >= 4 else -1.0))
    works = [
        Work(
            row["item_id"],
            row["class"].split(" ")[0],
            row["item_id"],
            tuple(row["class"].split(" ")),
            first[row["item_id"]],
        )
        for row in _rows(folder / f"{name}.item")
        if row["item_id"] in first
    ]
    return works, events


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", errors="replace") as lines:
        names = [column.split(":")[0] for column in next(lines).rstrip("\n").split("\t")]
        yield from csv.DictReader(lines, fieldnames=names, delimiter="\t", quoting=csv.QUOTE_NONE)
