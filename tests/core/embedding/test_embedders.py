"""What holds for every embedder: unit length, the same for everybody, and calibrated or refused."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from services.core.embedding import minilm
from services.core.embedding.calibration import CalibrationError, calibration_of
from services.core.embedding.load import KINDS, load_embedder, uncalibrated
from services.core.embedding.protocol import DIM
from services.core.embedding.settings import EmbedderKind, EmbeddingSettings
from services.core.embedding.terms import Table

TEXTS = ["a lava lamp", "rain on a window at night", "Regen am Fenster", "zxqvy", "wobbly zxqvy", "", "please"]
ALIKE = ("black hole swallowing a star", "Gargantua from Interstellar"), ("agujero negro", "a black hole")


@pytest.mark.parametrize("kind", KINDS)
class TestEach:
    def test_vectors_have_unit_length_or_are_zero(self, kind: EmbedderKind) -> None:
        vectors = load_embedder(EmbeddingSettings(embedder=kind)).embed(TEXTS)
        assert vectors.shape == (len(TEXTS), DIM)
        assert vectors.dtype == np.float32
        assert np.allclose(np.linalg.norm(vectors, axis=1), [1, 1, 1, 1, 1, 0, 0], atol=1e-5)

    def test_a_vector_depends_on_its_text_alone(self, kind: EmbedderKind) -> None:
        embedder = load_embedder(EmbeddingSettings(embedder=kind))
        together = embedder.embed(TEXTS)
        with ThreadPoolExecutor(4) as threads:
            alone = list(threads.map(lambda text: embedder.embed([text])[0], TEXTS * 8))
        assert all(np.array_equal(vector, together[place % len(TEXTS)]) for place, vector in enumerate(alone))

    @pytest.mark.parametrize("pair", ALIKE)
    def test_other_words_for_the_same_are_near(self, kind: EmbedderKind, pair: tuple[str, str]) -> None:
        one, other, far = load_embedder(EmbeddingSettings(embedder=kind)).embed([*pair, "knitted christmas sweater"])
        assert one @ other > 0.4 > one @ far

    def test_its_calibration_says_on_what(self, kind: EmbedderKind) -> None:
        embedder = load_embedder(EmbeddingSettings(embedder=kind))
        assert 0 < embedder.suggest_at < embedder.join_at
        assert embedder.calibrated_on
        assert len(embedder.id) <= 40


@pytest.mark.parametrize(
    "text",
    [
        "{}",
        "not json",
        '{"default": {"id": "terms-1", "join_at": 0.82, "suggest_at": 0.3}}',
        '{"default": {"id": "terms-1", "join_at": 0.82, "suggest_at": 0.3, "calibrated_on": ""}}',
        '{"default": {"id": "terms-2", "join_at": 0.82, "suggest_at": 0.3, "calibrated_on": "a set"}}',
    ],
)
def test_without_a_calibration_for_these_weights_nothing_starts(tmp_path: Path, text: str) -> None:
    path = tmp_path / "calibrations.json"
    path.write_text(text)
    with pytest.raises(CalibrationError):
        calibration_of("default", "terms-1", path)


@pytest.mark.parametrize("kind", KINDS)
def test_a_name_that_nobody_knows_is_not_forgotten(kind: EmbedderKind) -> None:
    embedder = load_embedder(EmbeddingSettings(embedder=kind))
    one, same, slip, other = embedder.embed(["a zorblaxian", "zorblaxian!", "a zorblxaian", "a quvimprot"])
    assert one @ same > 0.99
    assert one @ slip > one @ other


def test_weights_that_were_exchanged_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = tmp_path / "model.onnx"
    other.write_bytes(b"other weights")
    monkeypatch.setattr(minilm, "model_path", lambda: other)
    with pytest.raises(CalibrationError, match="hash"):
        minilm.MiniLM.load()


def test_the_id_of_minilm_names_its_weights_and_its_share(monkeypatch: pytest.MonkeyPatch) -> None:
    embedder = load_embedder(EmbeddingSettings(embedder=EmbedderKind.MINILM))
    assert minilm.WEIGHTS[:8] in embedder.id
    monkeypatch.setattr(minilm.MiniLMEmbedder, "SHARE", 0.5)
    assert uncalibrated(EmbedderKind.MINILM).id != embedder.id


def test_a_table_that_is_not_whole_is_refused(tmp_path: Path) -> None:
    np.save(tmp_path / "rows.npy", np.zeros((2, DIM), np.int8))
    np.save(tmp_path / "numbers.npy", np.zeros((2, 2), np.float32))
    (tmp_path / "words.txt").write_text("one\ntwo\nthree\n")
    with pytest.raises(ValueError, match="3 words"):
        Table.load(tmp_path)


def test_calibrations_are_for_what_is_shipped() -> None:
    """Fails after a change of a lexicon or of the table: `make eval-desires ARGS=--calibrate`."""
    assert json.loads(Path("services/core/embedding/calibrations.json").read_text()).keys() == set(KINDS)
    assert all(load_embedder(EmbeddingSettings(embedder=kind)).id for kind in KINDS)
