"""Row 4: values.schema.json accepts what we ship, refuses one wrong value for each field, and knows every field.

Helm itself judges, for it is what users get. Maps that are copied into Kubernetes objects as they are (labels,
affinity) must still be maps; what is in them is the API server's business.
"""

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.charts import helm, matrix
from tests.charts.values import NONSENSE, Leaf, leaves, maps, merged, nested, wrong

every_chart = pytest.mark.parametrize("chart", matrix.applications(), ids=lambda chart: chart.name)


def schema(chart: Path) -> dict[str, Any]:
    """The chart's values.schema.json."""
    read: dict[str, Any] = json.loads((chart / "values.schema.json").read_text())
    return read


@every_chart
def test_the_schema_is_one(chart: Path) -> None:
    jsonschema.Draft202012Validator.check_schema(schema(chart))
    assert schema(chart)["additionalProperties"] is False


@pytest.mark.parametrize("case", matrix.INSTALLS, ids=matrix.case_id)
def test_our_own_values_are_accepted(case: matrix.Case) -> None:
    helm.check_values(case.chart, case.load())


@every_chart
def test_a_wrong_value_is_refused_in_every_field(chart: Path) -> None:
    described = schema(chart)
    fields = {judged(described, leaf) for leaf in leaves(chart / "values.yaml")}
    assert survivors(chart, {leaf.path: wrong(leaf) for leaf in fields}) == []


def judged(described: dict[str, Any], leaf: Leaf) -> Leaf:
    """The leaf, or the map above it whose content the schema leaves to Kubernetes."""
    for length in range(1, len(leaf.path)):
        if free(described, leaf.path[:length]):
            return Leaf(leaf.path[:length], scalar=False, described=leaf.described)
    return leaf


@every_chart
def test_a_misspelt_field_is_refused_everywhere(chart: Path) -> None:
    described = schema(chart)
    given = helm.load_values(chart / "values.yaml")
    closed = [path for path in maps(given) if not free(described, path)]
    assert () in closed
    assert survivors(chart, {path: nested((*path, NONSENSE), NONSENSE) for path in closed}) == []


def survivors(chart: Path, mutants: dict[tuple[str, ...], dict[str, Any]]) -> list[str]:
    """The places whose wrong values helm accepts. All are tried together first, for each try costs ten milliseconds."""
    together: dict[str, Any] = {}
    for mutant in mutants.values():
        together = merged(together, mutant)
    with pytest.raises(helm.Refused) as refused:
        helm.check_values(chart, together)
    named = {tuple(place.strip("/").split("/")) for place in re.findall(r"- at '([^']*)'", str(refused.value))}
    unnamed = [path for path in mutants if (path or ("",)) not in named]
    return [".".join(path) for path in sorted(unnamed) if accepts(chart, mutants[path])]


def accepts(chart: Path, values: dict[str, Any]) -> bool:
    """Whether helm would install with these values."""
    try:
        helm.check_values(chart, values)
    except helm.Refused:
        return False
    return True


@every_chart
def test_every_field_is_described(chart: Path) -> None:
    assert [leaf.name for leaf in leaves(chart / "values.yaml") if not leaf.described] == []


@every_chart
def test_the_schema_knows_every_field(chart: Path) -> None:
    described = schema(chart)
    assert [leaf.name for leaf in leaves(chart / "values.yaml") if not known(described, leaf)] == []


def known(described: dict[str, Any], leaf: Leaf) -> bool:
    """Whether the schema says something about this very field, or leaves all of a map above it to Kubernetes."""
    found = [described]
    for key in leaf.path:
        below = [each for node in found for each in step(described, node, key)]
        if not below:
            return any(is_free(node) for node in found)
        found = below
    return any(node.keys() & {"type", "enum", "const", "anyOf", "oneOf"} for node in found)


def free(described: dict[str, Any], path: tuple[str, ...]) -> bool:
    """Whether a map may hold any key."""
    found = [described]
    for key in path:
        if any(is_free(node) for node in found):
            return True
        found = [each for node in found for each in step(described, node, key)]
    return any(is_free(node) for node in found)


def is_free(node: dict[str, Any]) -> bool:
    """A node that says of no key that it is wrong."""
    closes = node.get("additionalProperties") is False or node.get("unevaluatedProperties") is False
    return "object" in node.get("type", []) and not closes


def step(described: dict[str, Any], node: dict[str, Any], key: str) -> list[dict[str, Any]]:
    """What a schema's node says of a key, through references and combinations."""
    below = [node["properties"][key]] if key in node.get("properties", {}) else []
    if not below and isinstance(node.get("additionalProperties"), dict):
        below = [node["additionalProperties"]]
    return [each for child in below for each in expanded(described, child)]


def expanded(described: dict[str, Any], node: dict[str, Any]) -> list[dict[str, Any]]:
    """A node with all that it refers to."""
    found = [node]
    for combined in ("allOf", "anyOf", "oneOf"):
        found += [each for child in node.get(combined, []) for each in expanded(described, child)]
    if "$ref" in node:
        target: Any = described
        for part in node["$ref"].removeprefix("#/").split("/"):
            target = target[part]
        found += expanded(described, target)
    return found
