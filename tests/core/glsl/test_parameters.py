import json
from pathlib import Path
from typing import Any

import pytest

from services.core.glsl.parameters import BUILTIN_NAMES, clamp_parameters, parse_parameters

VECTORS: dict[str, list[dict[str, Any]]] = json.loads(
    Path("services/web/runtime/vectors/parameters.json").read_text("utf-8")
)


def as_json(value: object) -> object:
    """`value` as JavaScript would write it: 1.0 is 1, and True is not 1."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if isinstance(value, dict):
        return {key: as_json(one) for key, one in value.items()}
    return [as_json(one) for one in value] if isinstance(value, list) else value


@pytest.mark.parametrize("vector", VECTORS["parse"], ids=lambda vector: vector["name"])
def test_the_parameters_are_those_that_the_runtime_finds(vector: dict[str, Any]) -> None:
    assert as_json(parse_parameters(vector["source"])) == as_json(vector["parameters"])


@pytest.mark.parametrize("vector", VECTORS["clamp"], ids=lambda vector: vector["name"])
def test_values_are_fitted_as_the_runtime_does(vector: dict[str, Any]) -> None:
    fitted = clamp_parameters(parse_parameters(vector["source"]), vector["values"])
    assert as_json(fitted) == as_json(vector["fitted"])


def test_values_that_json_cannot_hold_become_defaults() -> None:
    parameters = parse_parameters("uniform float x; // = 0.5\nuniform vec2 at; // = vec2(1.0)")
    fitted = clamp_parameters(parameters, {"x": float("nan"), "at": [float("inf"), 0.0]})
    assert fitted == {"x": 0.5, "at": [1.0, 1.0]}


def test_a_huge_integer_is_no_reason_to_fail() -> None:
    parameters = parse_parameters("uniform float x; // = 0.5\nuniform int n; // = 1")
    assert clamp_parameters(parameters, {"x": 10**400, "n": 10**400}) == {"x": 0.5, "n": 1}


def test_the_built_in_names_are_those_of_the_runtime() -> None:
    text = Path("services/web/runtime/builtins.ts").read_text("utf-8")
    assert all(f'"{name}"' in text for name in BUILTIN_NAMES)


def test_a_hostile_text_takes_no_longer_than_its_size() -> None:
    for text in ("uniform float x; // = " + "1" * 65000, "uniform float x;" + " " * 65000, "//" * 32768, '"' * 65536):
        parse_parameters(text)
