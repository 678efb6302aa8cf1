"""Ticks and loops: what happens to the target when the world is well, and when a part of it is not."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx2
import pytest
from lightkube import AsyncClient

from operators.renderer.api import QueueSource
from operators.renderer.cluster import BUSY_COST, DELETION_COST, Cluster
from operators.renderer.events import Events
from operators.renderer.handlers import Cache
from operators.renderer.health import Pulse
from operators.renderer.loop import Loops
from operators.renderer.metrics import Metrics
from operators.renderer.plan import Queue
from operators.renderer.redis_source import QueueError, QueueReader
from operators.renderer.renderers import Renderers
from operators.renderer.tick import Parts, Ticker
from tests.fixtures.operator import (
    NAMESPACE,
    TARGET,
    ApiServer,
    Clock,
    LoadServer,
    autoscaler,
    deployment,
    pod_of,
)

DEPLOYMENT = f"/apis/apps/v1/namespaces/{NAMESPACE}/deployments/{TARGET}"
PODS = f"/api/v1/namespaces/{NAMESPACE}/pods"
RESOURCES = f"/apis/fractafrag.dev/v1alpha1/namespaces/{NAMESPACE}/rendererautoscalers"
HPAS = f"/apis/autoscaling/v2/namespaces/{NAMESPACE}/horizontalpodautoscalers"
AT_ONCE = {"behavior": {"scaleDown": {"stabilizationWindowSeconds": 0}}, "idleSeconds": 0}


class FakeReader(QueueReader):
    """A queue that is what a test says."""

    def __init__(self) -> None:
        super().__init__(Path())
        self.depth: int | QueueError = 0

    async def read(self, queue: QueueSource) -> Queue:
        if isinstance(self.depth, QueueError):
            raise self.depth
        return Queue(self.depth, 0, 0, 0, 1.0 if self.depth else None, "run")


class Election:
    """Says what a test says."""

    leads = True


class Site:
    """A site with one autoscaler, and the parts that tick on it."""

    def __init__(self, api_server: ApiServer, kube: AsyncClient, load_server: LoadServer) -> None:
        self.api = api_server
        self.loads = load_server
        self.clock = Clock()
        self.reader = FakeReader()
        self.election = Election()
        cluster = Cluster(kube, NAMESPACE, may_write=lambda: self.election.leads)
        self.parts = Parts(
            cache=Cache(clock=self.clock),
            election=self.election,
            cluster=cluster,
            events=Events(cluster, clock=self.clock),
            reader=self.reader,
            renderers=Renderers(load_server.port),
            metrics=Metrics(),
            now=self.clock.now,
            clock=self.clock,
        )
        self.ticker = Ticker(self.parts, "uid-1", TARGET)

    def declare(self, *, replicas: int = 0, **spec: Any) -> None:
        """Store the resource and its target."""
        body = autoscaler(**spec)
        self.api.put(f"{RESOURCES}/{TARGET}", body)
        self.api.put(DEPLOYMENT, deployment(replicas))
        self.parts.cache.listed([body])

    def run_pods(self, count: int) -> None:
        """Start pods at 127.0.0.1 and following."""
        for number in range(1, count + 1):
            self.api.put(f"{PODS}/pod-{number}", pod_of(f"pod-{number}", address=f"127.0.0.{number}"))

    async def tick(self, times: int = 1, *, seconds: float = 5) -> None:
        """Tick, with time passing before each."""
        for _ in range(times):
            self.clock.seconds += seconds
            await self.ticker.tick()

    @property
    def replicas(self) -> int:
        """What the target is asked for."""
        count: int = self.api.objects[DEPLOYMENT]["spec"]["replicas"]
        return count

    @property
    def status(self) -> dict[str, Any]:
        """What the resource says."""
        status: dict[str, Any] = self.api.objects[f"{RESOURCES}/{TARGET}"].get("status", {})
        return status

    def condition(self, kind: str) -> tuple[str, str]:
        """Status and reason of a condition."""
        return next((one["status"], one["reason"]) for one in self.status["conditions"] if one["type"] == kind)

    def events(self) -> list[tuple[str, str]]:
        """Type and reason of all Events."""
        return [(one["type"], one["reason"]) for path, one in self.api.objects.items() if "/events/" in path]

    def value(self, name: str, **labels: str) -> float | None:
        """A metric's value."""
        return self.parts.metrics.registry.get_sample_value(
            f"fractafrag_autoscaler_{name}", {"autoscaler": TARGET, **labels}
        )


