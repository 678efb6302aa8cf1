"""The table of the default embedder can be built again from what is in the repository."""

import hashlib
from pathlib import Path

import numpy as np

from services.core.embedding.terms import ARTEFACT
from tools.train_embedder.__main__ import compressed, idf_of, lines_of, word_list, write


def _digest(folder: Path) -> list[str]:
    return [hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir())]


def test_equal_inputs_give_equal_bytes(tmp_path: Path) -> None:
    words, frequencies, forms = word_list()
    knowledge = np.random.default_rng(0).normal(size=(600, 520)).astype(np.float32)
    for name in ("one", "other"):
        write(tmp_path / name, words[:600], forms[:600], compressed(knowledge), idf_of(frequencies[:600]))
    assert _digest(tmp_path / "one") == _digest(tmp_path / "other")


def test_the_artefact_has_the_words_and_frequencies_of_the_list() -> None:
    words, frequencies, forms = word_list()
    assert (ARTEFACT / "words.txt").read_text() == lines_of(words, forms)
    assert np.array_equal(np.load(ARTEFACT / "numbers.npy")[1], idf_of(frequencies))
