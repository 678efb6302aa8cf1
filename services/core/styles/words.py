"""Title and tags of a work as numbers: what they mean, by the embedder of wishes. Tags say more and count double.

Its columns are in the order of what they explain; the first of them are kept.
"""

from collections.abc import Sequence
from functools import cache

from services.core.embedding.load import load_embedder
from services.core.embedding.protocol import Embedder
from services.core.embedding.settings import EmbedderKind, EmbeddingSettings
from services.core.styles.code import Floats, unit

WORDS_DIM = 96


def words(title: str, tags: Sequence[str]) -> Floats:
    """`WORDS_DIM` numbers of unit length; zero where there is no word."""
    texts = [title, *tags, *tags]
    return unit(meanings().embed([" ".join(texts)])[0, :WORDS_DIM])


@cache
def meanings() -> Embedder:
    """The default embedder of wishes, whatever the wishes of this site are compared by."""
    return load_embedder(EmbeddingSettings(embedder=EmbedderKind.DEFAULT))
