"""Rows 2 and 14: every combination renders to whole documents, and the charts say which Kubernetes they need."""

import re
from collections import Counter
from pathlib import Path

import pytest

from tests.charts import helm, matrix, objects

# What the API server ignores the namespace of.
CLUSTER_WIDE = {
    "ClusterRole",
    "ClusterRoleBinding",
    "CustomResourceDefinition",
    "Namespace",
    "PriorityClass",
    "ValidatingAdmissionPolicy",
    "ValidatingAdmissionPolicyBinding",
}


def test_the_pinned_wheel_is_installed() -> None:
    assert helm.version() == helm.PINNED
    assert f'"helm-python-sdk=={helm.PINNED}"' in (helm.ROOT / "pyproject.toml").read_text()


def test_the_three_charts_are_here() -> None:
    assert {chart.name for chart in matrix.charts()} == {"fractafrag", "fractafrag-lib", "fractafrag-operator"}
    assert {path.stem for path in matrix.values_files(helm.CHARTS / "fractafrag")} >= {
        "external",
        "keda",
        "gpu",
        "cnpg",
    }


@pytest.mark.parametrize("case", matrix.CASES, ids=matrix.case_id)
def test_every_document_is_whole(case: matrix.Case) -> None:
    for source, doc in case.render().sources:
        assert {"apiVersion", "kind", "metadata"} <= doc.keys(), source
        assert doc["metadata"].get("name"), source
        namespace = None if doc["kind"] in CLUSTER_WIDE else helm.NAMESPACE
        assert doc["metadata"].get("namespace") == namespace, objects.title(doc)
        assert "<no value>" not in str(doc), source


@pytest.mark.parametrize("case", matrix.CASES, ids=matrix.case_id)
def test_no_object_is_rendered_twice(case: matrix.Case) -> None:
    counts = Counter((doc["apiVersion"].partition("/")[0], objects.title(doc)) for doc in case.render().docs)
    assert [each for each, count in counts.items() if count > 1] == []


@pytest.mark.parametrize("case", matrix.CASES, ids=matrix.case_id)
def test_custom_kinds_are_rendered_only_where_the_cluster_has_them(case: matrix.Case) -> None:
    # Asking for one by values (a route, a ServiceMonitor, a CNPG cluster) is the user's word that it is there.
    optional = {doc["kind"] for doc in case.render().of("RendererAutoscaler")}
    assert optional == set() or not case.bare


@pytest.mark.parametrize("case", matrix.CASES, ids=matrix.case_id)
def test_every_object_carries_the_common_labels(case: matrix.Case) -> None:
    wanted = {f"app.kubernetes.io/{name}" for name in ("name", "instance", "component", "version", "managed-by")}
    lacking = {
        objects.title(doc): sorted(wanted - objects.labels(doc).keys())
        for source, doc in case.render().sources
        if "extra" not in Path(source).name and not wanted <= objects.labels(doc).keys()
    }
    assert lacking == {}


@pytest.mark.parametrize("chart", matrix.charts(), ids=lambda chart: chart.name)
def test_chart_metadata_is_complete(chart: Path) -> None:
    read = matrix.metadata(chart)
    project = re.search(r'^version = "(.+)"$', (helm.ROOT / "pyproject.toml").read_text(), re.MULTILINE)
    assert read["apiVersion"] == "v2"
    assert re.fullmatch(r"\d+\.\d+\.\d+", read["version"])
    assert len(read["description"]) > len(read["name"])
    if read.get("type") != "library":
        assert project is not None
        assert str(read["appVersion"]) == project.group(1)


@pytest.mark.parametrize("chart", matrix.applications(), ids=lambda chart: chart.name)
def test_the_oldest_kubernetes_that_is_tested_is_the_one_that_is_asked_for(chart: Path) -> None:
    # Rendering does not enforce kubeVersion, so nothing else would notice.
    oldest = helm.OLDEST.removeprefix("v")
    assert matrix.metadata(chart)["kubeVersion"] == f">={oldest}-0"
