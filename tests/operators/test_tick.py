"""Ticks: what happens to the target when the world is well, and when a part of it is not."""

import asyncio
from dataclasses import replace
from typing import Any

import httpx2
import pytest

from operators.renderer.cluster import BUSY_COST, DELETION_COST
from operators.renderer.redis_source import QueueError
from operators.renderer.renderers import Renderers
from operators.renderer.tick import Ticker
from tests.fixtures.operator import TARGET, autoscaler, pod_of
from tests.fixtures.operator_site import DEPLOYMENT, HPAS, PODS, RESOURCES, Site

AT_ONCE = {"behavior": {"scaleDown": {"stabilizationWindowSeconds": 0}}, "idleSeconds": 0}


class TestScaling:
    async def test_from_zero_at_the_first_job(self, ticked: Site) -> None:
        ticked.declare(replicas=0)
        await ticked.tick(2)
        assert ticked.replicas == 0
        ticked.reader.depth = 1
        await ticked.tick()
        assert ticked.replicas == 1
        assert ticked.events() == [("Normal", "ScaledUp")]
        assert ticked.value("scale_total", direction="up", reason="Demand") == 1

    async def test_down_marks_the_busy_pods_first(self, ticked: Site) -> None:
        ticked.declare(replicas=3, **AT_ONCE)
        ticked.run_pods(3)
        ticked.loads.answers["127.0.0.2"] = ticked.loads.load(busy=1)
        ticked.reader.depth = 1
        await ticked.tick(4, seconds=20)
        assert ticked.replicas == 1
        writes = [(path, body) for _, path, body in ticked.api.writes() if path.startswith((PODS, DEPLOYMENT))]
        assert writes[0] == (f"{PODS}/pod-2", {"metadata": {"annotations": {DELETION_COST: BUSY_COST}}})
        assert writes[1][0] == f"{DEPLOYMENT}/scale"

    async def test_a_pod_that_cannot_be_seen_is_not_let_go(self, ticked: Site) -> None:
        async def hang(_: Any) -> Any:
            await asyncio.sleep(5)

        ticked.declare(replicas=2, **AT_ONCE)
        ticked.run_pods(2)
        ticked.loads.answers["127.0.0.2"] = hang
        ticked.parts = replace(ticked.parts, renderers=Renderers(ticked.loads.port, timeout_seconds=0.2))
        ticked.ticker = Ticker(ticked.parts, "uid-1", TARGET)
        await ticked.tick(3, seconds=20)
        assert ticked.replicas == 1
        assert ticked.status["busyReplicas"] == 1
        assert ticked.value("source_errors_total", kind="renderer") == 3
        await ticked.parts.renderers.close()

    async def test_a_starting_pod_that_says_nothing_is_not_busy(self, ticked: Site) -> None:
        ticked.declare(replicas=1)
        ticked.api.put(f"{PODS}/pod-1", pod_of("pod-1", address="127.0.0.9", ready=False))
        ticked.loads.answers["127.0.0.9"] = {}
        await ticked.tick()
        assert ticked.status["busyReplicas"] == 0

    async def test_a_busy_pod_that_goes_is_counted(self, ticked: Site) -> None:
        ticked.declare(replicas=2, **AT_ONCE)
        ticked.run_pods(2)
        ticked.loads.answers["127.0.0.1"] = ticked.loads.load(busy=1)
        ticked.reader.depth = 1
        await ticked.tick(4, seconds=20)
        assert ticked.replicas == 1
        del ticked.api.objects[f"{PODS}/pod-1"]
        await ticked.tick(2)
        assert ticked.value("scale_in_mismatch_total") == 1

    async def test_a_scale_that_changed_meanwhile_is_left_to_the_next_tick(self, ticked: Site) -> None:
        ticked.declare(replicas=1)
        ticked.reader.depth = 3

        def slip_in(method: str, path: str) -> None:
            if (method, path) == ("GET", f"{DEPLOYMENT}/scale"):
                ticked.api.objects[DEPLOYMENT]["metadata"]["resourceVersion"] = "777"
                ticked.api.after = lambda *_: None

        ticked.api.after = slip_in
        await ticked.tick()
        assert ticked.replicas == 1
        assert ticked.events() == []
        await ticked.tick()
        assert ticked.replicas == 3

    async def test_a_dry_run_writes_only_the_status(self, ticked: Site) -> None:
        ticked.declare(replicas=1, dryRun=True)
        ticked.reader.depth = 5
        await ticked.tick(2)
        assert ticked.replicas == 1
        assert ticked.status["desiredReplicas"] == 5
        assert ticked.condition("Ready") == ("True", "DryRun")

    async def test_annotations_pause(self, ticked: Site) -> None:
        ticked.declare(replicas=1)
        body = autoscaler()
        body["metadata"]["annotations"] = {"fractafrag.dev/paused-scale-out": "true"}
        ticked.parts.cache.apply("MODIFIED", body)
        ticked.reader.depth = 5
        await ticked.tick()
        assert ticked.replicas == 1
        assert ticked.condition("Paused")[0] == "True"


