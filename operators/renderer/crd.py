"""`python -m operators.renderer.crd` prints the CustomResourceDefinition, generated from the models of `api.py`.

The chart holds what it prints (charts/fractafrag-operator/files/crd.yaml); a test compares. A model that cannot be a
structural schema raises `ValueError` when it is generated, never in a cluster.
"""

import sys
from typing import Any

import yaml

from operators.renderer.api import (
    CATEGORY,
    GROUP,
    KIND,
    PLURAL,
    SHORT,
    SINGULAR,
    VERSION,
    AutoscalerSpec,
    AutoscalerStatus,
)

KEPT = (
    "type",
    "description",
    "enum",
    "format",
    "pattern",
    "minimum",
    "maximum",
    "minLength",
    "maxLength",
    "minItems",
    "maxItems",
    "default",
)
LISTS: dict[str, dict[str, Any]] = {
    "names": {"x-kubernetes-list-type": "set"},
    "conditions": {"x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["type"]},
}

SPEC_RULES = (
    ("self.minReplicas <= self.maxReplicas", "minReplicas must not be above maxReplicas"),
    ("self.warmReplicas <= self.maxReplicas", "warmReplicas must not be above maxReplicas"),
    (
        "!has(self.fallback.replicas) || self.fallback.replicas <= self.maxReplicas",
        "fallback.replicas must not be above maxReplicas",
    ),
    (
        "!has(self.paused.replicas) || self.paused.replicas <= self.maxReplicas",
        "paused.replicas must not be above maxReplicas",
    ),
    (
        "self.schedules.all(s, !has(s.minReplicas) || s.minReplicas <= self.maxReplicas)",
        "schedules: minReplicas must not be above maxReplicas",
    ),
    (
        "self.schedules.all(s, !has(s.warmReplicas) || s.warmReplicas <= self.maxReplicas)",
        "schedules: warmReplicas must not be above maxReplicas",
    ),
)
TARGET_RULES = (
    ("has(self.drainSeconds) != has(self.jobsPerReplica)", "set exactly one of drainSeconds and jobsPerReplica"),
)
SCHEDULE_RULES = (("has(self.minReplicas) || has(self.warmReplicas)", "a schedule needs minReplicas or warmReplicas"),)

COLUMNS = (
    ("Target", "string", ".spec.scaleTargetRef.name", 0, "The workload that is scaled"),
    ("Min", "integer", ".spec.minReplicas", 0, "The fewest replicas"),
    ("Max", "integer", ".spec.maxReplicas", 0, "The most replicas"),
    ("Desired", "integer", ".status.desiredReplicas", 0, "What the autoscaler wants"),
    ("Ready", "integer", ".status.readyReplicas", 0, "Replicas that answer"),
    ("Busy", "integer", ".status.busyReplicas", 0, "Replicas that have work"),
    ("Queue", "integer", ".status.demand", 0, "Jobs: ready, in flight and delayed"),
    ("Oldest", "number", ".status.queue.oldestAgeSeconds", 0, "Age of the oldest waiting job in seconds"),
    ("Active", "string", '.status.conditions[?(@.type=="Active")].status', 0, "Whether there is demand"),
    ("Fallback", "string", '.status.conditions[?(@.type=="FallbackActive")].status', 0, "Whether the queue is unknown"),
    ("Age", "date", ".metadata.creationTimestamp", 0, "Since when it exists"),
    ("InFlight", "integer", ".status.queue.inFlight", 1, "Jobs that a worker has fetched"),
    ("Delayed", "integer", ".status.queue.delayed", 1, "Jobs that come back later"),
    ("Dead", "integer", ".status.queue.dead", 1, "Jobs given up"),
    ("Pending", "integer", ".status.pendingReplicas", 1, "Replicas without a node"),
    ("LastReason", "string", ".status.lastDecision.reason", 1, "Why the number was changed last"),
)


def definition() -> dict[str, Any]:
    """The CustomResourceDefinition."""
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": f"{PLURAL}.{GROUP}"},
        "spec": {
            "group": GROUP,
            "scope": "Namespaced",
            "names": {
                "kind": KIND,
                "listKind": f"{KIND}List",
                "plural": PLURAL,
                "singular": SINGULAR,
                "shortNames": [SHORT],
                "categories": [CATEGORY],
            },
            "versions": [
                {
                    "name": VERSION,
                    "served": True,
                    "storage": True,
                    "subresources": {"status": {}},
                    "additionalPrinterColumns": [_column(*column) for column in COLUMNS],
                    "schema": {"openAPIV3Schema": schema()},
                }
            ],
        },
    }