@pytest.fixture
async def site(api_server: ApiServer, kube: AsyncClient, load_server: LoadServer) -> AsyncIterator[Site]:
    made = Site(api_server, kube, load_server)
    yield made
    await made.parts.renderers.close()


class TestScaling:
    async def test_from_zero_at_the_first_job(self, site: Site) -> None:
        site.declare(replicas=0)
        await site.tick(2)
        assert site.replicas == 0
        site.reader.depth = 1
        await site.tick()
        assert site.replicas == 1
        assert site.events() == [("Normal", "ScaledUp")]
        assert site.value("scale_total", direction="up", reason="Demand") == 1

    async def test_down_marks_the_busy_pods_first(self, site: Site) -> None:
        site.declare(replicas=3, **AT_ONCE)
        site.run_pods(3)
        site.loads.answers["127.0.0.2"] = site.loads.load(busy=1)
        site.reader.depth = 1
        await site.tick(4, seconds=20)
        assert site.replicas == 1
        writes = [(path, body) for _, path, body in site.api.writes() if path.startswith((PODS, DEPLOYMENT))]
        assert writes[0] == (f"{PODS}/pod-2", {"metadata": {"annotations": {DELETION_COST: BUSY_COST}}})
        assert writes[1][0] == f"{DEPLOYMENT}/scale"

    async def test_a_pod_that_cannot_be_seen_is_not_let_go(self, site: Site) -> None:
        async def hang(_: Any) -> Any:
            await asyncio.sleep(5)

        site.declare(replicas=2, **AT_ONCE)
        site.run_pods(2)
        site.loads.answers["127.0.0.2"] = hang
        site.parts = replace(site.parts, renderers=Renderers(site.loads.port, timeout_seconds=0.2))
        site.ticker = Ticker(site.parts, "uid-1", TARGET)
        await site.tick(3, seconds=20)
        assert site.replicas == 1
        assert site.status["busyReplicas"] == 1
        assert site.value("source_errors_total", kind="renderer") == 3
        await site.parts.renderers.close()

    async def test_a_starting_pod_that_says_nothing_is_not_busy(self, site: Site) -> None:
        site.declare(replicas=1)
        site.api.put(f"{PODS}/pod-1", pod_of("pod-1", address="127.0.0.9", ready=False))
        site.loads.answers["127.0.0.9"] = {}
        await site.tick()
        assert site.status["busyReplicas"] == 0

    async def test_a_busy_pod_that_goes_is_counted(self, site: Site) -> None:
        site.declare(replicas=2, **AT_ONCE)
        site.run_pods(2)
        site.loads.answers["127.0.0.1"] = site.loads.load(busy=1)
        site.reader.depth = 1
        await site.tick(4, seconds=20)
        assert site.replicas == 1
        del site.api.objects[f"{PODS}/pod-1"]
        await site.tick(2)
        assert site.value("scale_in_mismatch_total") == 1

    async def test_a_scale_that_changed_meanwhile_is_left_to_the_next_tick(self, site: Site) -> None:
        site.declare(replicas=1)
        site.reader.depth = 3

        def slip_in(method: str, path: str) -> None:
            if (method, path) == ("GET", f"{DEPLOYMENT}/scale"):
                site.api.objects[DEPLOYMENT]["metadata"]["resourceVersion"] = "777"
                site.api.after = lambda *_: None

        site.api.after = slip_in
        await site.tick()
        assert site.replicas == 1
        assert site.events() == []
        await site.tick()
        assert site.replicas == 3

    async def test_a_dry_run_writes_only_the_status(self, site: Site) -> None:
        site.declare(replicas=1, dryRun=True)
        site.reader.depth = 5
        await site.tick(2)
        assert site.replicas == 1
        assert site.status["desiredReplicas"] == 5
        assert site.condition("Ready") == ("True", "DryRun")

    async def test_annotations_pause(self, site: Site) -> None:
        site.declare(replicas=1)
        body = autoscaler()
        body["metadata"]["annotations"] = {"fractafrag.dev/paused-scale-out": "true"}
        site.parts.cache.apply("MODIFIED", body)
        site.reader.depth = 5
        await site.tick()
        assert site.replicas == 1
        assert site.condition("Paused")[0] == "True"