class TestFailures:
    async def test_redis_away_holds_and_then_falls_back(self, ticked: Site) -> None:
        ticked.declare(replicas=0, fallback={"behavior": "floor", "replicas": 2})
        ticked.reader.depth = QueueError("connection", "Redis cannot be reached")
        await ticked.tick()
        assert (ticked.replicas, ticked.condition("Ready")) == (0, ("False", "SourceFailed"))
        await ticked.tick(7)
        assert ticked.replicas == 2
        assert ticked.condition("FallbackActive") == ("True", "FallbackFloor")
        assert ticked.value("fallback_active") == 1
        assert ("Warning", "FallbackFloor") in ticked.events()
        ticked.reader.depth = 0
        await ticked.tick()
        assert ticked.condition("Ready") == ("True", "Scaling")
        assert ticked.replicas == 2

    async def test_a_secret_that_is_not_mounted_holds(self, ticked: Site) -> None:
        ticked.declare(replicas=2)
        ticked.reader.depth = QueueError("secret", "Secret x, key url is not mounted in the operator")
        await ticked.tick(10)
        assert ticked.replicas == 2
        assert ticked.condition("Ready") == ("False", "SecretNotMounted")
        assert ticked.events() == [("Warning", "SecretNotMounted")]
        assert ticked.value("source_errors_total", kind="redis_secret") == 10

    async def test_a_missing_target_is_waited_for(self, ticked: Site) -> None:
        ticked.declare()
        target = ticked.api.objects.pop(DEPLOYMENT)
        await ticked.tick()
        assert ticked.condition("Ready") == ("False", "TargetMissing")
        ticked.api.put(DEPLOYMENT, target)
        await ticked.tick()
        assert ticked.condition("Ready") == ("True", "Scaling")

    async def test_an_hpa_on_the_target_is_a_conflict(self, ticked: Site) -> None:
        ticked.declare(replicas=1)
        ref = {"apiVersion": "apps/v1", "kind": "Deployment", "name": TARGET}
        ticked.api.put(f"{HPAS}/x", {"metadata": {"name": "x"}, "spec": {"scaleTargetRef": ref, "maxReplicas": 2}})
        ticked.reader.depth = 5
        await ticked.tick()
        assert (ticked.replicas, ticked.condition("Ready")) == (1, ("False", "Conflict"))

    async def test_of_two_on_one_target_the_older_wins(self, ticked: Site) -> None:
        ticked.declare(replicas=1)
        younger = autoscaler("younger", uid="uid-2", created="2026-02-01T00:00:00Z")
        ticked.api.put(f"{RESOURCES}/younger", younger)
        ticked.parts.cache.apply("ADDED", younger)
        other = Ticker(ticked.parts, "uid-2", "younger")
        ticked.reader.depth = 5
        await other.tick()
        assert ticked.replicas == 1
        ready = ticked.api.objects[f"{RESOURCES}/younger"]["status"]["conditions"][0]
        assert (ready["reason"], ready["message"]) == ("Conflict", f"{TARGET} is older and has the same target")
        await ticked.tick()
        assert ticked.replicas == 5

    async def test_a_spec_that_makes_no_sense(self, ticked: Site) -> None:
        ticked.declare(replicas=1, minReplicas=20)
        await ticked.tick()
        assert ticked.condition("Ready") == ("False", "InvalidSpec")

    @pytest.mark.parametrize("failure", [500, 503, httpx2.ConnectError("no"), httpx2.ReadTimeout("no")])
    async def test_an_api_server_in_trouble_skips_the_tick(self, ticked: Site, failure: int | Exception) -> None:
        ticked.declare(replicas=1)
        ticked.reader.depth = 5
        ticked.api.fail = lambda *_: failure
        await ticked.tick(3)
        assert ticked.value("source_errors_total", kind="kubernetes") == 3
        assert ticked.value("last_tick_timestamp") is None
        ticked.api.fail = lambda *_: None
        await ticked.tick()
        assert ticked.replicas == 5

    async def test_a_target_that_is_not_allowed_is_told_on_the_resource(self, ticked: Site) -> None:
        ticked.declare(replicas=1)
        ticked.api.fail = lambda _, path: 403 if path.endswith("/scale") else None
        await ticked.tick()
        assert ticked.condition("Ready") == ("False", "KubernetesFailed")

    async def test_a_deleted_resource_leaves_the_replicas(self, ticked: Site) -> None:
        ticked.declare(replicas=4)
        ticked.run_pods(4)
        await ticked.tick()
        ticked.parts.cache.apply("DELETED", autoscaler())
        before = len(ticked.api.writes())
        await ticked.tick(3)
        assert (ticked.replicas, len(ticked.api.writes())) == (4, before)

    async def test_a_status_of_another_form_is_begun_anew(self, ticked: Site) -> None:
        ticked.declare(replicas=1)
        body = {**autoscaler(), "status": {"conditions": "many"}}
        ticked.parts.cache.apply("MODIFIED", body)
        await ticked.tick()
        assert ticked.condition("Ready") == ("True", "Scaling")


