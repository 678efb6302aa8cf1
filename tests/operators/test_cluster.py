"""What is read from and written to the API server, and what is left alone."""

from datetime import UTC, datetime

import pytest

from operators.renderer.api import AutoscalerStatus, Health, ScaleTargetRef, TargetKind
from operators.renderer.client import KubernetesClient
from operators.renderer.cluster import (
    BUSY_COST,
    DELETION_COST,
    Cluster,
    NotLeadingError,
    StaleError,
    TargetMissingError,
    merge_patch_of,
)
from operators.renderer.events import AGGREGATION_SECONDS, EventRecorder
from tests.fixtures.operator import NAMESPACE, TARGET, ApiServer, Clock, autoscaler, deployment, pod_of

APPS = f"/apis/apps/v1/namespaces/{NAMESPACE}"
PODS = f"/api/v1/namespaces/{NAMESPACE}/pods"
EVENTS = f"/api/v1/namespaces/{NAMESPACE}/events"
RESOURCES = f"/apis/fractafrag.dev/v1alpha1/namespaces/{NAMESPACE}/rendererautoscalers"
REF = ScaleTargetRef(name=TARGET)


@pytest.fixture
def cluster(kube: KubernetesClient) -> Cluster:
    return Cluster(kube, may_write=lambda: True)


class TestTarget:
    async def test_the_scale_is_read_with_its_version_and_selector(
        self, api_server: ApiServer, cluster: Cluster
    ) -> None:
        api_server.put(f"{APPS}/deployments/{TARGET}", deployment(3))
        target = await cluster.target(REF)
        assert (target.replicas, target.resource_version) == (3, "10")
        assert api_server.requests[-1][:2] == ("GET", f"{APPS}/deployments/{TARGET}/scale")

    async def test_a_missing_workload(self, cluster: Cluster) -> None:
        with pytest.raises(TargetMissingError, match=f"there is no Deployment {TARGET}"):
            await cluster.target(REF)

    async def test_a_scale_without_selector_would_select_everything(
        self, api_server: ApiServer, cluster: Cluster
    ) -> None:
        api_server.put(f"{APPS}/deployments/{TARGET}", {**deployment(3), "status": {"replicas": 3}})
        with pytest.raises(TargetMissingError, match="names no selector"):
            await cluster.target(REF)

    async def test_a_stateful_set_has_its_own_scale(self, api_server: ApiServer, cluster: Cluster) -> None:
        api_server.put(f"{APPS}/statefulsets/{TARGET}", deployment(2))
        assert (await cluster.target(ScaleTargetRef(kind=TargetKind.STATEFUL_SET, name=TARGET))).replicas == 2


class TestPods:
    async def test_only_living_pods_of_the_target(self, api_server: ApiServer, cluster: Cluster) -> None:
        api_server.put(f"{APPS}/deployments/{TARGET}", deployment(3))
        leaving, failed, orphan = pod_of("leaving"), pod_of("failed"), pod_of("orphan")
        leaving["metadata"]["deletionTimestamp"] = "2026-01-01T00:00:00Z"
        failed["status"]["phase"] = "Failed"
        orphan["metadata"]["ownerReferences"] = []
        unlabelled = pod_of("unlabelled")
        unlabelled["metadata"]["labels"] = {}
        stranger = pod_of("stranger", target="something-else")
        for pod in (pod_of("mine"), leaving, failed, orphan, unlabelled, stranger):
            api_server.put(f"{PODS}/{pod['metadata']['name']}", pod)
        found = await cluster.pods(await cluster.target(REF))
        assert [pod.name for pod in found] == ["mine"]

    async def test_ready_starting_and_pending(self, api_server: ApiServer, cluster: Cluster) -> None:
        api_server.put(f"{APPS}/deployments/{TARGET}", deployment(3))
        creating = pod_of("creating", address=None)
        creating["spec"]["nodeName"] = "node"
        for pod in (
            pod_of("ready"),
            pod_of("starting", ready=False),
            pod_of("waiting", address=None, ready=False),
            creating,
        ):
            api_server.put(f"{PODS}/{pod['metadata']['name']}", pod)
        found = {pod.name: pod for pod in await cluster.pods(await cluster.target(REF))}
        assert {name for name, pod in found.items() if pod.ready} == {"ready"}
        assert {name for name, pod in found.items() if pod.pending} == {"waiting"}
        assert {name for name, pod in found.items() if pod.address} == {"ready", "starting"}


class TestScale:
    async def test_only_the_scale_is_written_and_with_the_version(
        self, api_server: ApiServer, cluster: Cluster
    ) -> None:
        api_server.put(f"{APPS}/deployments/{TARGET}", deployment(3))
        await cluster.scale(await cluster.target(REF), 5)
        body = {"metadata": {"resourceVersion": "10"}, "spec": {"replicas": 5}}
        assert api_server.writes() == [("PATCH", f"{APPS}/deployments/{TARGET}/scale", body)]

    async def test_a_change_in_between_is_stale(self, api_server: ApiServer, cluster: Cluster) -> None:
        api_server.put(f"{APPS}/deployments/{TARGET}", deployment(3))
        target = await cluster.target(REF)
        await cluster.scale(target, 4)
        with pytest.raises(StaleError):
            await cluster.scale(target, 5)
        assert api_server.objects[f"{APPS}/deployments/{TARGET}"]["spec"]["replicas"] == 4

    async def test_who_does_not_lead_writes_nothing(self, api_server: ApiServer, kube: KubernetesClient) -> None:
        cluster = Cluster(kube, may_write=lambda: False)
        api_server.put(f"{APPS}/deployments/{TARGET}", deployment(3))
        api_server.put(f"{PODS}/a", pod_of("a"))
        target = await cluster.target(REF)
        pods = await cluster.pods(target)
        with pytest.raises(NotLeadingError):
            await cluster.scale(target, 5)
        with pytest.raises(NotLeadingError):
            await cluster.set_deletion_costs(pods, frozenset({"a"}))
        with pytest.raises(NotLeadingError):
            await cluster.write_status("x", AutoscalerStatus())
        with pytest.raises(NotLeadingError):
            await cluster.create_event(autoscaler(), warning=False, reason="R", message="m")
        assert api_server.writes() == []


