"""Settings of the embedder (`FRACTAFRAG_EMBEDDING_*`)."""

from enum import StrEnum

from services.core.kit.settings import DomainSettings


class EmbedderKind(StrEnum):
    """What turns wishes into vectors."""

    DEFAULT = "default"
    MINILM = "minilm"


class EmbeddingSettings(DomainSettings):
    """Which embedder. After a change the vectors that are stored are made anew, while the old ones still serve."""

    GROUP = "embedding"

    embedder: EmbedderKind = EmbedderKind.DEFAULT
