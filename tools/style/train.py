"""`python -m tools.style.train ISF [--site URL] [--check]`: fit the tables of the style embedder.

The code's tables come from the sources of corpus.py, with scikit-learn; mean and spread of pictures from those of a
site that shows the gallery (`make run`), or, without one, as they are. With `--check` nothing is written: the code's
tables must be those that lie there, to the byte.
"""

import argparse
import io
import json
import sys
import urllib.request
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfTransformer
from threadpoolctl import threadpool_limits

from services.core.styles.code import COLUMNS, runs, terms, tokens
from services.core.styles.embedder import KIND_DIM, TABLES
from services.core.styles.pictures import PICTURE_DIM, joined, measure
from services.standalone.gallery.catalogue import load
from tools.style.corpus import CorpusError, sources

# A term has to be in so many works of the corpus.
RARE = 3
# A number of pictures that hardly differs says nothing, and is not blown up.
LEAST_SPREAD = 0.02
Tables = dict[str, np.ndarray[Any, Any]]


def main() -> int:
    """Fit, and write or compare."""
    parser = argparse.ArgumentParser(prog="python -m tools.style.train")
    parser.add_argument("isf", type=Path, help="a checkout of Vidvox/ISF-Files")
    parser.add_argument("--site", help="the address of a site that shows the gallery")
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    try:
        texts = sources(options.isf)
    except CorpusError as error:
        print(error, file=sys.stderr)
        return 1
    with threadpool_limits(1):
        tables = fit(texts)
    if options.check:
        return _compare(tables)
    tables |= fit_pictures(options.site) if options.site else kept_pictures()
    TABLES.write_bytes(packed(tables))
    print(f"{TABLES}: {TABLES.stat().st_size:,} bytes, of {len(texts)} sources, {len(tables['terms'])} terms")
    return 0


def fit(texts: list[str]) -> Tables:
    """How rare each column of runs is, and the numbers of each term of the code."""
    columns = [np.unique(runs(tokens(text)) % np.uint64(COLUMNS)) for text in texts]
    often = np.bincount(np.concatenate(columns).astype(np.intp), minlength=COLUMNS)
    rarity = np.log((1 + len(texts)) / (1 + often)) + 1
    counts = [terms(text) for text in texts]
    found = np.concatenate([np.fromiter(count, np.uint32) for count in counts])
    known, times = np.unique(found, return_counts=True)
    known = known[times >= RARE]
    place = {int(term): at for at, term in enumerate(known)}
    entries = [
        (row, place[term], number)
        for row, count in enumerate(counts)
        for term, number in count.items()
        if term in place
    ]
    rows, places, numbers = zip(*entries, strict=True)
    matrix = csr_matrix((np.array(numbers, float), (rows, places)), (len(texts), len(known)))
    weights = TfidfTransformer(sublinear_tf=True).fit(matrix)
    # The first component is what all shaders share.
    svd = TruncatedSVD(KIND_DIM + 1, algorithm="arpack", random_state=0).fit(weights.transform(matrix))
    kinds = (svd.components_ / np.sqrt(svd.singular_values_)[:, None])[1:].T * weights.idf_[:, None]
    scale = (np.abs(kinds).max(1) / 127).astype(np.float16)
    steps = np.round(kinds / np.maximum(scale.astype(float), 1e-9)[:, None]).clip(-127, 127).astype(np.int8)
    return {"rarity": rarity.astype(np.float16), "terms": known, "kinds": steps, "kinds_scale": scale}


def fit_pictures(site: str) -> Tables:
    """Mean and spread of what is measured of the pictures of the gallery on a site."""
    measured = []
    for card in _cards(site):
        still, loop = [_read(site, card[name]) if card[name] else None for name in ("still_url", "preview_url")]
        measured.append(joined(measure(still, loop)))
    numbers = np.stack(measured)
    spread = np.maximum(numbers.std(0), LEAST_SPREAD)
    return {"picture_mean": numbers.mean(0).astype(np.float16), "picture_spread": spread.astype(np.float16)}


def kept_pictures() -> Tables:
    """Mean and spread as they lie there; none where there are no tables yet."""
    names = ("picture_mean", "picture_spread")
    if not TABLES.exists():
        return dict(zip(names, (np.zeros(PICTURE_DIM, np.float16), np.ones(PICTURE_DIM, np.float16)), strict=True))
    with np.load(TABLES) as file:
        return {name: file[name] for name in names}


def _compare(tables: Tables) -> int:
    with np.load(TABLES) as file:
        wrong = [name for name, table in tables.items() if file[name].tobytes() != table.tobytes()]
    print(f"other than fitted anew: {', '.join(wrong)}" if wrong else "the tables are as they are fitted anew")
    return 1 if wrong else 0


def packed(tables: Tables) -> bytes:
    """The tables as `numpy.savez_compressed` has them, without the time of day in it."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, table in sorted(tables.items()):
            content = io.BytesIO()
            np.lib.format.write_array(content, np.ascontiguousarray(table), allow_pickle=False)
            archive.writestr(zipfile.ZipInfo(f"{name}.npy"), content.getvalue(), zipfile.ZIP_DEFLATED, 9)
    return buffer.getvalue()


def _cards(site: str) -> list[dict[str, Any]]:
    titles = {work.title for work in load().works}
    cards: list[dict[str, Any]] = []
    cursor = ""
    while True:
        page = json.loads(_read(site, f"/api/v1/feed/new?limit=100{cursor}"))
        cards += page["items"]
        if page["next_cursor"] is None:
            return sorted((card for card in cards if card["title"] in titles), key=lambda card: str(card["title"]))
        cursor = f"&cursor={page['next_cursor']}"


def _read(site: str, path: str) -> bytes:
    with urllib.request.urlopen(site.rstrip("/") + path, timeout=30) as answer:  # noqa: S310 -- the caller's own site
        data: bytes = answer.read()
    return data


if __name__ == "__main__":
    sys.exit(main())
