"""What the API server refuses: specs that make no sense, and everything that the operator need not do."""

import time
from collections.abc import Iterator
from typing import Any

import pytest

from operators.renderer.api import AutoscalerSpec
from services.standalone.valkey import EmbeddedValkey
from tests.cluster.kube import Kube, path, refused, steady
from tests.cluster.rig import GROUP_VERSION, LEASE, PLURAL, TARGETS, Autoscaled, Rig
from tests.fixtures.control_plane import ControlPlane


@pytest.fixture(scope="module")
def rig(
    control_plane: ControlPlane, definitions: str, valkey: EmbeddedValkey, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Rig]:
    """A namespace with one operator."""
    assert definitions
    made = Rig(control_plane, valkey, tmp_path_factory.mktemp("rules"))
    made.operator()
    yield made
    made.stop()


@pytest.fixture(scope="module")
def site(rig: Rig) -> Autoscaled:
    """An autoscaler that works."""
    return rig.autoscaled()


NIGHT = {"start": "0 1 * * *", "end": "0 2 * * *"}
URL = "redis://:password@redis:6379/0"
# What is wrong, and a word of the refusal.
BY_RULE: list[tuple[dict[str, Any], str]] = [
    ({"minReplicas": 9}, "minReplicas must not be above maxReplicas"),
    ({"warmReplicas": 9}, "warmReplicas must not be above maxReplicas"),
    ({"fallback": {"replicas": 9}}, "fallback.replicas must not be above maxReplicas"),
    ({"paused": {"replicas": 9}}, "paused.replicas must not be above maxReplicas"),
    ({"schedules": [{**NIGHT, "minReplicas": 9}]}, "schedules: minReplicas must not be above maxReplicas"),
    ({"schedules": [{**NIGHT, "warmReplicas": 9}]}, "schedules: warmReplicas must not be above maxReplicas"),
    ({"schedules": [NIGHT]}, "a schedule needs minReplicas or warmReplicas"),
    ({"target": {}}, "set exactly one of drainSeconds and jobsPerReplica"),
    ({"target": {"drainSeconds": 30, "jobsPerReplica": 2}}, "set exactly one of drainSeconds and jobsPerReplica"),
]
BY_SCHEMA: list[tuple[dict[str, Any], str]] = [
    ({"maxReplicas": None}, "spec.maxReplicas"),
    ({"maxReplicas": 0}, "spec.maxReplicas"),
    ({"minReplicas": -1}, "spec.minReplicas"),
    ({"minReplicas": "2"}, "spec.minReplicas"),
    ({"pollSeconds": 61}, "spec.pollSeconds"),
    ({"scaleTargetRef": {"name": "renderer", "kind": "DaemonSet"}}, "spec.scaleTargetRef.kind"),
    ({"scaleTargetRef": {}}, "spec.scaleTargetRef.name"),
    ({"queue": {"names": [], "redis": {"secretRef": {"name": "redis"}}}}, "spec.queue.names"),
    ({"queue": {"redis": {"secretRef": {"name": "NO"}}}}, "spec.queue.redis.secretRef.name"),
    ({"queue": {"redis": {"url": URL}}}, "spec.queue.redis.secretRef"),
    ({"fallback": {"behavior": "zero"}}, "spec.fallback.behavior"),
    ({"behavior": {"scaleUp": {"policies": []}}}, "spec.behavior.scaleUp.policies"),
    ({"behavior": {"scaleDown": {"policies": [{"type": "Pods", "value": 0, "periodSeconds": 1}]}}}, "value"),
    ({"target": {"jobsPerReplica": 2, "slotsPerReplica": 65}}, "spec.target.slotsPerReplica"),
]


@pytest.mark.parametrize(("wrong", "words"), [*BY_RULE, *BY_SCHEMA], ids=lambda given: str(given)[:60])
def test_a_spec_that_makes_no_sense_is_refused(site: Autoscaled, wrong: dict[str, Any], words: str) -> None:
    with refused(422, words):
        site.create("wrong", **wrong)


def test_each_rule_of_the_definition_is_tried(site: Autoscaled) -> None:
    where = path("apiextensions.k8s.io/v1", "customresourcedefinitions", name=f"{PLURAL}.fractafrag.dev")
    schema = site.kube.need(where)["spec"]["versions"][0]["schema"]["openAPIV3Schema"]

    def messages(node: Any) -> Iterator[str]:
        if isinstance(node, dict):
            yield from (rule["message"] for rule in node.get("x-kubernetes-validations", []))
            for child in node.values():
                yield from messages(child)

    assert set(messages(schema)) == {words for _, words in BY_RULE}


def test_a_field_that_nobody_knows_is_not_kept(site: Autoscaled) -> None:
    where = site.rig.path(GROUP_VERSION, PLURAL)
    with refused(400, "unknown field"):
        site.kube.request("POST", where, site.body("wrong", colour="red"), fieldValidation="Strict")


def test_the_defaults_are_those_of_the_models(site: Autoscaled) -> None:
    given = site.body("any")["spec"]
    assert site.kube.need(site.where())["spec"] == AutoscalerSpec.model_validate(given).to_object()


def test_of_two_on_one_target_the_older_wins(rig: Rig) -> None:
    site = rig.autoscaled(minReplicas=1)
    site.reaches(1)
    time.sleep(1.1)  # Kubernetes knows an age in whole seconds only.
    site.create("a-younger-one", minReplicas=5)
    site.becomes("Ready", "False", "Conflict", name="a-younger-one")
    steady("the older one's number", lambda: site.replicas == 1, 3)
    assert site.condition("Ready") == ("True", "Scaling")
    site.kube.delete(site.where())
    site.reaches(5)
    site.becomes("Ready", "True", "Scaling", name="a-younger-one")


