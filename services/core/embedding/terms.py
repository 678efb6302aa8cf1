"""The default embedder: TF-IDF over a table of term vectors, a TruncatedSVD of what two larger models know of words.

A text's vector is the sum of its terms' rows, each times its inverse document frequency and its role: words of
scaffold and those behind a negation count less. A term that the table lacks has a row of random signs made from its
spelling, so that no name is forgotten. numpy alone; the table is mapped into memory, which
all processes of a machine share.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from services.core.embedding.calibration import Calibration
from services.core.embedding.protocol import DIM, Vectors, to_unit_length
from services.core.embedding.reader import NEGATIONS, Reader, Reading

ARTEFACT = Path(__file__).parent / "artefact"


class Roles(NamedTuple):
    """How much a term counts besides its rarity. Chosen on the tuning half of the labelled set."""

    scaffold: float = 0.5
    jargon: float = 0.6
    expansion: float = 0.6
    negated: float = 0.3
    rarity: float = 0.3


@dataclass(frozen=True)
class Table:
    """Rows of int8 with a scale each, and the inverse document frequency of each term, which is a stem.

    `written` has the words of each stem, with its inverse document frequency.
    """

    place: dict[str, int]
    rows: NDArray[np.int8]
    scales: NDArray[np.float32]
    idf: NDArray[np.float32]
    written: dict[str, float]

    @classmethod
    def load(cls, folder: Path = ARTEFACT) -> "Table":
        """The table as it was shipped. `OSError` or `ValueError` where it is not whole."""
        lines = (folder / "words.txt").read_text(encoding="utf-8").splitlines()
        words = [line.split(" ", 1)[0] for line in lines]
        rows = np.load(folder / "rows.npy", mmap_mode="r")
        scales, idf = np.load(folder / "numbers.npy")
        if rows.shape != (len(words), DIM) or len(scales) != len(words):
            message = f"{folder} holds {len(words)} words and rows of shape {rows.shape}"
            raise ValueError(message)
        written = {form: float(idf[place]) for place, line in enumerate(lines) for form in line.split()[1:]}
        return cls({word: place for place, word in enumerate(words)}, rows, scales, idf, written)

    @property
    def rarity(self) -> dict[str, float]:
        """The inverse document frequency of each stem."""
        return dict(zip(self.place, self.idf.tolist(), strict=True))

    def idf_of(self, word: str) -> float:
        """Of an unknown word that of the rarest."""
        place = self.place.get(word)
        return float(self.idf.max() if place is None else self.idf[place])


class TermEmbedder:
    """An `Embedder`. Threads may share one."""

    dim = DIM
    link: Literal["mean"] = "mean"

    def __init__(self, table: Table, reader: Reader, calibration: Calibration, roles: Roles | None = None) -> None:
        self._table = table
        self._reader = reader
        self._roles = roles or Roles()
        self.id = calibration.id
        self.join_at = calibration.join_at
        self.suggest_at = calibration.suggest_at
        self.calibrated_on = calibration.calibrated_on

    def embed(self, texts: Sequence[str]) -> Vectors:
        """See `Embedder`."""
        vectors = np.zeros((len(texts), DIM), np.float32)
        for row, text in enumerate(texts):
            self._add(vectors[row], weights_of(self._reader.read(text), self._table, self._roles))
        return to_unit_length(vectors)

    def _add(self, vector: NDArray[np.float32], weights: dict[str, float]) -> None:
        known = [(self._table.place[word], weight) for word, weight in weights.items() if word in self._table.place]
        if known:
            places = np.array([place for place, _ in known])
            factors = np.array([weight for _, weight in known], np.float32) * self._table.scales[places]
            vector += factors @ self._table.rows[places].astype(np.float32)
        for word, weight in weights.items():
            if word not in self._table.place:
                vector += np.float32(weight) * spelt(word)


def weights_of(reading: Reading, table: Table, roles: Roles) -> dict[str, float]:
    """The weight of each term of a text. A term that is said twice counts by the square root."""
    weights: dict[str, float] = {}
    for word, share in _shares(reading, roles):
        weights[word] = (weights.get(word, 0.0) ** 2 + share**2) ** 0.5
    return {word: share * table.idf_of(word) ** roles.rarity for word, share in weights.items()}


def _shares(reading: Reading, roles: Roles) -> Iterator[tuple[str, float]]:
    for term in reading.terms:
        if term.stem in NEGATIONS:
            continue
        share = roles.scaffold if term.is_scaffold else 1.0
        share *= roles.jargon if term.is_jargon else roles.expansion if term.is_expansion else 1.0
        yield term.stem, share * (roles.negated if term.is_negated else 1.0)


@lru_cache(maxsize=10_000)
def spelt(word: str) -> NDArray[np.float32]:
    """A row of unit length for a word that no table has: of its name and of each two letters in a row, random signs.

    So it is alike to itself, and less so to what is spelt alike: a slip of the finger leaves most pairs of letters.
    """
    framed = f"<{word}>"
    parts = [framed, *(framed[place : place + 2] for place in range(len(framed) - 1))]
    row = np.zeros(DIM, np.float32)
    for part in parts:
        row += _signs(part)
    row /= np.linalg.norm(row)
    return row


def _signs(name: str) -> NDArray[np.float32]:
    digest = hashlib.blake2b(name.encode(), digest_size=DIM // 8).digest()
    return 2 * np.unpackbits(np.frombuffer(digest, np.uint8)).astype(np.float32) - 1


def fingerprint(folder: Path = ARTEFACT, *, others: Sequence[Path] = ()) -> str:
    """Twelve hexadecimal digits that change with the weights, a lexicon, or how much a term counts."""
    digest = hashlib.sha256(repr(Roles()).encode())
    for path in sorted((*folder.glob("*.npy"), folder / "words.txt", *others)):
        digest.update(path.name.encode() + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:12]
