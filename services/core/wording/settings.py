"""Settings of the gate for texts (`FRACTAFRAG_WORDING_*`)."""

from enum import StrEnum

from services.core.kit.settings import DomainSettings


class GateKind(StrEnum):
    """What looks at texts before they are shown."""

    LIST = "list"
    OFF = "off"


class WordingSettings(DomainSettings):
    """Which words the site does not show. Lists are divided by commas."""

    GROUP = "wording"

    gate: GateKind = GateKind.LIST
    # Besides those of the list, and those of the list that are allowed here.
    more: str = ""
    allowed: str = ""

    @property
    def more_words(self) -> set[str]:
        """Words and phrases that are refused, too."""
        return _split(self.more)

    @property
    def allowed_words(self) -> set[str]:
        """Words and phrases of the list that are not refused."""
        return _split(self.allowed)


def _split(words: str) -> set[str]:
    return {word.strip() for word in words.split(",") if word.strip()}
