"""The operator scales a real Deployment by a real queue, with the chart's Role and no more."""

from collections.abc import Iterator

import pytest

from services.standalone.valkey import EmbeddedValkey
from tests.cluster.assets import GPU_RESOURCE, node
from tests.cluster.kube import Object, path, steady, until
from tests.cluster.rig import COST, QUICK, Rig
from tests.fixtures.control_plane import ControlPlane


@pytest.fixture(scope="module")
def rig(
    control_plane: ControlPlane, definitions: str, valkey: EmbeddedValkey, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Rig]:
    """A namespace with one operator."""
    assert definitions
    made = Rig(control_plane, valkey, tmp_path_factory.mktemp("scale"))
    made.operator()
    yield made
    made.stop()


def names(pods: list[Object]) -> set[str]:
    return {pod["metadata"]["name"] for pod in pods}


def test_scale_follows_the_queue_from_zero_and_back(rig: Rig) -> None:
    site = rig.autoscaled(behavior={"scaleUp": QUICK, "scaleDown": {**QUICK, "stabilizationWindowSeconds": 4}})
    site.queue.add(10)
    site.reaches(5)
    site.running(5)
    until("the status", lambda: site.said("readyReplicas") == 5)
    status = site.status()
    assert (status["demand"], status["queue"]["ready"]) == (10, 10)
    assert site.condition("Active") == ("True", "Demand")
    site.queue.fetch(10)
    until("what a worker holds counts", lambda: site.said("queue", "inFlight") == 10)
    assert site.replicas == 5
    site.queue.finish()
    site.queue.add(4)
    steady("the window", lambda: site.replicas == 5, 2)
    site.reaches(2)
    site.queue.clear()
    site.reaches(0)
    until("the last decision", lambda: site.said("lastDecision", "to") == 0)
    assert site.said("lastDecision", "reason") == "Idle"
    site.queue.add(1)
    site.reaches(1)
    events = rig.kube.list(rig.path("v1", "events"))
    told = {one["reason"] for one in events if one["involvedObject"]["name"] == site.target}
    assert {"ScaledUp", "ScaledDown"} <= told


def test_a_job_that_comes_back_later_keeps_one_renderer(rig: Rig) -> None:
    site = rig.autoscaled()
    site.queue.add(1, delay_seconds=600)
    site.reaches(1)
    until("the delayed one", lambda: site.said("queue", "delayed") == 1)
    steady("one renderer", lambda: site.replicas == 1, 4)


def test_the_replica_set_takes_idle_pods_only(rig: Rig) -> None:
    site = rig.autoscaled()
    site.queue.add(16)
    site.reaches(8)
    pods = site.running(8)
    # The youngest would go first if nobody had marked them.
    pods.sort(key=lambda pod: str(pod["metadata"]["creationTimestamp"]))
    busy = pods[-3:]
    rig.stub.busy |= {pod["status"]["podIP"] for pod in busy}
    until("three are busy", lambda: site.said("busyReplicas") == 3)
    site.queue.clear()
    site.queue.add(1)
    site.reaches(3)
    left = site.running(3)
    assert names(left) == names(busy)
    assert {pod["metadata"]["annotations"][COST] for pod in left} == {"1000"}
    rig.stub.reset()
    site.reaches(1)


def test_what_gives_no_answer_is_spared(rig: Rig) -> None:
    site = rig.autoscaled()
    site.queue.add(8)
    site.reaches(4)
    silent = site.running(4)[:2]
    rig.stub.silent |= {pod["status"]["podIP"] for pod in silent}
    until("two are taken for busy", lambda: site.said("busyReplicas") == 2)
    site.queue.clear()
    site.reaches(2)
    assert names(site.running(2)) == names(silent)
    steady("they stay", lambda: site.replicas == 2, 3)
    rig.stub.reset()
    site.reaches(0)


def test_pods_without_a_node_stop_the_growth(rig: Rig) -> None:
    for number in (1, 2):
        body = node(f"{rig.namespace}-gpu-{number}", gpus=1)
        body["metadata"]["labels"]["pool"] = rig.namespace
        rig.kube.create(path("v1", "nodes"), body)
    pod = {
        "resources": {"limits": {GPU_RESOURCE: "1"}},
        "nodeSelector": {"pool": rig.namespace},
        "tolerations": [{"key": GPU_RESOURCE, "operator": "Exists"}],
    }
    slowly = {"policies": [{"type": "Pods", "value": 1, "periodSeconds": 2}]}
    down = {**QUICK, "stabilizationWindowSeconds": 2}
    site = rig.autoscaled(pod=pod, maxPendingReplicas=2, behavior={"scaleUp": slowly, "scaleDown": down})
    site.queue.add(16)
    until("two wait for a node", lambda: site.said("pendingReplicas") == 2)
    site.becomes("CapacityPending", "True", "ReplicasPending")
    until("the limit", lambda: site.said("limitedBy") == "PendingReplicas")
    steady("no more are asked for", lambda: site.replicas == 4, 4)
    drawing = [one for one in site.pods() if one["status"].get("phase") == "Running"]
    assert len(drawing) == 2
    rig.stub.busy |= {one["status"]["podIP"] for one in drawing}
    site.queue.clear()
    site.queue.add(4)
    site.reaches(2)
    assert names(site.running(2)) == names(drawing)
    site.becomes("CapacityPending", "False", "ReplicasPlaced")
