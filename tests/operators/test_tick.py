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
