"""`make train-embedder`: builds the table of the default embedder from words.tsv and the two teachers.

Each word is embedded by both teachers; a stem's row is the mean of its words'. Rows are centred, made unit length and
joined (896 numbers); the eigenvectors of their Gram matrix give 512 columns, each divided by the square root of its
singular value. Rows are rounded to int8 with a scale each. From equal inputs come equal bytes on one kind of processor;
`--check` says whether what is in the repository is what comes out, byte by byte or within a rounding step.
"""

import argparse
import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from services.core.embedding.protocol import DIM
from services.core.embedding.terms import ARTEFACT
from tools.train_embedder import teachers
from tools.train_embedder.words import PATH as WORDS

Matrix = NDArray[np.float32]
# Texts in a million that hold a word which no source has.
_RAREST = 2.0
# Of a stem's words the commonest are shown to the teachers.
_TAUGHT = 3


def main() -> int:
    """Build, or compare."""
    parser = argparse.ArgumentParser(prog="make train-embedder")
    parser.add_argument("--check", action="store_true", help="compare with what is there instead of writing")
    arguments = parser.parse_args()
    words, frequencies, forms = word_list()
    table = compressed(knowledge_of(forms))
    if arguments.check:
        return compare(words, forms, table, idf_of(frequencies))
    write(ARTEFACT, words, forms, table, idf_of(frequencies))
    return 0


def word_list() -> tuple[list[str], NDArray[np.float64], list[list[str]]]:
    """Stems, their frequencies, their words."""
    rows = [line.split("\t") for line in WORDS.read_text(encoding="utf-8").splitlines()]
    return [row[0] for row in rows], np.array([float(row[1]) for row in rows]), [row[2].split() for row in rows]


def idf_of(frequencies: NDArray[np.float64]) -> Matrix:
    """How rare each word is: the logarithm of one over the share of texts that hold it."""
    rarity: Matrix = np.log(1e6 / np.maximum(frequencies, _RAREST)).astype(np.float32)
    return rarity


def knowledge_of(forms: list[list[str]]) -> Matrix:
    """What the teachers say of each stem, 896 numbers."""
    forms = [each[:_TAUGHT] for each in forms]
    words = sorted({word for each in forms for word in each})
    place = {word: row for row, word in enumerate(words)}
    parts = []
    for teacher in (teachers.minilm, teachers.use):
        vectors = teacher(words)
        rows = np.stack([vectors[[place[word] for word in each]].mean(axis=0) for each in forms])
        rows -= rows.mean(axis=0)
        parts.append(rows / np.linalg.norm(rows, axis=1, keepdims=True))
    return np.concatenate(parts, axis=1)


def compressed(rows: Matrix) -> Matrix:
    """A TruncatedSVD to 512 columns, each divided by the square root of its singular value; rows of unit length."""
    wide = rows.astype(np.float64)
    values, vectors = np.linalg.eigh(wide.T @ wide)
    strongest = np.argsort(values)[::-1][:DIM]
    columns = wide @ vectors[:, strongest] / values[strongest] ** 0.25
    # An eigenvector has two signs; the largest number of each column is positive.
    columns *= np.sign(columns[np.abs(columns).argmax(axis=0), np.arange(DIM)])
    found: Matrix = (columns / np.linalg.norm(columns, axis=1, keepdims=True)).astype(np.float32)
    return found


def rounded(table: Matrix) -> tuple[NDArray[np.int8], Matrix]:
    """Rows as int8, and what each has to be multiplied by."""
    scales = np.abs(table).max(axis=1) / 127
    return np.rint(table / scales[:, None]).astype(np.int8), scales.astype(np.float32)


def lines_of(words: list[str], forms: list[list[str]]) -> str:
    """A stem and its words a line."""
    return "".join(f"{' '.join([word, *each])}\n" for word, each in zip(words, forms, strict=True))


def write(folder: Path, words: list[str], forms: list[list[str]], table: Matrix, idf: Matrix) -> None:
    """Writes the artefact."""
    folder.mkdir(exist_ok=True)
    rows, scales = rounded(table)
    (folder / "words.txt").write_text(lines_of(words, forms), encoding="utf-8")
    np.save(folder / "rows.npy", rows)
    np.save(folder / "numbers.npy", np.stack([scales, idf]))


def compare(words: list[str], forms: list[list[str]], table: Matrix, idf: Matrix) -> int:
    """0 where the artefact is what was built, also where single numbers differ by one rounding step."""
    rows, scales = rounded(table)
    there = np.load(ARTEFACT / "rows.npy")
    same_words = (ARTEFACT / "words.txt").read_text(encoding="utf-8") == lines_of(words, forms)
    if not same_words or there.shape != rows.shape:
        print("another word list")
        return 1
    numbers = np.load(ARTEFACT / "numbers.npy")
    if np.array_equal(there, rows) and np.array_equal(numbers, np.stack([scales, idf])):
        print("equal, byte by byte")
        return 0
    steps = np.abs(there.astype(np.int16) - rows)
    print(f"{(steps > 0).mean():.2%} of the numbers differ, by {steps.max()} at most")
    return 0 if steps.max() <= 1 else 1


if __name__ == "__main__":
    sys.exit(main())
