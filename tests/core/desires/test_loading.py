"""The matcher of an installation: what it lets a machine join, and what it shows."""

import numpy as np
import pytest

from services.core.desires.loading import open_matcher
from services.core.embedding.settings import EmbeddingSettings
from tests.core.desires.boards import RAIN


@pytest.mark.parametrize(
    ("other", "joins"),
    [
        (RAIN.upper() + "!!", True),
        (f"Hi, please make {RAIN}", True),
        ("at night in the old town: rain on a neon window", True),
        (f"red {RAIN}", False),
        (f"{RAIN}, as pixel art", False),
        (f"{RAIN} without neon", False),
    ],
)
async def test_only_near_copies_are_joined_by_themselves(other: str, joins: bool) -> None:
    matcher = open_matcher(EmbeddingSettings())
    mine, theirs = await matcher.embed([RAIN, other])
    assert float(np.dot(mine, theirs)) >= matcher.embedder.suggest_at
    assert (float(np.dot(mine, theirs)) >= matcher.embedder.join_at and matcher.same_attributes(RAIN, other)) == joins


async def test_what_differs_is_marked_and_nothing_is_lost() -> None:
    ((mine, theirs),) = await open_matcher(EmbeddingSettings()).spans("a red rain at night", ["Blue rain, at night!"])
    assert [(part.text, part.differs) for part in mine] == [("a ", False), ("red", True), (" rain at night", False)]
    assert [part.text for part in theirs if part.differs] == ["Blue"]
    assert "".join(part.text for part in theirs) == "Blue rain, at night!"
