"""Row 12: no change of values, and no next version, may ask Kubernetes for what it refuses.

`immutable.json` records the fields of this release that can never change for an installation. A new version is held
against it; who changes an entry on purpose has to delete the object in an upgrade guide first.
The upgrades themselves run on a control plane (tests/e2e).
"""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.charts import helm, matrix, objects

RECORD = Path(__file__).parent / "immutable.json"
MOVES = {"volumeClaimTemplates", "storageClassName", "accessModes"}
CHART = helm.CHARTS / "fractafrag"


def frozen(doc: helm.Doc) -> dict[str, Any] | None:
    """The fields that the API server does not let anybody change."""
    spec = doc.get("spec", {})
    match doc["kind"]:
        case "Deployment":
            return {"selector": spec["selector"]}
        case "StatefulSet":
            fields = ("selector", "serviceName", "volumeClaimTemplates", "podManagementPolicy")
            return {field: spec.get(field) for field in fields}
        case "Service":
            return {"headless": spec.get("clusterIP") == "None"}
        case "PersistentVolumeClaim":
            return {field: spec.get(field) for field in ("accessModes", "storageClassName", "volumeMode")}
    return None


def frozen_of(docs: list[helm.Doc]) -> dict[str, Any]:
    """Those fields of all objects by their names."""
    fields = {objects.title(doc): frozen(doc) for doc in docs}
    return {title: found for title, found in fields.items() if found is not None}


@pytest.mark.parametrize("before", matrix.INSTALLS, ids=matrix.case_id)
def test_other_values_keep_what_cannot_change(before: matrix.Case) -> None:
    old = frozen_of(before.render().docs)
    for after in (case for case in matrix.CASES if case.upgrade and case.chart == before.chart):
        new = frozen_of(after.render().docs)
        for title in old.keys() & new.keys():
            # Another class or access mode of a volume is a move of data; the documentation says so.
            kept = {field: value for field, value in old[title].items() if field not in MOVES}
            assert kept == {field: new[title][field] for field in kept}, f"{title} to {after.id}"


@pytest.mark.parametrize("chart", matrix.applications(), ids=lambda chart: chart.name)
def test_this_version_keeps_what_the_record_says(chart: Path) -> None:
    recorded = json.loads(RECORD.read_text())[chart.name]
    now = frozen_of(helm.render(chart, upgrade=True).docs)
    assert now.keys() - recorded.keys() == set(), f"record the new ones in {RECORD.name}"
    assert {title: now[title] for title in recorded} == recorded


@pytest.mark.parametrize("case", matrix.INSTALLS, ids=matrix.case_id)
def test_an_upgrade_that_changes_nothing_restarts_nothing(case: matrix.Case) -> None:
    again = helm.render(case.chart, case.load(), upgrade=True).docs
    before = {objects.title(doc): objects.comparable(doc) for doc in case.render().docs}
    assert {objects.title(doc): objects.comparable(doc) for doc in again} == before


def migration(values: dict[str, Any]) -> tuple[str, helm.Doc]:
    """The name and the pod of the migration Job."""
    jobs = [doc for doc in helm.render(CHART, values).of("Job") if objects.component(doc) == "migrations"]
    assert len(jobs) == 1
    return jobs[0]["metadata"]["name"], jobs[0]["spec"]


def test_a_changed_migration_job_gets_another_name() -> None:
    # A Job's pod can never be changed, so the upgrade would fail.
    name, spec = migration({})
    for values in ({"api": {"image": {"tag": "0.2.0"}}}, {"postgresql": {"mode": "external", **external()}}):
        other, changed = migration(values)
        assert changed != spec
        assert other != name
        assert other.rpartition("-")[0] == name.rpartition("-")[0]


def external() -> dict[str, Any]:
    """A database of one's own."""
    return {"external": {"existingSecret": "my-database"}}


def test_an_equal_migration_job_keeps_its_name() -> None:
    name, spec = migration({})
    changes: list[dict[str, Any]] = [
        {"api": {"autoscaling": {"maxReplicas": 7}}},
        {"web": {"podAnnotations": {"a": "b"}}},
        {"site": {"name": "Another"}},
    ]
    for values in changes:
        assert migration(values) == (name, spec)


# What has to start new pods: a changed setting, by the component that reads it.
SETTINGS: list[tuple[dict[str, Any], set[str]]] = [
    ({"site": {"name": "Another"}}, {"api", "mcp", "worker", "web"}),
    ({"site": {"logLevel": "DEBUG"}}, {"api", "mcp", "worker", "web", "renderer"}),
    ({"config": {"FRACTAFRAG_FEED_PAGE": "1"}}, {"api", "mcp", "worker", "web"}),
    ({"mcp": {"allowedHosts": ["mcp.example.org"]}}, {"mcp"}),
    ({"auth": {"existingSecret": "mine"}}, {"api"}),
]
UNREAD: list[dict[str, Any]] = [{"ingress": {"enabled": False}}, {"api": {"autoscaling": {"maxReplicas": 7}}}]


@pytest.mark.parametrize(("change", "parts"), SETTINGS, ids=[next(iter(change)) for change, _ in SETTINGS])
def test_changed_settings_start_new_pods(change: dict[str, Any], parts: set[str]) -> None:
    before, after = templates({}), templates(change)
    assert {name.split("/")[0] for name, pod in after.items() if pod != before[name]} == parts


@pytest.mark.parametrize("change", UNREAD, ids=[next(iter(change)) for change in UNREAD])
def test_what_no_pod_reads_starts_no_new_pods(change: dict[str, Any]) -> None:
    assert templates(change) == templates({})


def templates(values: dict[str, Any]) -> dict[str, helm.Doc]:
    """Each pod by component and name, with checksums of what is not random."""
    docs = [objects.comparable(doc) for doc in helm.render(CHART, values).of("Deployment", "StatefulSet")]
    return {f"{objects.component(doc)}/{doc['metadata']['name']}": doc["spec"]["template"] for doc in docs}
