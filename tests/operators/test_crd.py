"""The definition is valid, is the one in the chart, and accepts and refuses what the models do."""

import copy
from functools import cache
from pathlib import Path
from typing import Any

import celpy
import jsonschema
import kubernetes_validate
import pytest
import yaml
from celpy.adapter import json_to_cel
from pydantic import ValidationError

from operators.renderer.api import AutoscalerSpec, AutoscalerStatus
from operators.renderer.conditions import tick_status
from operators.renderer.crd import definition, schema, text
from operators.renderer.plan import plan
from tests.operators.specs import queue, seconds, seen, smallest, spec

CHART = Path("charts/fractafrag-operator/files/crd.yaml")
SCHEMA = schema()
SPEC, STATUS = SCHEMA["properties"]["spec"], SCHEMA["properties"]["status"]
SCHEDULE = {"start": "0 8 * * *", "end": "0 9 * * *"}
GOOD: list[dict[str, Any]] = [
    {},
    {"minReplicas": 20},
    {"target": {"jobsPerReplica": 4}},
    {"fallback": {"behavior": "floor", "replicas": 2}},
    {"paused": {"replicas": 0}},
    {"schedules": [{**SCHEDULE, "warmReplicas": 1}]},
    {"behavior": {"scaleDown": {"selectPolicy": "Disabled"}}},
]
BAD_SHAPE: list[dict[str, Any]] = [
    {"maxReplicas": 0},
    {"minReplicas": -1},
    {"minReplicas": "2"},
    {"pollSeconds": 61},
    {"queue": {"names": [], "redis": {"secretRef": {"name": "site-redis"}}}},
    {"queue": {"redis": {}}},
    {"scaleTargetRef": {"kind": "DaemonSet", "name": "x"}},
    {"scaleTargetRef": {"name": "Not A Name"}},
    {"fallback": {"behavior": "panic"}},
    {"fallback": {"replicas": 0}},
    {"behavior": {"scaleUp": {"policies": []}}},
    {"behavior": {"scaleUp": {"policies": [{"type": "Pods", "value": 0, "periodSeconds": 1}]}}},
    {"schedules": [{"start": "x", "end": "0 9 * * *", "minReplicas": 1}]},
]
BAD_TOGETHER: list[tuple[dict[str, Any], str]] = [
    ({"minReplicas": 21}, "minReplicas must not be above maxReplicas"),
    ({"warmReplicas": 21}, "warmReplicas must not be above maxReplicas"),
    ({"fallback": {"replicas": 21}}, "fallback.replicas must not be above maxReplicas"),
    ({"paused": {"replicas": 21}}, "paused.replicas must not be above maxReplicas"),
    ({"target": {}}, "set exactly one of drainSeconds and jobsPerReplica"),
    ({"target": {"drainSeconds": 1, "jobsPerReplica": 1}}, "set exactly one of drainSeconds and jobsPerReplica"),
    ({"schedules": [{**SCHEDULE, "minReplicas": 21}]}, "schedules: minReplicas must not be above maxReplicas"),
    ({"schedules": [{**SCHEDULE, "warmReplicas": 21}]}, "schedules: warmReplicas must not be above maxReplicas"),
    ({"schedules": [SCHEDULE]}, "a schedule needs minReplicas or warmReplicas"),
]


def defaulted(node: dict[str, Any], value: Any) -> Any:
    """`value` with the schema's defaults, as the API server fills them in."""
    if isinstance(value, dict):
        for name, child in node.get("properties", {}).items():
            if name not in value and "default" in child:
                value[name] = copy.deepcopy(child["default"])
            if name in value:
                value[name] = defaulted(child, value[name])
    if isinstance(value, list):
        return [defaulted(node["items"], one) for one in value]
    return value


@cache
def compiled(rule: str) -> Any:
    """A CEL program."""
    environment = celpy.Environment()
    return environment.program(environment.compile(rule))


def broken_rules(node: dict[str, Any], value: Any) -> list[str]:
    """The messages of CEL rules that do not hold."""
    rules, there = node.get("x-kubernetes-validations", []), json_to_cel(value)
    found = [rule["message"] for rule in rules if not compiled(rule["rule"]).evaluate({"self": there})]
    if isinstance(value, dict):
        for name, child in node.get("properties", {}).items():
            found += broken_rules(child, value[name]) if name in value else []
    if isinstance(value, list):
        found += [message for one in value for message in broken_rules(node["items"], one)]
    return found


def written(changes: dict[str, Any]) -> dict[str, Any]:
    """A spec as it is stored."""
    stored: dict[str, Any] = defaulted(SPEC, {**smallest(), **copy.deepcopy(changes)})
    return stored


def nodes(node: dict[str, Any]) -> list[dict[str, Any]]:
    """All schemas within one."""
    inner = [*node.get("properties", {}).values(), *([node["items"]] if "items" in node else [])]
    return [node, *(one for each in inner for one in nodes(each))]


def test_the_definition_is_valid() -> None:
    kubernetes_validate.validate(definition(), "1.34", strict=True)
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


def test_the_chart_holds_it() -> None:
    assert CHART.read_text() == text(), "write it with: python -m operators.renderer.crd > " + str(CHART)
    assert yaml.safe_load(text()) == definition()


def test_it_is_structural_and_bounded() -> None:
    parts = nodes(SPEC) + nodes(STATUS)
    assert all("type" in part for part in parts)
    assert all("maxItems" in part for part in parts if part["type"] == "array")
    unbounded = [
        part for part in parts if part["type"] == "string" and not {"enum", "format", "maxLength"} & part.keys()
    ]
    assert unbounded == []


def test_the_status_has_no_defaults() -> None:
    assert not [part for part in nodes(STATUS) if "default" in part]


@pytest.mark.parametrize("changes", GOOD)
def test_good_ones_are_accepted(changes: dict[str, Any]) -> None:
    stored = written(changes)
    jsonschema.validate(stored, SPEC)
    assert broken_rules(SPEC, stored) == []
    assert AutoscalerSpec.model_validate(stored) == spec(**changes)


@pytest.mark.parametrize("changes", BAD_SHAPE)
def test_bad_shapes_are_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(written(changes), SPEC)


@pytest.mark.parametrize(("changes", "message"), BAD_TOGETHER)
def test_contradictions_are_refused_with_a_sentence(changes: dict[str, Any], message: str) -> None:
    stored = written(changes)
    jsonschema.validate(stored, SPEC)
    assert broken_rules(SPEC, stored) == [message]
    if message != "a schedule needs minReplicas or warmReplicas":
        with pytest.raises(ValidationError):
            spec(**changes)


def test_a_status_fits() -> None:
    wish, view = spec(), seen(2, queue(ready=100), busy=2)
    decision = plan(wish, view, AutoscalerStatus().memory, seconds(0))
    status = tick_status(wish, view, decision, AutoscalerStatus(), generation=3, now=seconds(0))
    jsonschema.validate(status.to_object(), STATUS)
