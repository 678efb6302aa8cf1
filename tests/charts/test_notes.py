"""Row 18, first half: the notes of each combination are whole, true and warn of what is unsafe."""

import re
from collections.abc import Mapping
from typing import Any

import pytest

from tests.charts import helm, matrix, objects

LEFTOVERS = re.compile(r"<no value>|%!|\{\{|\}\}|map\[|<nil>")
# What `kubectl` in the notes may call an object.
KINDS = {
    "svc": "Service",
    "service": "Service",
    "deploy": "Deployment",
    "deployment": "Deployment",
    "job": "Job",
    "secret": "Secret",
    "statefulset": "StatefulSet",
    "pvc": "PersistentVolumeClaim",
    "ras": "RendererAutoscaler",
    "rendererautoscaler": "RendererAutoscaler",
}
NAMED = re.compile(rf"\b({'|'.join(KINDS)})[/ ]([a-z0-9][-a-z0-9]+)")
MAIN = helm.CHARTS / "fractafrag"

every_case = pytest.mark.parametrize("case", matrix.DISTINCT, ids=matrix.case_id)


@every_case
def test_they_are_whole(case: matrix.Case) -> None:
    notes = case.render().notes
    assert notes.strip()
    assert LEFTOVERS.findall(notes) == []
    assert re.search(r"\n{3,}", notes) is None, "more than one empty line"
    assert helm.NAMESPACE in notes


@every_case
def test_commands_in_them_name_objects_that_exist(case: matrix.Case) -> None:
    rendered = case.render()
    commands = [line for line in rendered.notes.splitlines() if re.match(r"\s+(kubectl|helm|export|curl)\b", line)]
    named = {(KINDS[kind], name) for line in commands for kind, name in NAMED.findall(line)}
    existing = {(doc["kind"], doc["metadata"]["name"]) for doc in rendered.docs}
    assert named - existing == set()


def notes(values: Mapping[str, Any] | None = None, cluster: helm.Cluster = helm.FULL) -> str:
    """The notes of the main chart."""
    return helm.render(MAIN, values, cluster=cluster).notes


def test_they_warn_of_bundled_stores() -> None:
    own = {"mode": "external", "external": {"existingSecret": "mine"}}
    external = {"postgresql": own, "redis": own}
    assert "The bundled stores" in notes()
    assert "The bundled stores" not in notes(external)


def test_they_warn_of_a_browser_without_sandbox_and_user_namespace() -> None:
    assert "without Chromium's sandbox" in notes(cluster=helm.BARE)
    assert "without Chromium's sandbox" in notes({"renderer": {"hostUsers": "true"}}, helm.BARE)
    assert "without Chromium's sandbox" not in notes()
    assert "without Chromium's sandbox" not in notes({"renderer": {"sandbox": "localhost"}}, helm.BARE)


def test_they_say_how_to_get_the_operator_where_it_is_missing() -> None:
    assert "fractafrag-operator" in notes(cluster=helm.BARE)
    assert helm.render(MAIN, cluster=helm.BARE).of("RendererAutoscaler") == []


def test_they_say_that_helm_waits_for_jobs_only_when_told() -> None:
    assert "--wait-for-jobs" in notes()


def test_they_show_no_password() -> None:
    rendered = helm.render(MAIN)
    texts = [text for doc in rendered.of("Secret") for text in objects.secret_texts(doc).values()]
    assert [text for text in texts if text in rendered.notes and text != helm.RELEASE] == []