class TestMark:
    async def test_busy_pods_are_marked_and_idle_ones_unmarked(self, api_server: ApiServer, cluster: Cluster) -> None:
        api_server.put(f"{APPS}/deployments/{TARGET}", deployment(4))
        for name, cost in (("busy", None), ("still-busy", BUSY_COST), ("idle", BUSY_COST), ("still-idle", None)):
            pod = pod_of(name)
            if cost:
                pod["metadata"]["annotations"] = {DELETION_COST: cost}
            api_server.put(f"{PODS}/{name}", pod)
        pods = await cluster.pods(await cluster.target(REF))
        await cluster.set_deletion_costs(pods, frozenset({"busy", "still-busy"}))
        assert [(path.rpartition("/")[2], body) for _, path, body in api_server.writes()] == [
            ("busy", {"metadata": {"annotations": {DELETION_COST: BUSY_COST}}}),
            ("idle", {"metadata": {"annotations": {DELETION_COST: None}}}),
        ]

    async def test_a_pod_that_went_meanwhile_is_no_trouble(self, api_server: ApiServer, cluster: Cluster) -> None:
        api_server.put(f"{APPS}/deployments/{TARGET}", deployment(1))
        api_server.put(f"{PODS}/a", pod_of("a"))
        pods = await cluster.pods(await cluster.target(REF))
        del api_server.objects[f"{PODS}/a"]
        await cluster.set_deletion_costs(pods, frozenset({"a"}))


class TestStatus:
    async def test_what_is_unset_goes_away(self, api_server: ApiServer, cluster: Cluster) -> None:
        api_server.put(f"{RESOURCES}/{TARGET}", autoscaler())
        now = datetime.now(UTC)
        await cluster.write_status(TARGET, AutoscalerStatus(demand=4, health=Health(failing_since=now, last_error="x")))
        await cluster.write_status(TARGET, AutoscalerStatus(health=Health(failing_since=now)))
        status = api_server.objects[f"{RESOURCES}/{TARGET}"]["status"]
        assert "demand" not in status
        assert list(status["health"]) == ["failingSince"]
        assert api_server.writes()[-1][1] == f"{RESOURCES}/{TARGET}/status"

    async def test_a_deleted_resource_is_no_trouble(self, cluster: Cluster) -> None:
        await cluster.write_status(TARGET, AutoscalerStatus())

    def test_lists_hold_no_nulls(self) -> None:
        status = AutoscalerStatus.model_validate(
            {"memory": {"recommendations": [{"at": "2026-01-01T00:00:00Z", "high": 1, "low": 1}]}}
        )
        patch = merge_patch_of(status)
        assert patch["memory"]["panicUntil"] is None
        assert patch["memory"]["recommendations"] == [{"at": "2026-01-01T00:00:00Z", "high": 1, "low": 1}]


async def test_who_else_scales(api_server: ApiServer, cluster: Cluster) -> None:
    ref = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "api"}
    hpa = {"metadata": {"name": "api"}, "spec": {"scaleTargetRef": ref, "maxReplicas": 2}}
    path = f"/apis/autoscaling/v2/namespaces/{NAMESPACE}/horizontalpodautoscalers"
    api_server.put(f"{path}/api", hpa)
    assert await cluster.autoscaled_by_others() == {("Deployment", "api")}


class TestEvents:
    async def test_the_same_sentence_is_counted_up(self, api_server: ApiServer, cluster: Cluster) -> None:
        events = EventRecorder(cluster, clock=Clock())
        for _ in range(3):
            await events.record(autoscaler(), reason="Conflict", message="again", warning=True)
        await events.record(autoscaler(), reason="Conflict", message="another")
        stored = [one for path, one in api_server.objects.items() if path.startswith(EVENTS)]
        assert [(one["type"], one["message"], one["count"]) for one in stored] == [
            ("Warning", "again", 3),
            ("Normal", "another", 1),
        ]
        assert stored[0]["involvedObject"]["uid"] == "uid-1"

    async def test_after_a_while_it_is_news(self, api_server: ApiServer, cluster: Cluster) -> None:
        clock = Clock()
        events = EventRecorder(cluster, clock=clock)
        await events.record(autoscaler(), reason="R", message="m")
        clock.seconds += AGGREGATION_SECONDS
        await events.record(autoscaler(), reason="R", message="m")
        assert len([path for path in api_server.objects if path.startswith(EVENTS)]) == 2

    async def test_an_event_that_ran_out_is_posted_anew(self, api_server: ApiServer, cluster: Cluster) -> None:
        events = EventRecorder(cluster, clock=Clock())
        await events.record(autoscaler(), reason="R", message="m")
        api_server.objects.clear()
        await events.record(autoscaler(), reason="R", message="m")
        assert len([path for path in api_server.objects if path.startswith(EVENTS)]) == 1

    async def test_a_lost_event_is_no_trouble(self, api_server: ApiServer, cluster: Cluster) -> None:
        api_server.fail = lambda *_: 500
        await EventRecorder(cluster, clock=Clock()).record(autoscaler(), reason="R", message="m")
