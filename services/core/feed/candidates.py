"""Candidates of a feed as columns: row n of each is one shader.

A feed is ranked for every first page of every user, some hundred candidates each time. So what does not change from
user to user is computed once, when the candidates are read, and the formula (ranking.py) runs over whole columns.
"""

import hashlib
import math
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Marks = NDArray[np.int64]
Styles = NDArray[np.float32]
# What a tenth of those who look at a shader for long would have said by a vote.
LOOK_SHARE = 0.1


@dataclass(frozen=True, slots=True)
class Candidate:
    """A shader that may be shown: its score in votes as they weigh, `published_at` in seconds of Unix time.

    `root` is the first of its lineage. `looked` counts people who looked at it for long; `fresh` is new and seen by
    few; `style` may have any length.
    """

    id: str
    author: str
    root: str
    tags: tuple[str, ...]
    score: float
    published_at: float
    fresh: bool = False
    looked: int = 0
    ai_label: str = "human"
    style: Styles | None = None


class Vocabulary:
    """Numbers for tags, given out as tags are met, the same for all candidates of one process."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def number(self, tag: str) -> int:
        """The tag's number, a new one for a new tag."""
        return self._numbers.setdefault(tag, len(self._numbers))

    def column(self, weights: Mapping[str, float]) -> Floats:
        """The weight of each number; 0 for tags without one."""
        column = np.zeros(len(self._numbers))
        for tag, weight in weights.items():
            number = self._numbers.get(tag)
            if number is not None:
                column[number] = weight
        return column


@dataclass(frozen=True, slots=True, eq=False)
class Candidates:
    """Columns of candidates; `names` are their ids.

    `places` says which row an id is: for each block of rows, where it begins and where in it the id is. `tag_numbers`
    are the tags of all, one after the other, `tag_rows` whose each is. `styles` are blocks of unit vectors, together as
    long as the other columns; `styled` says which rows have one.
    """

    names: NDArray[np.bytes_]
    places: tuple[tuple[int, Mapping[str, int]], ...]
    labels: NDArray[np.bytes_]
    authors: Marks
    roots: Marks
    marks: NDArray[np.uint64]
    log_scores: Floats
    published_at: Floats
    fresh: NDArray[np.bool_]
    tag_numbers: NDArray[np.intp]
    tag_rows: NDArray[np.intp]
    tag_shares: Floats
    styles: tuple[Styles, ...]
    styled: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.names)

    @classmethod
    def of(cls, candidates: Iterable[Candidate], vocabulary: Vocabulary) -> "Candidates":
        """The columns of these candidates."""
        rows = list(candidates)
        block = _block(rows)
        counts = np.array([len(row.tags) for row in rows], dtype=np.intp)
        scores = [math.log1p(max(row.score + LOOK_SHARE * row.looked, 0.0)) for row in rows]
        return cls(
            names=np.array([row.id for row in rows], dtype="S16"),
            places=((0, {row.id: place for place, row in enumerate(rows)}),),
            labels=np.array([row.ai_label for row in rows], dtype="S16"),
            authors=marks_of(row.author for row in rows),
            roots=marks_of(row.root for row in rows),
            marks=np.array([mark_of(row.id) for row in rows], dtype=np.uint64),
            log_scores=np.array(scores),
            published_at=np.array([row.published_at for row in rows]),
            fresh=np.array([row.fresh for row in rows], dtype=np.bool_),
            tag_numbers=np.array([vocabulary.number(tag) for row in rows for tag in row.tags], dtype=np.intp),
            tag_rows=np.repeat(np.arange(len(rows), dtype=np.intp), counts),
            tag_shares=1.0 / np.sqrt(np.maximum(counts, 1)),
            styles=(block,),
            styled=np.array(block.any(axis=1), dtype=np.bool_),
        )

    @classmethod
    def joined(cls, parts: Sequence["Candidates"]) -> "Candidates":
        """The rows of all `parts`, one part after the other; a shader may be in several."""
        if len(parts) == 1:
            return parts[0]
        starts = np.cumsum([0, *(len(part) for part in parts[:-1])])
        shifted = [part.tag_rows + start for part, start in zip(parts, starts, strict=True)]
        return cls(
            names=np.concatenate([part.names for part in parts]),
            places=tuple(
                (start + begin, places)
                for part, start in zip(parts, starts.tolist(), strict=True)
                for begin, places in part.places
            ),
            labels=np.concatenate([part.labels for part in parts]),
            authors=np.concatenate([part.authors for part in parts]),
            roots=np.concatenate([part.roots for part in parts]),
            marks=np.concatenate([part.marks for part in parts]),
            log_scores=np.concatenate([part.log_scores for part in parts]),
            published_at=np.concatenate([part.published_at for part in parts]),
            fresh=np.concatenate([part.fresh for part in parts]),
            tag_numbers=np.concatenate([part.tag_numbers for part in parts]),
            tag_rows=np.concatenate(shifted),
            tag_shares=np.concatenate([part.tag_shares for part in parts]),
            styles=tuple(block for part in parts for block in part.styles),
            styled=np.concatenate([part.styled for part in parts]),
        )

    def ids(self, rows: NDArray[np.intp]) -> list[str]:
        """The ids of these rows."""
        return [name.decode() for name in self.names[rows].tolist()]

    def rows_of(self, ids: Set[str]) -> list[int]:
        """The rows of those of the shaders that are among the candidates; a shader may be in several."""
        return [start + places[one] for start, places in self.places for one in places.keys() & ids]

    def liking(self, weights: Floats) -> Floats:
        """How much each is liked for its tags; many tags count no more than a few."""
        liked = np.bincount(self.tag_rows, weights=weights[self.tag_numbers], minlength=len(self))
        return np.asarray(liked * self.tag_shares)

    def likeness(self, style: Styles) -> Floats:
        """The cosine of each to the unit vector `style`; 0 for those without a vector of its kind."""
        known = [block @ style if block.shape[1] == len(style) else np.zeros(len(block)) for block in self.styles]
        return np.concatenate(known).astype(np.float64)


def style_of(sent: bytes) -> Styles:
    """The vector that PostgreSQL sends for a `halfvec`: its width, two bytes of nothing, and 16 bits a number."""
    return np.frombuffer(sent, dtype=">f2", offset=4).astype(np.float32)


def mark_of(shader_id: str) -> int:
    """64 bits that stand for the shader, the same in every process."""
    return int.from_bytes(hashlib.blake2b(shader_id.encode(), digest_size=8).digest())


def marks_of(names: Iterable[str]) -> Marks:
    """A number for each name, the same for the same name as long as the process lives."""
    return np.fromiter((hash(name) for name in names), dtype=np.int64)


def _block(rows: Sequence[Candidate]) -> Styles:
    width = max((len(row.style) for row in rows if row.style is not None), default=0)
    block = np.zeros((len(rows), width), dtype=np.float32)
    for place, row in enumerate(rows):
        if row.style is not None and len(row.style) == width:
            block[place] = row.style
    lengths = np.linalg.norm(block, axis=1, keepdims=True)
    return np.asarray(np.divide(block, lengths, out=block, where=lengths > 0))
