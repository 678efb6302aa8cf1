"""The gate that the settings choose: the list of words, the moderation endpoint, both, or none."""

from collections.abc import AsyncIterator, Mapping
from contextlib import aclosing, asynccontextmanager

from services.core.wording.endpoint import ModerationEndpoint
from services.core.wording.gate import TextGate, gate_of
from services.core.wording.settings import WordingSettings


class Both:
    """Asks one gate after the other: what the first refuses the second never sees."""

    def __init__(self, first: TextGate, second: TextGate) -> None:
        self._first = first
        self._second = second

    async def refused(self, texts: Mapping[str, str]) -> str | None:
        """The name of a text that one of them refuses; raises what they raise."""
        return await self._first.refused(texts) or await self._second.refused(texts)


@asynccontextmanager
async def open_gate(settings: WordingSettings) -> AsyncIterator[TextGate]:
    """The gate, with its connections; raises `OSError` for a key file that cannot be read."""
    listed = gate_of(settings)
    if not settings.endpoint:
        yield listed
        return
    async with aclosing(ModerationEndpoint(settings)) as endpoint:
        yield Both(listed, endpoint)
