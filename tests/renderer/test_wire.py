"""The wire to the page: the examples that the page's own tests answer fit the models, member for member."""

import json
from typing import Any

import pytest

from services.renderer import wire
from services.renderer.settings import RendererSettings

_EXAMPLES = json.loads((RendererSettings().harness.parents[1] / "harness" / "vectors" / "wire.json").read_text())
_VERBS: dict[str, tuple[wire.Verb[Any], type[wire.Command]]] = {
    "probe": (wire.PROBE, wire.Nothing),
    "compile": (wire.COMPILE, wire.SourceCommand),
    "open": (wire.OPEN, wire.OpenCommand),
    "still": (wire.STILL, wire.StillCommand),
    "motion": (wire.MOTION, wire.MotionCommand),
    "preview": (wire.PREVIEW, wire.PreviewCommand),
}


@pytest.mark.parametrize("example", _EXAMPLES, ids=lambda example: example["verb"])
def test_examples_fit(example: dict[str, Any]) -> None:
    verb, command = _VERBS[example["verb"]]
    assert command.model_validate(example["command"]).model_dump(by_alias=True) == example["command"]
    assert verb.reply.model_validate(example["reply"]).model_dump(by_alias=True) == example["reply"]


def test_every_verb_has_an_example() -> None:
    verbs = {value.name for value in vars(wire).values() if isinstance(value, wire.Verb)}
    assert verbs == _VERBS.keys() == {example["verb"] for example in _EXAMPLES}
