"""Values that contradict each other stop with a sentence that says what to do; every such sentence is tried here."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.charts import helm

EXTERNAL = {"mode": "external", "external": {"existingSecret": "mine"}}
HPA = """
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: mine}
spec: {scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: fractafrag-api}}
"""

# A part of the sentence, and values that lead to it.
CONTRADICTIONS: list[tuple[str, dict[str, Any]]] = [
    ("is above maxReplicas", {"api": {"autoscaling": {"minReplicas": 9}}}),
    ("minimum: got 0, want 1", {"worker": {"autoscaling": {"minReplicas": 0}}}),
    ("aims at a share of the CPU request", {"api": {"resources": {"requests": {"cpu": None}}}}),
    ("no node under them could ever be drained", {"web": {"replicas": 2, "pdb": {"enabled": True, "minAvailable": 2}}}),
    ("preStopSleepSeconds has to be below", {"web": {"preStopSleepSeconds": 30}}),
    ("has to be above 40", {"worker": {"terminationGracePeriodSeconds": 30}}),
    ("one digest for different images", {"defaults": {"image": {"digest": f"sha256:{'0' * 64}"}}}),
    ("and 20 more: a job may take 15 seconds", {"renderer": {"terminationGracePeriodSeconds": 30}}),
    ("must not name a Secret", {"renderer": {"envFrom": [{"secretRef": {"name": "mine"}}]}}),
    (
        "must not name a Secret",
        {"renderer": {"env": [{"name": "A", "valueFrom": {"secretKeyRef": {"name": "a", "key": "b"}}}]}},
    ),
    ("must stay empty", {"renderer": {"networkPolicy": {"egress": [{"ports": [{"port": 443}]}]}}}),
    ("behind one barrier only", {"renderer": {"hostUsers": "true"}}),
    ("gpu.count is 0", {"gpu": {"enabled": True, "count": 0}}),
    ("two autoscalers on one Deployment would fight", {"renderer": {"autoscaling": {"mode": "none", "force": True}}}),
    (
        "takes either drainSeconds or jobsPerReplica",
        {"renderer": {"autoscaling": {"operator": {"target": {"jobsPerReplica": 2}}}}},
    ),
    ("set renderer.autoscaling.keda.address", {"redis": EXTERNAL, "renderer": {"autoscaling": {"mode": "keda"}}}),
    ("two autoscalers would fight", {"extraObjects": [HPA]}),
    ("name the Secret with its URL", {"postgresql": {"mode": "external"}}),
    ("external names a server", {"redis": {"external": {"existingSecret": "mine"}}}),
    ("nobody could sign in", {"signIn": {"passwords": False}}),
    (
        "name the Secret with their client secrets",
        {"signIn": {"providers": [{"name": "github", "kind": "github", "clientId": "a"}]}},
    ),
    (
        "is oidc and needs its issuer",
        {"signIn": {"existingSecret": "s", "providers": [{"name": "mine", "kind": "oidc", "clientId": "a"}]}},
    ),
    ("nobody could confirm an address", {"mail": {"verifyAddresses": True}}),
    (
        "it would travel in the clear",
        {"mail": {"smtp": {"host": "smtp.example.org", "existingSecret": "mine", "security": "none"}}},
    ),
    ("name a Secret with the key secret-key", {"payments": {"provider": "stripe"}}),
    (
        "real money needs site.publicUrl with https",
        {"payments": {"provider": "stripe", "stripe": {"existingSecret": "mine", "livemode": True}}},
    ),
    ("set storage.s3.bucket", {"storage": {"mode": "s3"}}),
    (
        "existingClaim names a volume",
        {"storage": {"mode": "s3", "s3": {"bucket": "b"}, "pvc": {"existingClaim": "mine"}}},
    ),
    ("storage.s3.bucket is set", {"storage": {"s3": {"bucket": "b"}}}),
    ("which only pods on one node can share", {"storage": {"pvc": {"colocate": False}}}),
    ("name the Gateway", {"gateway": {"enabled": True, "hostnames": ["a.example"]}}),
    ("both would claim every one", {"gateway": {"enabled": True, "parentRefs": [{"name": "g"}]}}),
    (
        "cookies would not be Secure",
        {
            "ingress": {"host": "a.example", "tls": [{"secretName": "t", "hosts": ["a.example"]}]},
            "site": {"publicUrl": "http://a.example"},
        },
    ),
    ("worker.queues has no render", {"worker": {"queues": {"render": None}}}),
    ("agents' calls go to the API", {"api": {"enabled": False}}),
    ("lead to api and web", {"web": {"enabled": False}}),
]
# Told apart by the cluster: these are tried for the oldest Kubernetes, or need a cluster that holds something.
OLD_CLUSTER = [("would silently run the pods without a user namespace", {"renderer": {"hostUsers": "false"}})]
NEEDS_A_CLUSTER = ("confirmDataMoved", "whose password was in the Secret")
REFUSED_BEFORE = ("cannot scale from zero",)


@pytest.mark.parametrize(("sentence", "values"), CONTRADICTIONS, ids=[sentence for sentence, _ in CONTRADICTIONS])
def test_a_contradiction_stops_with_a_sentence(sentence: str, values: dict[str, Any]) -> None:
    with pytest.raises(helm.Refused, match=re.escape(sentence)):
        helm.render("fractafrag", values)


@pytest.mark.parametrize(("sentence", "values"), OLD_CLUSTER, ids=[sentence for sentence, _ in OLD_CLUSTER])
def test_what_an_old_kubernetes_cannot_do_stops_with_a_sentence(sentence: str, values: dict[str, Any]) -> None:
    with pytest.raises(helm.Refused, match=re.escape(sentence)):
        helm.render("fractafrag", values, cluster=helm.BARE)


def test_every_sentence_is_tried() -> None:
    tried = [sentence for sentence, _ in (*CONTRADICTIONS, *OLD_CLUSTER)] + [*NEEDS_A_CLUSTER, *REFUSED_BEFORE]
    untried = [said for said in sentences() if not any(part in said for part in tried)]
    assert untried == []


def sentences() -> Iterator[str]:
    """Every text that a template fails with."""
    for path in (helm.CHARTS / "fractafrag" / "templates").rglob("*.*"):
        for found in re.findall(r'fail \(?(?:printf )?"((?:[^"\\]|\\.)*)"', path.read_text()):
            yield found.replace('\\"', '"')
