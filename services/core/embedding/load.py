"""The embedder and the guard of this process: loaded at the first use, then shared by all its threads."""

from functools import cache

from services.core.embedding.calibration import Calibration, calibration_of
from services.core.embedding.guard import Guard
from services.core.embedding.lexicon import FOLDER
from services.core.embedding.protocol import Embedder
from services.core.embedding.reader import Reader
from services.core.embedding.settings import EmbedderKind, EmbeddingSettings
from services.core.embedding.terms import Table, TermEmbedder, fingerprint

KINDS = tuple(EmbedderKind)


def load_embedder(settings: EmbeddingSettings) -> Embedder:
    """The embedder that the settings choose. Raises `CalibrationError` where none was measured for its weights."""
    return _embedder(settings.embedder)


@cache
def load_guard() -> Guard:
    """The guard of automatic joins, the same for every embedder; its `reader` is what `differences` needs."""
    table = _table()
    return Guard(Reader(table.rarity, table.written), table)


def uncalibrated(kind: EmbedderKind) -> Embedder:
    """An embedder to be measured: its thresholds mean nothing."""
    return _made(kind, Calibration(id=_id_of(kind), join_at=1, suggest_at=1, calibrated_on="nothing"))


@cache
def _embedder(kind: EmbedderKind) -> Embedder:
    return _made(kind, calibration_of(kind, _id_of(kind)))


def _made(kind: EmbedderKind, calibration: Calibration) -> Embedder:
    reader = load_guard().reader
    terms = TermEmbedder(_table(), reader, calibration)
    if kind is EmbedderKind.DEFAULT:
        return terms
    # The packages of the extra `minilm` are not in every image.
    from services.core.embedding.minilm import MiniLM, MiniLMEmbedder

    return MiniLMEmbedder(MiniLM.load(), terms, reader, calibration)


def _id_of(kind: EmbedderKind) -> str:
    tables = fingerprint(others=sorted(FOLDER.glob("*.txt")))
    if kind is EmbedderKind.DEFAULT:
        return f"terms-{tables}"
    from services.core.embedding.minilm import WEIGHTS, MiniLMEmbedder

    return f"minilm-{WEIGHTS[:8]}-{MiniLMEmbedder.SHARE}-{tables}"


@cache
def _table() -> Table:
    return Table.load()