def test_beside_a_horizontal_pod_autoscaler_it_does_nothing(rig: Rig) -> None:
    site = rig.autoscaled()
    site.becomes("Ready", "True", "Scaling")
    where = rig.path("autoscaling/v2", "horizontalpodautoscalers")
    ref = {"apiVersion": "apps/v1", "kind": "Deployment", "name": site.target}
    half = {"type": "Utilization", "averageUtilization": 50}
    metric = {"type": "Resource", "resource": {"name": "cpu", "target": half}}
    rig.kube.create(
        where,
        {
            "apiVersion": "autoscaling/v2",
            "kind": "HorizontalPodAutoscaler",
            "metadata": {"name": "other"},
            "spec": {"scaleTargetRef": ref, "minReplicas": 1, "maxReplicas": 3, "metrics": [metric]},
        },
    )
    site.becomes("Ready", "False", "Conflict")
    site.queue.add(4)
    before = site.replicas
    steady("nothing is scaled", lambda: site.replicas == before, 3)
    rig.kube.delete(f"{where}/other")
    site.reaches(2)
    site.becomes("Ready", "True", "Scaling")


def test_a_target_that_the_chart_does_not_name_is_left_alone(rig: Rig) -> None:
    site = rig.autoscaled()
    rig.deployment("stranger", 2, {})
    site.create("stranger", scaleTargetRef={"name": "stranger"}, minReplicas=4)
    site.becomes("Ready", "False", "KubernetesFailed", name="stranger")
    stranger = rig.kube.need(rig.path("apps/v1", "deployments", "stranger"))
    assert stranger["spec"]["replicas"] == 2


def test_a_missing_target_or_secret_is_told_and_tried_again(rig: Rig) -> None:
    site = rig.autoscaled(minReplicas=2)
    site.reaches(2)
    deployment = rig.path("apps/v1", "deployments", site.target)
    rig.kube.delete(deployment)
    site.becomes("Ready", "False", "TargetMissing")
    rig.deployment(site.target, 0, {})
    site.reaches(2)
    secret = {"namespace": site.queue.prefix, "redis": {"secretRef": {"name": "another"}}}
    rig.kube.merge(site.where(), {"spec": {"queue": secret}})
    site.becomes("Ready", "False", "SecretNotMounted")


ALLOWED = [
    ("list", "fractafrag.dev", PLURAL, "", ""),
    ("watch", "fractafrag.dev", PLURAL, "", ""),
    ("patch", "fractafrag.dev", PLURAL, "status", ""),
    ("get", "apps", "deployments", "scale", TARGETS[0]),
    ("patch", "apps", "deployments", "scale", TARGETS[0]),
    ("list", "", "pods", "", ""),
    ("patch", "", "pods", "", ""),
    ("create", "", "events", "", ""),
    ("create", "coordination.k8s.io", "leases", "", ""),
    ("update", "coordination.k8s.io", "leases", "", LEASE),
    ("list", "autoscaling", "horizontalpodautoscalers", "", ""),
]
FORBIDDEN = [
    ("get", "", "secrets", "", ""),
    ("list", "", "secrets", "", ""),
    ("list", "", "configmaps", "", ""),
    ("create", "", "pods", "", ""),
    ("delete", "", "pods", "", ""),
    ("create", "", "pods", "exec", ""),
    ("patch", "", "pods", "status", ""),
    ("patch", "apps", "deployments", "", TARGETS[0]),
    ("get", "apps", "deployments", "scale", "fractafrag-api"),
    ("patch", "apps", "deployments", "scale", "fractafrag-api"),
    ("patch", "fractafrag.dev", PLURAL, "", ""),
    ("delete", "fractafrag.dev", PLURAL, "", ""),
    ("update", "coordination.k8s.io", "leases", "", "somebody-elses"),
    ("create", "rbac.authorization.k8s.io", "roles", "", ""),
    ("create", "", "serviceaccounts", "token", ""),
]


def allowed(kube: Kube, namespace: str, question: tuple[str, str, str, str, str]) -> bool:
    """What the API server says about it."""
    verb, group, resource, sub, name = question
    asked = {"verb": verb, "group": group, "resource": resource, "subresource": sub, "name": name}
    body = {"spec": {"resourceAttributes": {**asked, "namespace": namespace}}}
    where = path("authorization.k8s.io/v1", "selfsubjectaccessreviews")
    return bool(kube.create(where, body)["status"]["allowed"])


def test_the_role_allows_what_is_needed_and_nothing_else(rig: Rig) -> None:
    account = rig.account
    assert [one for one in ALLOWED if not allowed(account, rig.namespace, one)] == []
    assert [one for one in FORBIDDEN if allowed(account, rig.namespace, one)] == []
    assert [one for one in ALLOWED if allowed(account, "default", one)] == [], "it is for its own namespace"
    with refused(403, "secrets is forbidden"):
        account.list(rig.path("v1", "secrets"))
    with refused(403, "nodes is forbidden"):
        account.list(path("v1", "nodes"))
    with refused(403, "deployments.apps"):
        account.merge(rig.path("apps/v1", "deployments", "stranger", "scale"), {"spec": {"replicas": 9}})


def test_without_an_operator_an_autoscaler_can_be_deleted(rig: Rig) -> None:
    site = rig.autoscaled(minReplicas=3)
    site.reaches(3)
    found = rig.kube.need(site.where())
    assert "finalizers" not in found["metadata"]
    assert not [key for key in found["metadata"].get("annotations", {}) if "kopf" in key]
    rig.kill()
    rig.kube.delete(site.where())
    assert rig.kube.get(site.where()) is None
    steady("the renderers stay", lambda: site.replicas == 3, 1)
