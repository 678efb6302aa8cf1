"""Row 3: the suites that users run with the plugin helm-unittest hold here too, and their reader does not look away."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.charts import helm, matrix, unittest_form
from tests.charts.unittest_form import Job, Unknown

FILES = [file for chart in matrix.applications() for file in unittest_form.suites(chart)]
JOBS = [job for file in FILES for job in unittest_form.jobs(file)]
FRAME = {
    "suite": "s",
    "templates": ["web.yaml"],
    "release": {"name": "fractafrag"},
    "capabilities": {"majorVersion": 1, "minorVersion": 35},
}
DEPLOYMENT = {"documentSelector": {"path": "kind", "value": "Deployment"}}

# An assertion about the web's Deployment that holds, and the same one when it does not.
PAIRS: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"equal": {"path": "spec.replicas", "value": 1}}, {"equal": {"path": "spec.replicas", "value": 2}}),
    ({"equal": {"path": "spec.replicas", "value": 1}}, {"equal": {"path": "spec.replicants", "value": 1}}),
    ({"notEqual": {"path": "spec.replicas", "value": 2}}, {"notEqual": {"path": "spec.replicas", "value": 1}}),
    ({"exists": {"path": "spec.replicas"}}, {"exists": {"path": "spec.replicants"}}),
    ({"notExists": {"path": "spec.replicants"}}, {"notExists": {"path": "spec.replicas"}}),
    ({"isKind": {"of": "Deployment"}}, {"isKind": {"of": "Service"}}),
    (
        {"isSubset": {"path": "metadata", "content": {"name": "fractafrag-web"}}},
        {"isSubset": {"path": "metadata", "content": {"name": "web"}}},
    ),
    (
        {"lengthEqual": {"path": "spec.template.spec.containers", "count": 1}},
        {"lengthEqual": {"path": "spec", "count": 1}},
    ),
    (
        {"contains": {"path": "spec.template.spec.containers", "content": {"name": "web"}, "any": True}},
        {"contains": {"path": "spec.template.spec.containers", "content": {"name": "web"}}},
    ),
    (
        {"notContains": {"path": "spec.template.spec.containers", "content": {"name": "web"}}},
        {"notContains": {"path": "spec.template.spec.containers", "content": {"name": "web"}, "any": True}},
    ),
    (
        {"matchRegex": {"path": 'spec.template.spec.containers[?(@.name == "web")].image', "pattern": "/web:"}},
        {"matchRegex": {"path": 'spec.template.spec.containers[?(@.name == "api")].image', "pattern": "/web:"}},
    ),
    (
        {"notMatchRegex": {"path": "metadata.name", "pattern": "^api"}},
        {"notMatchRegex": {"path": "metadata.name", "pattern": "web$"}},
    ),
    ({"hasDocuments": {"count": 4}}, {"hasDocuments": {"count": 3}}),
]
UNKNOWN: list[dict[str, Any]] = [
    {"matchSnapshot": {"path": "spec"}},
    {"equal": {"path": "spec.replicas", "value": 1}, "not": True},
    {"equal": {"path": "spec.replicas", "value": 1, "decodeBase64": True}},
    {"equal": {"path": "spec.replicas", "value": 1}, "exists": {"path": "spec"}},
    {"equal": {"path": "spec..replicas", "value": 1}},
    {"equal": {"path": "kind", "value": "Deployment"}, "template": "wep.yaml"},
    {"exists": {"path": "kind"}, "documentSelector": {"path": "metadata.name", "value": "fractafrag-web"}},
]


def job(*asserts: dict[str, Any], **more: Any) -> Job:
    """A test of the site's chart, as if it stood in a suite."""
    return Job(FRAME, {"it": "t", "asserts": asserts, **more}, helm.CHARTS / "fractafrag" / "tests" / "x_test.yaml")


@pytest.mark.parametrize("one", JOBS, ids=[one.id for one in JOBS])
def test_a_suite_holds(one: Job) -> None:
    assert unittest_form.run(one) == []


def test_every_chart_that_can_be_installed_has_suites() -> None:
    assert {file.parents[1] for file in FILES} == set(matrix.applications())


@pytest.mark.parametrize(("right", "wrong"), PAIRS, ids=[next(iter(right)) for right, _ in PAIRS])
def test_an_assertion_can_fail(right: dict[str, Any], wrong: dict[str, Any]) -> None:
    assert unittest_form.run(job(right, **DEPLOYMENT)) == []
    assert unittest_form.run(job(wrong, **DEPLOYMENT)) != []


def test_every_known_assertion_is_tried_both_ways() -> None:
    assert {next(iter(right)) for right, _ in PAIRS} == {*unittest_form.CHECKS, "hasDocuments"}


@pytest.mark.parametrize("said", UNKNOWN, ids=str)
def test_what_the_reader_does_not_know_is_refused(said: dict[str, Any]) -> None:
    with pytest.raises(Unknown):
        unittest_form.run(job(said))


def test_a_refusal_is_compared_in_full() -> None:
    sentence = "storage.mode is s3: set storage.s3.bucket"
    asserts: list[dict[str, Any]] = [
        {"failedTemplate": {"errorMessage": sentence}},
        {"failedTemplate": {"errorPattern": "bucket$"}},
        {"failedTemplate": {"errorMessage": "storage.mode is s3"}},
        {"exists": {"path": "kind"}},
    ]
    assert unittest_form.run(job(*asserts, set={"storage.mode": "s3"})) == [
        f"failedTemplate: the chart says: {sentence}",
        f"exists: the chart refuses: {sentence}",
    ]


def test_a_chart_that_renders_has_not_failed() -> None:
    assert unittest_form.run(job({"failedTemplate": {}})) == ["failedTemplate: nothing was refused"]


@pytest.mark.parametrize("key", ["postRenderer", "documentIndices"])
def test_a_suite_with_an_unknown_key_is_refused(tmp_path: Path, key: str) -> None:
    file = tmp_path / "tests" / "x_test.yaml"
    file.parent.mkdir()
    file.write_text(yaml.safe_dump({**FRAME, "tests": [], key: 1}))
    with pytest.raises(Unknown, match=key):
        unittest_form.jobs(file)


def test_a_suite_says_for_which_cluster_it_is(tmp_path: Path) -> None:
    file = tmp_path / "tests" / "x_test.yaml"
    file.parent.mkdir()
    file.write_text(yaml.safe_dump({"suite": "s", "templates": [], "release": {"name": "a"}, "tests": []}))
    with pytest.raises(Unknown, match="has no capabilities"):
        unittest_form.jobs(file)