class TestFollowing:
    async def test_a_follower_reads_and_writes_nothing(self, ticked: Site) -> None:
        ticked.declare(replicas=1)
        ticked.reader.depth = 5
        ticked.election.leads = False
        await ticked.tick(3)
        assert ticked.api.requests == []

    async def test_losing_the_lead_in_the_middle_writes_nothing_more(self, ticked: Site) -> None:
        ticked.declare(replicas=1)
        ticked.reader.depth = 5

        def lose(_: str, path: str) -> None:
            if path == PODS:
                ticked.election.leads = False

        ticked.api.after = lose
        await ticked.tick()
        assert ticked.api.writes() == []

    async def test_the_next_leader_goes_on_from_the_status(self, ticked: Site) -> None:
        ticked.declare(replicas=3, idleSeconds=0)
        ticked.run_pods(3)
        ticked.reader.depth = 3
        await ticked.tick(3)
        ticked.parts.cache.apply("MODIFIED", ticked.api.objects[f"{RESOURCES}/{TARGET}"])
        ticked.ticker = Ticker(ticked.parts, "uid-1", TARGET)
        ticked.reader.depth = 0
        await ticked.tick(3)
        assert ticked.replicas == 3
        assert ticked.status["limitedBy"] == "ScaleDownWindow"

    async def test_gauges_go_with_the_lead(self, ticked: Site) -> None:
        ticked.declare(replicas=1)
        await ticked.tick()
        assert ticked.value("replicas", state="current") == 1
        ticked.election.leads = False
        await ticked.tick()
        assert ticked.value("replicas", state="current") is None


class TestStatus:
    async def test_it_is_written_on_change_or_every_thirty_seconds(self, ticked: Site) -> None:
        ticked.declare(replicas=1)
        ticked.run_pods(1)
        ticked.reader.depth = 1
        await ticked.tick()
        assert len(ticked.api.writes()) == 1
        await ticked.tick(5)
        assert len(ticked.api.writes()) == 1
        await ticked.tick()
        assert len(ticked.api.writes()) == 2

    async def test_it_tells_what_was_seen(self, ticked: Site) -> None:
        ticked.declare(replicas=1)
        ticked.run_pods(1)
        ticked.reader.depth = 1
        await ticked.tick()
        assert ticked.status["queue"] == {"ready": 1, "inFlight": 0, "delayed": 0, "dead": 0, "oldestAgeSeconds": 1.0}
        assert (ticked.status["currentReplicas"], ticked.status["readyReplicas"]) == (1, 1)
        assert ticked.status["observedGeneration"] == 1
