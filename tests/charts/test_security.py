"""Rows 9 and 10: Pod Security `restricted` for every pod, checkov's rules, and what the renderer may not have.

checkov is started as a process of its own, once: it warns when it is imported, and it is slow.
"""

import json
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.charts import helm, matrix, objects
from tests.charts.pod_security import violations

# Rules of checkov that we do not follow, each with the reason. A rule that nothing breaks has to leave this table.
ACCEPTED = {
    "CKV_K8S_15": "images have fixed tags, so IfNotPresent is right and starts without the registry",
    "CKV_K8S_43": "tags by default, digests for who sets them: a release's digests are known only after it is built",
    "CKV_K8S_35": "the processes read their settings from the environment; signing keys are a file",
    "CKV_K8S_11": "a CPU limit throttles services that mostly wait; memory is limited",
}
RENDERER = "renderer"
PUBLIC_KEYS = {"username", "database", "host", "port"}
MOUNTS_TOKEN = {"operator"}

every_case = pytest.mark.parametrize("case", matrix.CASES, ids=matrix.case_id)


@every_case
def test_every_pod_is_admitted_as_restricted(case: matrix.Case) -> None:
    found = {objects.title(doc): violations(pod["spec"]) for doc, pod in objects.pods(case.render().docs)}
    assert {title: broken for title, broken in found.items() if broken} == {}


@every_case
def test_containers_cannot_write_to_their_root_and_have_limits(case: matrix.Case) -> None:
    for doc, pod in objects.pods(case.render().docs):
        for container in objects.containers(pod):
            where = f"{objects.title(doc)} {container['name']}"
            assert container["securityContext"]["readOnlyRootFilesystem"] is True, where
            assert {"cpu", "memory", "ephemeral-storage"} <= container["resources"]["requests"].keys(), where
            assert {"memory", "ephemeral-storage"} <= container["resources"]["limits"].keys(), where
        assert pod["spec"]["enableServiceLinks"] is False, objects.title(doc)
        assert pod["spec"]["securityContext"]["runAsUser"] >= 1000 or case_is_a_store(pod), objects.title(doc)
        volumes = [volume for volume in pod["spec"].get("volumes") or [] if "emptyDir" in volume]
        assert all("sizeLimit" in volume["emptyDir"] for volume in volumes), objects.title(doc)


def case_is_a_store(pod: helm.Doc) -> bool:
    """Images of others have their own user."""
    return objects.component(pod) in {"postgresql", "valkey"}


@every_case
def test_only_the_operator_has_a_token(case: matrix.Case) -> None:
    rendered = case.render()
    assert [
        objects.title(doc) for doc in rendered.of("ServiceAccount") if doc.get("automountServiceAccountToken")
    ] == []
    with_token = {
        objects.component(pod)
        for _, pod in objects.pods(rendered.docs)
        if pod["spec"].get("automountServiceAccountToken") is not False
    }
    assert with_token <= MOUNTS_TOKEN


@every_case
def test_the_renderer_holds_nothing_worth_taking(case: matrix.Case) -> None:
    for _, pod in objects.pods(case.render().docs):
        if objects.component(pod) != RENDERER:
            continue
        assert list(objects.secret_references(pod)) == []
        assert objects.config_references(pod) == set()
        assert pod["spec"]["automountServiceAccountToken"] is False
        own = [entry["name"] for container in objects.containers(pod) for entry in container.get("env") or []]
        assert [name for name in own if not name.startswith(("FRACTAFRAG_RENDERER_", "NVIDIA_"))] == []
        kinds = {kind for volume in pod["spec"].get("volumes") or [] for kind in volume.keys() - {"name"}}
        assert kinds == {"emptyDir"}


@every_case
def test_no_secret_is_written_where_it_can_be_read(case: matrix.Case) -> None:
    rendered = case.render()
    secrets = {
        text
        for doc in rendered.of("Secret")
        for key, text in objects.secret_texts(doc).items()
        if key not in PUBLIC_KEYS
    }
    elsewhere = "".join(json.dumps(doc) for doc in rendered.docs if doc["kind"] != "Secret") + rendered.notes
    assert [text for text in secrets if text in elsewhere] == []


@every_case
def test_roles_are_of_one_namespace_and_name_what_they_allow(case: matrix.Case) -> None:
    rendered = case.render()
    assert rendered.of("ClusterRole", "ClusterRoleBinding") == []
    for role in rendered.of("Role"):
        for rule in role["rules"]:
            assert "*" not in [*rule["apiGroups"], *rule["resources"], *rule["verbs"]], objects.title(role)
            assert "secrets" not in rule["resources"], objects.title(role)


def test_checkov_finds_only_what_we_accept(checkov_findings: list[dict[str, Any]]) -> None:
    found = sorted(
        f"{finding['check_id']} {finding['resource']}: {finding['check_name']}"
        for finding in checkov_findings
        if finding["check_id"] not in ACCEPTED
    )
    assert found == []


def test_every_accepted_rule_is_still_broken(checkov_findings: list[dict[str, Any]]) -> None:
    assert ACCEPTED.keys() - {finding["check_id"] for finding in checkov_findings} == set()


@pytest.fixture(scope="module")
def checkov_findings(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """What checkov says of all installs; each case is a namespace of its own, for some rules look at neighbours."""
    return _checkov(tmp_path_factory.mktemp("checkov"))


@cache
def _checkov(folder: Path) -> list[dict[str, Any]]:
    file = folder / "rendered.yaml"
    file.write_text(yaml.dump_all(apart(), Dumper=yaml.CSafeDumper))
    command = [sys.executable, "-W", "ignore", "-m", "checkov.main", "--file", str(file), "--framework", "kubernetes"]
    options = ["--skip-download", "--compact", "--quiet", "--soft-fail", "--output", "json"]
    done = subprocess.run([*command, *options], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    report = json.loads(done.stdout)
    findings: list[dict[str, Any]] = report["results"]["failed_checks"]
    assert report["summary"]["parsing_errors"] == 0
    assert report["summary"]["passed"] > report["summary"]["failed"]
    return findings


def apart() -> list[helm.Doc]:
    """The documents of every install that differ, each case in a namespace."""
    seen: set[str] = set()
    found = []
    for case in matrix.INSTALLS:
        for doc in case.render().docs:
            key = json.dumps(objects.comparable(doc), sort_keys=True)
            if key not in seen:
                seen.add(key)
                found.append({**doc, "metadata": {**doc["metadata"], "namespace": case.id}})
    return found
