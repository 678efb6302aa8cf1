"""What may join without asking, and what differs."""

import numpy as np
import pytest

from services.core.embedding.differences import Span, differences
from services.core.embedding.guard import Objection
from services.core.embedding.load import load_embedder, load_guard
from services.core.embedding.settings import EmbeddingSettings
from tests.benchmarks.desires.labels import prompts

GUARD = load_guard()


@pytest.mark.parametrize(
    ("mine", "theirs"),
    [
        ("a slow lava lamp with wax blobs", "A SLOW LAVA LAMP, WITH WAX BLOBS!!"),
        ("hi, please make a slow lava lamp with wax blobs, thanks", "a slow lava lamp with wax blobs"),
        ("a kaleidoscope of shards of glass", "a kaleidosocpe of shards of glass"),
        ("dunes in a desert, wind, dust", "dust, dunes in a desert, wind"),
        ("Regentropfen am Fenster", "raindrops on the window"),
    ],
)
def test_the_same_in_other_letters_joins(mine: str, theirs: str) -> None:
    assert GUARD.compare(mine, theirs).allows
    assert GUARD.compare(theirs, mine).allows


@pytest.mark.parametrize(
    ("mine", "theirs", "objection"),
    [
        ("a red lava lamp with wax blobs", "a blue lava lamp with wax blobs", "attribute"),
        ("a lava lamp with wax blobs", "a lava lamp with wax blobs, as pixel art", "attribute"),
        ("a meadow in the wind with flowers", "a meadow in the wind without flowers", "attribute"),
        (
            "a meadow in the wind without flowers, with bees",
            "a meadow in the wind without bees, with flowers",
            "attribute",
        ),
        ("waves of a sea with foam", "waves of a sea with foam, react to the mouse", "attribute"),
        ("a temple with columns, from inside", "a temple with columns, from above", "attribute"),
        ("two planets around a star", "three planets around a star", "attribute"),
        ("a camp fire with 10000 sparks at night", "a camp fire with 1000 sparks at night", "attribute"),
        ("a camp fire with 20481 sparks at night", "a camp fire with 24081 sparks at night", "attribute"),
        ("una lámpara de lava roja", "eine blaue Lavalampe", "attribute"),
        ("a lava lamp with wax blobs", "a lava lamp with wax cubes", "replaced"),
        ("waves in a storm at night", "caves in a storm at night", "replaced"),
        ("a forest of pines in fog", "a forest of pines in fog with owls and foxes", "too_much"),
        ("please", "thanks", "nothing_known"),
    ],
)
def test_another_attribute_is_another_wish(mine: str, theirs: str, objection: Objection) -> None:
    assert GUARD.compare(mine, theirs).objection == objection
    assert GUARD.compare(theirs, mine).objection == objection


def test_on_the_labelled_set_every_automatic_join_is_right() -> None:
    labelled = prompts()
    embedder = load_embedder(EmbeddingSettings())
    vectors = embedder.embed([prompt.text for prompt in labelled])
    near = np.argwhere(np.triu(vectors @ vectors.T, 1) >= embedder.join_at)
    joined = [(labelled[one], labelled[other]) for one, other in near]
    joined = [(one, other) for one, other in joined if GUARD.compare(one.text, other.text).allows]
    assert not [(one.text, other.text) for one, other in joined if one.wish != other.wish]


def test_what_differs_is_found_in_both_texts() -> None:
    mine, theirs = "a red lava lamp, slow", "Please: langsame Lavalampe in Blau"
    found = differences(GUARD.reader, mine, theirs)
    assert [mine[span.start : span.end] for span in found.mine] == ["red"]
    assert [theirs[span.start : span.end] for span in found.theirs] == ["Blau"]


def test_a_slip_of_the_finger_is_no_difference() -> None:
    found = differences(GUARD.reader, "a watrefall in snow", "waterfall with ice")
    assert found.mine == (Span(15, 19),)
