"""Settings of the gate for texts (`FRACTAFRAG_WORDING_*`)."""

import re
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from pydantic import Field, model_validator

from services.core.kit.settings import DomainSettings

_THRESHOLD = re.compile(r"([a-z][a-z0-9/_-]*)=(0(?:\.\d+)?|1(?:\.0+)?)")


class GateKind(StrEnum):
    """What looks at texts before they are shown."""

    LIST = "list"
    OFF = "off"


class Failing(StrEnum):
    """What becomes of texts that the endpoint cannot judge: they are shown, or refused until it can."""

    OPEN = "open"
    CLOSED = "closed"


class WordingSettings(DomainSettings):
    """Which words the site does not show. Lists are divided by commas.

    `endpoint` is asked besides: the address in front of `/moderations` of a service that answers as OpenAI's does
    (endpoint.py). `endpoint_categories` names those that are refused, each with the score from which on.
    """

    GROUP = "wording"

    gate: GateKind = GateKind.LIST
    # Besides those of the list, and those of the list that are allowed here.
    more: str = ""
    allowed: str = ""
    endpoint: str = Field("", max_length=500)
    endpoint_key_file: Path | None = None
    endpoint_model: str = Field("omni-moderation-latest", max_length=200)
    endpoint_seconds: float = Field(2.0, gt=0, le=20)
    endpoint_fails: Failing = Failing.OPEN
    endpoint_categories: str = (
        "hate=0.6,hate/threatening=0.4,harassment/threatening=0.6,self-harm/instructions=0.6,sexual/minors=0.2"
    )

    @model_validator(mode="after")
    def _check(self) -> Self:
        """Refuse an address that is none, and categories that say nothing."""
        if not self.endpoint:
            return self
        url = urlsplit(self.endpoint)
        if url.scheme not in {"https", "http"} or not url.hostname or url.query or url.fragment or url.username:
            raise ValueError(f"{self.variable('endpoint')} must be an http or https address without a query")
        if not self.thresholds:
            raise ValueError(f"{self.variable('endpoint_categories')} names no category")
        return self

    def check_production(self) -> None:
        """Refuse to send a key in the clear."""
        if self.endpoint_key_file is not None and urlsplit(self.endpoint).scheme == "http":
            raise ValueError(f"{self.variable('endpoint')} must be https where a key is sent")

    @property
    def more_words(self) -> set[str]:
        """Words and phrases that are refused, too."""
        return _split(self.more)

    @property
    def allowed_words(self) -> set[str]:
        """Words and phrases of the list that are not refused."""
        return _split(self.allowed)

    @cached_property
    def thresholds(self) -> dict[str, float]:
        """The score from which on a text is refused, by category; raises `ValueError` with the variable's name."""
        found: dict[str, float] = {}
        for part in _split(self.endpoint_categories):
            match = _THRESHOLD.fullmatch(part)
            if match is None:
                raise ValueError(f"{self.variable('endpoint_categories')}: a category and its score are name=0.5")
            found[match[1]] = float(match[2])
        return found

    @cached_property
    def endpoint_key(self) -> str:
        """What the endpoint knows us by; empty without a file. Raises `OSError` for one that cannot be read."""
        return self.endpoint_key_file.read_text().strip() if self.endpoint_key_file is not None else ""


def _split(words: str) -> set[str]:
    return {word.strip() for word in words.split(",") if word.strip()}
