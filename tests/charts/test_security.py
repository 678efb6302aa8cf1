"""Rows 9 and 10: Pod Security `restricted` for every pod, checkov's rules, and what the renderer may not have.

checkov is started as a process of its own, once: it warns when it is imported, and it is slow.
"""

import json
import re
import subprocess
import sys
from typing import Any

import pytest
import yaml

from tests.charts import helm, matrix, objects
from tests.charts.pod_security import violations

# Rules of checkov that we do not follow, by the end of the objects' names, each with the reason. What nothing breaks
# any more has to leave this table.
ACCEPTED = {
    "CKV_K8S_8": (r"Pod\..*-test-[a-z-]+", "the pods of `helm test` run once and end; nothing asks them"),
    "CKV_K8S_9": (r"Pod\..*-test-[a-z-]+", "the same"),
    "CKV_K8S_11": (
        r".*",
        "a limit of CPU slows services down that mostly wait; the renderer has one",
    ),
    "CKV_K8S_15": (r".*", "tags are fixed, so IfNotPresent gets the same image and starts without the registry"),
    "CKV_K8S_31": (
        r"Deployment\..*-renderer",
        "Localhost: Chromium's own sandbox needs more than the default",
    ),
    "CKV_K8S_35": (
        r".*",
        "processes read their settings from the environment; signing keys are a file",
    ),
    "CKV_K8S_38": (r"Deployment\..*-operator", "the operator talks to the API server; it is the only one with a token"),
    "CKV_K8S_40": (r"StatefulSet\..*-(postgresql|valkey)", "the images of others have files of their user 999"),
    "CKV_K8S_43": (r".*", "a release's digests are known after it is built; whoever wants sets image.digest"),
}
RENDERER = "renderer"
PUBLIC_KEYS = {"username", "database", "host", "port"}
MOUNTS_TOKEN = {"operator"}

every_case = pytest.mark.parametrize("case", matrix.DISTINCT, ids=matrix.case_id)


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


def test_checkov_finds_only_what_we_accept(checkov: dict[str, Any]) -> None:
    found = [f"{each['rule']} {each['object']}: {each['name']}" for each in checkov["failed"] if not accepted(each)]
    assert sorted(found) == []


def accepted(finding: dict[str, str]) -> bool:
    """Whether the table above has this rule for this object."""
    pattern, _ = ACCEPTED.get(finding["rule"], (r"(?!)", ""))
    return re.fullmatch(pattern, finding["object"]) is not None


def test_every_accepted_rule_is_still_broken(checkov: dict[str, Any]) -> None:
    assert checkov["passed"] > 1000
    assert ACCEPTED.keys() - {finding["rule"] for finding in checkov["failed"]} == set()


@pytest.fixture(scope="module")
def checkov(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What checkov says of all installs; each case is a namespace of its own, for some rules look at neighbours."""
    file = tmp_path_factory.mktemp("checkov") / "rendered.yaml"
    file.write_text(yaml.dump_all(apart(), Dumper=yaml.CSafeDumper))
    command = [sys.executable, "-W", "ignore", "-m", "tests.charts.checkov_report", str(file)]
    done = subprocess.run(command, cwd=helm.ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    report: dict[str, Any] = json.loads(done.stdout)
    return report


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