class TestFailures:
    async def test_redis_away_holds_and_then_falls_back(self, site: Site) -> None:
        site.declare(replicas=0, fallback={"behavior": "floor", "replicas": 2})
        site.reader.depth = QueueError("connection", "Redis cannot be reached")
        await site.tick()
        assert (site.replicas, site.condition("Ready")) == (0, ("False", "SourceFailed"))
        await site.tick(7)
        assert site.replicas == 2
        assert site.condition("FallbackActive") == ("True", "FallbackFloor")
        assert site.value("fallback_active") == 1
        assert ("Warning", "FallbackFloor") in site.events()
        site.reader.depth = 0
        await site.tick()
        assert site.condition("Ready") == ("True", "Scaling")
        assert site.replicas == 2

    async def test_a_secret_that_is_not_mounted_holds(self, site: Site) -> None:
        site.declare(replicas=2)
        site.reader.depth = QueueError("secret", "Secret x, key url is not mounted in the operator")
        await site.tick(10)
        assert site.replicas == 2
        assert site.condition("Ready") == ("False", "SecretNotMounted")
        assert site.events() == [("Warning", "SecretNotMounted")]
        assert site.value("source_errors_total", kind="redis_secret") == 10

    async def test_a_missing_target_is_waited_for(self, site: Site) -> None:
        site.declare()
        target = site.api.objects.pop(DEPLOYMENT)
        await site.tick()
        assert site.condition("Ready") == ("False", "TargetMissing")
        site.api.put(DEPLOYMENT, target)
        await site.tick()
        assert site.condition("Ready") == ("True", "Scaling")

    async def test_an_hpa_on_the_target_is_a_conflict(self, site: Site) -> None:
        site.declare(replicas=1)
        ref = {"apiVersion": "apps/v1", "kind": "Deployment", "name": TARGET}
        site.api.put(f"{HPAS}/x", {"metadata": {"name": "x"}, "spec": {"scaleTargetRef": ref, "maxReplicas": 2}})
        site.reader.depth = 5
        await site.tick()
        assert (site.replicas, site.condition("Ready")) == (1, ("False", "Conflict"))

    async def test_of_two_on_one_target_the_older_wins(self, site: Site) -> None:
        site.declare(replicas=1)
        younger = autoscaler("younger", uid="uid-2", created="2026-02-01T00:00:00Z")
        site.api.put(f"{RESOURCES}/younger", younger)
        site.parts.cache.apply("ADDED", younger)
        other = Ticker(site.parts, "uid-2", "younger")
        site.reader.depth = 5
        await other.tick()
        assert site.replicas == 1
        ready = site.api.objects[f"{RESOURCES}/younger"]["status"]["conditions"][0]
        assert (ready["reason"], ready["message"]) == ("Conflict", f"{TARGET} is older and has the same target")
        await site.tick()
        assert site.replicas == 5

    async def test_a_spec_that_makes_no_sense(self, site: Site) -> None:
        site.declare(replicas=1, minReplicas=20)
        await site.tick()
        assert site.condition("Ready") == ("False", "InvalidSpec")

    @pytest.mark.parametrize("failure", [500, 503, httpx2.ConnectError("no"), httpx2.ReadTimeout("no")])
    async def test_an_api_server_in_trouble_skips_the_tick(self, site: Site, failure: int | Exception) -> None:
        site.declare(replicas=1)
        site.reader.depth = 5
        site.api.fail = lambda *_: failure
        await site.tick(3)
        assert site.value("source_errors_total", kind="kubernetes") == 3
        assert site.value("last_tick_timestamp") is None
        site.api.fail = lambda *_: None
        await site.tick()
        assert site.replicas == 5

    async def test_a_target_that_is_not_allowed_is_told_on_the_resource(self, site: Site) -> None:
        site.declare(replicas=1)
        site.api.fail = lambda _, path: 403 if path.endswith("/scale") else None
        await site.tick()
        assert site.condition("Ready") == ("False", "KubernetesFailed")

    async def test_a_deleted_resource_leaves_the_replicas(self, site: Site) -> None:
        site.declare(replicas=4)
        site.run_pods(4)
        await site.tick()
        site.parts.cache.apply("DELETED", autoscaler())
        before = len(site.api.writes())
        await site.tick(3)
        assert (site.replicas, len(site.api.writes())) == (4, before)

    async def test_a_status_of_another_form_is_begun_anew(self, site: Site) -> None:
        site.declare(replicas=1)
        body = {**autoscaler(), "status": {"conditions": "many"}}
        site.parts.cache.apply("MODIFIED", body)
        await site.tick()
        assert site.condition("Ready") == ("True", "Scaling")


