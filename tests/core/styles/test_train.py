"""The tables are fitted to the byte, on the very corpus that its hashes name."""

from pathlib import Path

import pytest
from threadpoolctl import threadpool_limits

from tools.style import corpus, train


def test_the_same_sources_give_the_same_tables() -> None:
    texts = [path.read_text() for pattern in corpus.OURS for path in sorted(corpus.ROOT.glob(pattern))]
    with threadpool_limits(1):
        packed = [train.packed(train.fit(texts)) for _ in range(2)]
    assert packed[0] == packed[1]


def test_another_corpus_is_refused(tmp_path: Path) -> None:
    with pytest.raises(corpus.CorpusError, match="is not in"):
        corpus.sources(tmp_path)
    name = corpus.HASHES.read_text().splitlines()[0].split("  ", 1)[1]
    (tmp_path / name).parent.mkdir(parents=True)
    (tmp_path / name).write_text("void main() {}")
    with pytest.raises(corpus.CorpusError, match="another file"):
        corpus.sources(tmp_path)