def schema() -> dict[str, Any]:
    """The structural schema of the object."""
    spec, status = _structural(AutoscalerSpec), _structural(AutoscalerStatus)
    spec["x-kubernetes-validations"] = _rules(SPEC_RULES)
    spec["properties"]["target"]["x-kubernetes-validations"] = _rules(TARGET_RULES)
    spec["properties"]["schedules"]["items"]["x-kubernetes-validations"] = _rules(SCHEDULE_RULES)
    _without_defaults(status)
    return {
        "type": "object",
        "description": "Scales renderers with the jobs in a dramatiq queue.",
        "required": ["spec"],
        "properties": {
            "apiVersion": {"type": "string"},
            "kind": {"type": "string"},
            "metadata": {"type": "object"},
            "spec": spec,
            "status": status,
        },
    }


def _structural(model: type[AutoscalerSpec | AutoscalerStatus]) -> dict[str, Any]:
    whole = model.model_json_schema(by_alias=True)
    return _node(whole, whole.get("$defs", {}))


def _node(given: dict[str, Any], known: dict[str, Any]) -> dict[str, Any]:
    """`given` without references, titles and nulls: absent is Kubernetes' null."""
    given = _resolved(given, known)
    node = {key: given[key] for key in KEPT if key in given and given[key] is not None}
    if "type" not in node:
        raise ValueError(f"no structural schema: {given}")
    if given["type"] == "array":
        node["items"] = _node(given["items"], known)
    if given["type"] == "object":
        node["properties"] = {
            name: _node(child, known) | LISTS.get(name, {}) for name, child in given["properties"].items()
        }
        if required := given.get("required"):
            node["required"] = required
    if isinstance(node.get("default"), dict):
        node["default"] = _without_nulls(node["default"])
    return node


def _resolved(given: dict[str, Any], known: dict[str, Any]) -> dict[str, Any]:
    """Follow a reference or the one alternative that is not null; what stands beside it wins."""
    while "$ref" in given or "anyOf" in given:
        beside = {key: value for key, value in given.items() if key not in ("$ref", "anyOf")}
        if "$ref" in given:
            inner = known[given["$ref"].rpartition("/")[2]]
        else:
            (inner,) = (each for each in given["anyOf"] if each.get("type") != "null")
        given = {**inner, **beside}
    return given


def _without_nulls(value: dict[str, Any]) -> dict[str, Any]:
    return {key: _without_nulls(one) if isinstance(one, dict) else one for key, one in value.items() if one is not None}


def _without_defaults(node: dict[str, Any]) -> None:
    """A status says what was seen; the API server must not add to it."""
    node.pop("default", None)
    for child in (*node.get("properties", {}).values(), *([node["items"]] if "items" in node else [])):
        _without_defaults(child)


def _rules(rules: tuple[tuple[str, str], ...]) -> list[dict[str, str]]:
    return [{"rule": rule, "message": message} for rule, message in rules]


def _column(name: str, kind: str, path: str, priority: int, description: str) -> dict[str, Any]:
    column: dict[str, Any] = {"name": name, "type": kind, "jsonPath": path, "description": description}
    return column | ({"priority": priority} if priority else {})


def text() -> str:
    """The definition as YAML."""
    head = "# Written by `python -m operators.renderer.crd`; change operators/renderer/api.py instead.\n"
    return head + yaml.safe_dump(definition(), sort_keys=False, width=120)


if __name__ == "__main__":
    sys.stdout.write(text())