class TestFollowing:
    async def test_a_follower_reads_and_writes_nothing(self, site: Site) -> None:
        site.declare(replicas=1)
        site.reader.depth = 5
        site.election.leads = False
        await site.tick(3)
        assert site.api.requests == []

    async def test_losing_the_lead_in_the_middle_writes_nothing_more(self, site: Site) -> None:
        site.declare(replicas=1)
        site.reader.depth = 5

        def lose(_: str, path: str) -> None:
            if path == PODS:
                site.election.leads = False

        site.api.after = lose
        await site.tick()
        assert site.api.writes() == []

    async def test_the_next_leader_goes_on_from_the_status(self, site: Site) -> None:
        site.declare(replicas=3, idleSeconds=0)
        site.run_pods(3)
        site.reader.depth = 3
        await site.tick(3)
        site.parts.cache.apply("MODIFIED", site.api.objects[f"{RESOURCES}/{TARGET}"])
        site.ticker = Ticker(site.parts, "uid-1", TARGET)
        site.reader.depth = 0
        await site.tick(3)
        assert site.replicas == 3
        assert site.status["limitedBy"] == "ScaleDownWindow"

    async def test_gauges_go_with_the_lead(self, site: Site) -> None:
        site.declare(replicas=1)
        await site.tick()
        assert site.value("replicas", state="current") == 1
        site.election.leads = False
        await site.tick()
        assert site.value("replicas", state="current") is None


class TestStatus:
    async def test_it_is_written_on_change_or_every_thirty_seconds(self, site: Site) -> None:
        site.declare(replicas=1)
        site.run_pods(1)
        site.reader.depth = 1
        await site.tick()
        assert len(site.api.writes()) == 1
        await site.tick(5)
        assert len(site.api.writes()) == 1
        await site.tick()
        assert len(site.api.writes()) == 2

    async def test_it_tells_what_was_seen(self, site: Site) -> None:
        site.declare(replicas=1)
        site.run_pods(1)
        site.reader.depth = 1
        await site.tick()
        assert site.status["queue"] == {"ready": 1, "inFlight": 0, "delayed": 0, "dead": 0, "oldestAgeSeconds": 1.0}
        assert (site.status["currentReplicas"], site.status["readyReplicas"]) == (1, 1)
        assert site.status["observedGeneration"] == 1


class TestLoops:
    async def test_a_task_for_each_resource_and_none_for_a_deleted_one(self, site: Site) -> None:
        site.declare(replicas=0, pollSeconds=1)
        site.reader.depth = 2
        loops = Loops(site.parts, Pulse(round_seconds=20), relist_seconds=300)
        task = asyncio.create_task(loops.run())
        await until(lambda: site.replicas == 2)
        del site.api.objects[f"{RESOURCES}/{TARGET}"]
        site.parts.cache.apply("DELETED", autoscaler())
        await until(lambda: not loops._tasks)
        await loops.stop()
        await asyncio.wait_for(task, 2)

    async def test_the_listing_is_tried_until_it_comes(self, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("operators.renderer.loop.RETRY_SECONDS", 0.05)
        site.api.fail = lambda *_: 500
        loops = Loops(site.parts, Pulse(round_seconds=20), relist_seconds=300)
        task = asyncio.create_task(loops.run())
        await asyncio.sleep(0.2)
        assert not site.parts.cache.synced
        site.api.fail = lambda *_: None
        await until(lambda: site.parts.cache.synced)
        await loops.stop()
        await asyncio.wait_for(task, 2)

    async def test_what_nobody_foresaw_does_not_end_the_task(self, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
        site.declare(replicas=0, pollSeconds=1)
        failed: list[bool] = []

        async def broken(_: Ticker) -> None:
            failed.append(True)
            raise RuntimeError("a bug")

        monkeypatch.setattr(Ticker, "tick", broken)
        monkeypatch.setattr("operators.renderer.tick.DEFAULT_POLL_SECONDS", 0)
        loops = Loops(site.parts, Pulse(round_seconds=20), relist_seconds=300)
        site.api.fail = lambda *_: 500
        task = asyncio.create_task(loops.run())
        await until(lambda: len(failed) > 2)
        await loops.stop()
        await asyncio.wait_for(task, 2)


async def until(holds: Any, seconds: float = 10) -> None:
    async with asyncio.timeout(seconds):
        while not holds():  # noqa: ASYNC110 - what is waited for belongs to others
            await asyncio.sleep(0.02)
