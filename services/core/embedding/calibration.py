"""The thresholds of an embedder, which hold for one set of weights only.

`calibrations.json` has one for each kind of embedder. `make eval-desires ARGS=--calibrate` writes it: `suggest_at` is
measured, `join_at` is the same for all (docs/decisions/0070-embedder.md). One that was made for other weights, or that
says not on what it was measured, is refused, and with it the start of the process.
"""

import json
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

PATH = Path(__file__).parent / "calibrations.json"


class CalibrationError(Exception):
    """There is no calibration for these weights; the message says how to make one."""


class Calibration(BaseModel):
    """Where two texts are one wish (`join_at`, behind the guard), and from where people are asked."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(min_length=1, max_length=40)
    join_at: float = Field(gt=0, le=1)
    suggest_at: float = Field(gt=0, le=1)
    calibrated_on: str = Field(min_length=1)


def calibration_of(kind: str, embedder_id: str, path: Path = PATH) -> Calibration:
    """The calibration of a kind of embedder whose weights are `embedder_id`. Raises `CalibrationError`."""
    try:
        found = Calibration.model_validate(json.loads(path.read_text())[kind])
    except (OSError, KeyError, ValueError) as error:
        message = f"The embedder {kind} has no calibration in {path.name}: {error}"
        raise CalibrationError(message) from error
    if found.id != embedder_id:
        message = (
            f"The embedder {kind} was calibrated as {found.id}, and its weights are {embedder_id}. "
            "Calibrate it anew: make eval-desires ARGS=--calibrate"
        )
        raise CalibrationError(message)
    return found
