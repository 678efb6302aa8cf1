"""The matcher of this installation: the embedder that the settings choose, and the guard and differences beside it."""

from services.core.desires.matching import Matcher, Ranges
from services.core.embedding.differences import differences
from services.core.embedding.load import load_embedder, load_guard
from services.core.embedding.settings import EmbeddingSettings


def open_matcher(settings: EmbeddingSettings) -> Matcher:
    """Load it, once in a process. Raises `CalibrationError`, which ends the start of the process."""
    guard = load_guard()

    def same_attributes(mine: str, theirs: str) -> bool:
        return guard.compare(mine, theirs).allows

    def ranges(mine: str, theirs: str) -> tuple[Ranges, Ranges]:
        found = differences(guard.reader, mine, theirs)
        return [(span.start, span.end) for span in found.mine], [(span.start, span.end) for span in found.theirs]

    return Matcher(load_embedder(settings), same_attributes, ranges)
