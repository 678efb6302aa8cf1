"""`python -m tools.style.evaluate FOLDER`: does a fork find its parent among the first ten?

FOLDER is a checkout of greggman/vertexshaderart.com at c690f00 (works of their authors: for measuring only, nothing of
it is kept). Each fork looks through all works; the share that has its parent first, and among the first ten, is printed
for plain TF-IDF over tokens, for each part of the style vector, and for the vector as it is. Results also go to
build/bench/eval-style.json. Thumbnails stand for stills; there are no loops.
"""

import json
import sys
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer

from services.core.glsl.source import logical_lines
from services.core.styles.code import Floats, tokens
from services.core.styles.embedder import StyleEmbedder, Work, load, part_slices

RESULT = Path("build/bench/eval-style.json")
_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Art:
    """Works, and of each fork (its place, its parent's place, whether that is another author's)."""

    works: list[Work]
    forks: list[tuple[int, int, bool]]


def main(folder: Path) -> None:
    """Read, embed, rank, print."""
    art = read(folder)
    others = sum(other for *_, other in art.forks)
    print(f"{len(art.works)} works, {len(art.forks)} forks, {others} of them of another author's work")
    vectors = embed(load(), art.works)
    spans = part_slices()
    code = vectors[:, : spans["kind"].stop]
    rows: dict[str, Any] = {"plain TF-IDF of tokens": plain(art.works)}
    rows |= {f"{name} alone": vectors[:, span] for name, span in spans.items()}
    rows |= {
        "code (kinship and kind)": code,
        "code and words": vectors[:, : spans["words"].stop],
        "the vector": vectors,
    }
    found = {name: hits(art.forks, matrix) for name, matrix in rows.items()}
    for name, (first, ten, other_first, other_ten) in found.items():
        print(f"{name:28} hit@1 {first:.3f}  hit@10 {ten:.3f}   another author's: {other_first:.3f}  {other_ten:.3f}")
    RESULT.parent.mkdir(parents=True, exist_ok=True)
    RESULT.write_text(json.dumps({"embedder": load().id, "forks": found}, indent=2) + "\n")


def read(folder: Path) -> Art:
    """The works in the folder `art`, with their thumbnails."""
    found = [json.loads(path.read_text()) for path in sorted(folder.glob("art/*/art.json"))]
    places = {work["_id"]: place for place, work in enumerate(found)}
    works, forks = [], []
    for place, work in enumerate(found):
        settings = work.get("settings") or {}
        settings = json.loads(settings) if isinstance(settings, str) else settings
        thumbnail = folder / (work.get("screenshotURL") or "none")
        still = thumbnail.read_bytes() if thumbnail.is_file() else None
        works.append(Work(settings.get("shader") or "", work.get("name") or "", still=still))
        parent = places.get(work.get("origId") or "", place)
        if parent != place:
            forks.append((place, parent, work["username"] != found[parent]["username"]))
    return Art(works, forks)


def embed(embedder: StyleEmbedder, works: list[Work]) -> Floats:
    """The vectors of all works."""
    return np.stack([embedder.embed(work) for work in works])


def plain(works: list[Work]) -> Any:
    """TF-IDF of single tokens and pairs of them, without comments: what has to be beaten."""
    vectorizer = TfidfVectorizer(analyzer=_pairs, sublinear_tf=True)
    return vectorizer.fit_transform(work.source for work in works)


def hits(forks: list[tuple[int, int, bool]], matrix: Any) -> list[float]:
    """The share of forks with their parent first and among the first ten; the same of other authors' works alone."""
    squares = matrix.multiply(matrix) if hasattr(matrix, "multiply") else matrix**2
    lengths = np.sqrt(np.asarray(squares.sum(1)).ravel())
    lengths[lengths == 0] = 1
    ranks: list[int] = []
    for at in range(0, len(forks), _AT_ONCE):
        part = forks[at : at + _AT_ONCE]
        places, parents = [place for place, *_ in part], [parent for _, parent, _ in part]
        product = matrix[places] @ matrix.T
        near = (product.toarray() if hasattr(product, "toarray") else product) / lengths
        near[range(len(part)), places] = -np.inf
        ranks += (near > near[range(len(part)), parents][:, None]).sum(1).tolist()
    rank, other = np.array(ranks), np.array([other for *_, other in forks])
    return [round(float((each < bound).mean()), 3) for each in (rank, rank[other]) for bound in (1, 10)]


def _pairs(source: str) -> list[str]:
    found = tokens("\n".join(line.text for line in logical_lines(source)))
    return found + [" ".join(pair) for pair in pairwise(found)]


if __name__ == "__main__":
    main(Path(sys.argv[1]))
