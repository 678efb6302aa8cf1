"""Every alert is explained, and alerts and dashboard ask only for metrics that the code has.

Metrics are collected from the declarations in the sources, the operator's from its registry, which it fills when it
begins; those of Kubernetes and Prometheus are listed below.
"""

import ast
import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import CollectorRegistry

from operators.renderer.metrics import Metrics
from tests.charts import helm, matrix

MONITORED = {"monitoring": {"enabled": True}}
# With a GPU and with payments there are more rules.
PAYMENTS = {"provider": "stripe", "stripe": {"existingSecret": "my-stripe"}}
WHOLE: dict[str, dict[str, Any]] = {
    "fractafrag": {**MONITORED, "gpu": {"enabled": True}, "payments": PAYMENTS},
    "fractafrag-operator": MONITORED,
}
ALERTS = helm.ROOT / "docs" / "operations" / "alerts.md"
SOURCES = ("services", "operators")
SUFFIXES = {
    "Counter": ("", "_created"),
    "Gauge": ("",),
    "Info": ("_info",),
    "Histogram": ("_bucket", "_sum", "_count", "_created"),
    "Summary": ("_sum", "_count", "_created"),
}
# Metrics of Prometheus itself and of kube-state-metrics.
FOREIGN = re.compile(r"up|ALERTS|kube_\w+|container_\w+")
# Words of PromQL that look like metrics.
WORDS = {
    "and", "or", "unless", "by", "without", "on", "ignoring", "group_left", "group_right", "bool", "offset",
}  # fmt: skip


@cache
def declared() -> frozenset[str]:
    """Every time series that our processes can have."""
    files = [
        path for folder in SOURCES for path in (helm.ROOT / folder).rglob("*.py") if "node_modules" not in path.parts
    ]
    series = {name for path in files for name in of_module(ast.parse(path.read_text()))}
    return frozenset(series | of_registry(Metrics().registry))


def of_registry(registry: CollectorRegistry) -> set[str]:
    """The time series of metrics that are made at run time, without any sample."""
    found = set()
    for family in registry.collect():
        kind = family.type.capitalize()
        name = f"{family.name}_total" if kind == "Counter" else family.name
        found |= {name + suffix for suffix in SUFFIXES[kind]}
    return found


def of_module(tree: ast.Module) -> set[str]:
    """The time series of the metrics that one module declares."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
            kind = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            name = node.args[0].value
            if kind in SUFFIXES and isinstance(name, str):
                # A Counter is shown with _total whether or not its declaration has it.
                name = f"{name.removesuffix('_total')}_total" if kind == "Counter" else name
                found |= {name + suffix for suffix in SUFFIXES[kind]}
    return found


def asked(query: str) -> set[str]:
    """The metrics that a PromQL expression names."""
    bare = re.sub(r'"(?:[^"\\]|\\.)*"', '""', query)
    bare = re.sub(r"\$\{?\w+(:\w+)?\}?", "5m", bare)
    bare = re.sub(r"\{[^}]*\}|\[[^\]]*\]", " ", bare)
    bare = re.sub(r"\b(by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)", " ", bare)
    names = set(re.findall(r"(?<![\w.])[a-zA-Z_:][\w:]*(?!\s*\(|[\w:])", bare))
    return {name for name in names if name.lower() not in WORDS}


def rules() -> list[dict[str, Any]]:
    """All rules of all charts."""
    found = []
    for chart in matrix.applications():
        for doc in helm.render(chart, WHOLE[chart.name]).of("PrometheusRule"):
            found += [rule for group in doc["spec"]["groups"] for rule in group["rules"]]
    return found


def dashboards() -> list[dict[str, Any]]:
    """All Grafana dashboards of all charts."""
    maps = [doc for chart in matrix.applications() for doc in helm.render(chart, WHOLE[chart.name]).of("ConfigMap")]
    return [json.loads(text) for doc in maps for name, text in doc["data"].items() if name.endswith(".json")]


def queries(panel: Any) -> list[str]:
    """Every expression in a dashboard, wherever it stands."""
    if isinstance(panel, dict):
        own = [panel["expr"]] if isinstance(panel.get("expr"), str) else []
        return own + [query for value in panel.values() for query in queries(value)]
    return [query for value in panel for query in queries(value)] if isinstance(panel, list) else []


def missing(expressions: list[str]) -> set[str]:
    """Metrics that nobody has."""
    recorded = {rule["record"] for rule in rules() if "record" in rule}
    names = {name for expression in expressions for name in asked(expression)}
    return {name for name in names - declared() - recorded if not FOREIGN.fullmatch(name)}


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("up == 0", {"up"}),
        ('sum by (queue) (rate(a_total{x="b_c"}[5m])) > 3', {"a_total"}),
        ("histogram_quantile(0.95, sum(rate(a_bucket[10m])) by (le)) and on (pod) b", {"a_bucket", "b"}),
        ("time() - a_timestamp > 60 or absent(b)", {"a_timestamp", "b"}),
        ('a{job=~"$job"}[$__rate_interval] * 1e3', {"a"}),
    ],
)
def test_names_are_found_in_a_query(query: str, names: set[str]) -> None:
    assert asked(query) == names


def test_alerts_ask_for_metrics_that_exist() -> None:
    assert rules()
    assert missing([str(rule["expr"]) for rule in rules()]) == set()


def test_the_dashboards_ask_for_metrics_that_exist() -> None:
    assert dashboards()
    for dashboard in dashboards():
        assert queries(dashboard)
        assert missing(queries(dashboard)) == set(), dashboard.get("title")


def test_every_alert_is_explained_and_every_explanation_is_of_an_alert() -> None:
    alerts = {rule["alert"] for rule in rules() if "alert" in rule}
    explained = set(re.findall(r"^#+ `?([A-Z][A-Za-z]+[a-z][A-Z][A-Za-z]+)`?", ALERTS.read_text(), re.MULTILINE))
    assert alerts
    assert alerts - explained == set()
    assert explained - alerts == set()


def test_every_alert_says_where_it_is_explained() -> None:
    for rule in rules():
        if "alert" in rule:
            assert rule["annotations"]["runbook_url"].endswith(f"alerts.md#{rule['alert'].lower()}"), rule["alert"]


def test_the_rules_can_be_turned_off() -> None:
    assert helm.render("fractafrag").of("PrometheusRule", "ServiceMonitor", "PodMonitor") == []


def test_every_page_named_by_a_rule_exists() -> None:
    assert Path(ALERTS).exists()
