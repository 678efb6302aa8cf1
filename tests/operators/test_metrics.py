"""What Prometheus and the kubelet read from the operator's own port."""

import asyncio
import dataclasses

import httpx2
import pytest

from operators.renderer import health
from operators.renderer.api import AutoscalerSpec, Memory
from operators.renderer.health import HealthServer, Heartbeats
from operators.renderer.logs import configure_logging
from operators.renderer.metrics import Metrics
from operators.renderer.plan import Observation, Plan, Queue, Replicas
from operators.renderer.reasons import LimitedBy, Reason
from operators.renderer.settings import VERSION, OperatorSettings
from services.core.kit import version
from tests.fixtures.operator import Clock, autoscaler

PREFIX = "fractafrag_autoscaler_"
SPEC = AutoscalerSpec.model_validate(autoscaler()["spec"])
QUEUE = Queue(ready=1, in_flight=2, delayed=3, dead=4, oldest_age_seconds=5.5, run_id="r")
SEEN = Observation(current=2, replicas=Replicas(ready=2, busy=1, pending=0), queue=QUEUE)
PLAN = Plan(4, 6, Reason.DEMAND, LimitedBy.SCALE_UP_POLICY, apply=True, memory=Memory())


class TestMetrics:
    def test_a_decision_is_told(self) -> None:
        metrics = Metrics()
        metrics.record_decision("x", SPEC, SEEN, PLAN, at=1000)
        value = metrics.registry.get_sample_value
        assert value(f"{PREFIX}queue_messages", {"autoscaler": "x", "state": "delayed"}) == 3
        assert value(f"{PREFIX}oldest_age_seconds", {"autoscaler": "x"}) == 5.5
        assert value(f"{PREFIX}replicas", {"autoscaler": "x", "state": "busy"}) == 1
        assert value(f"{PREFIX}desired_replicas", {"autoscaler": "x", "stage": "raw"}) == 6
        assert value(f"{PREFIX}desired_replicas", {"autoscaler": "x", "stage": "limited"}) == 4
        assert value(f"{PREFIX}last_tick_timestamp", {"autoscaler": "x"}) == 1000
        assert value(f"{PREFIX}fallback_active", {"autoscaler": "x"}) == 0

    def test_an_unread_queue_keeps_its_last_numbers_and_shows_the_fallback(self) -> None:
        metrics = Metrics()
        metrics.record_decision("x", SPEC, SEEN, PLAN, at=1000)
        blind = dataclasses.replace(SEEN, queue=None)
        fallback = dataclasses.replace(PLAN, raw_desired=None, reason=Reason.FALLBACK_HOLD, limited_by=None)
        metrics.record_decision("x", SPEC, blind, fallback, at=1005)
        value = metrics.registry.get_sample_value
        assert value(f"{PREFIX}queue_messages", {"autoscaler": "x", "state": "ready"}) == 1
        assert value(f"{PREFIX}fallback_active", {"autoscaler": "x"}) == 1

    def test_what_keeps_replicas_back_is_counted_by_reason(self) -> None:
        metrics = Metrics()
        busy = dataclasses.replace(PLAN, limited_by=LimitedBy.BUSY_REPLICAS)
        metrics.record_decision("x", SPEC, SEEN, busy, at=1000)
        metrics.record_decision("x", SPEC, SEEN, PLAN, at=1000)
        labels = {"autoscaler": "x", "reason": "BusyReplicas"}
        assert metrics.registry.get_sample_value(f"{PREFIX}scale_in_blocked_total", labels) == 1

    def test_scaling_is_counted_by_direction_and_reason(self) -> None:
        metrics = Metrics()
        metrics.record_scaling("x", before=3, after=1, reason=Reason.IDLE)
        labels = {"autoscaler": "x", "direction": "down", "reason": "Idle"}
        assert metrics.registry.get_sample_value(f"{PREFIX}scale_total", labels) == 1

    def test_gauges_of_one_resource_are_taken_away(self) -> None:
        metrics = Metrics()
        for name in ("x", "y"):
            metrics.record_decision(name, SPEC, SEEN, PLAN, at=1000)
        metrics.forget("x")
        value = metrics.registry.get_sample_value
        assert value(f"{PREFIX}replicas", {"autoscaler": "x", "state": "busy"}) is None
        assert value(f"{PREFIX}replicas", {"autoscaler": "y", "state": "busy"}) == 1

    def test_all_names_have_the_prefix_and_are_in_the_documentation(self) -> None:
        from tests.charts.helm import ROOT

        page = (ROOT / "docs/operations/autoscaler.md").read_text()
        names = {family.name for family in Metrics().registry.collect()}
        assert [name for name in names if not name.startswith(PREFIX)] == []
        assert [name for name in names if name not in page] == []


class TestHealth:
    def test_a_loop_is_late_after_three_polls_and_one_round(self) -> None:
        clock = Clock()
        heartbeats = Heartbeats(round_seconds=20, clock=clock)
        heartbeats.beat("x", poll_seconds=5)
        clock.seconds += 35
        assert heartbeats.late() == []
        clock.seconds += 1
        assert heartbeats.late() == ["x"]
        heartbeats.forget("x")
        assert heartbeats.late() == []

    async def test_the_port_says_how_it_is(self) -> None:
        clock, synced = Clock(), [False]
        heartbeats = Heartbeats(round_seconds=0, clock=clock)
        server = HealthServer(heartbeats=heartbeats, synced=lambda: synced[0], registry=Metrics().registry)
        port = await server.start("127.0.0.1", 0)
        async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
            assert (await client.get("/healthz")).status_code == 200
            assert (await client.get("/readyz")).status_code == 503
            synced[0] = True
            assert (await client.get("/readyz")).status_code == 200
            heartbeats.beat("loops", poll_seconds=1)
            clock.seconds += 4
            late = await client.get("/healthz")
            assert (late.status_code, late.json()["late"]) == (503, ["loops"])
            assert "fractafrag_autoscaler_leader" in (await client.get("/metrics")).text
        await server.stop()

    @pytest.mark.parametrize(
        "sent", [b"", b"GET /healthz HTTP/1.1\r\nX-Half: a", b"POST / HTTP/1.1\r\nContent-Length: 9\r\n\r\n"]
    )
    async def test_no_connection_stays_open(self, sent: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(health, "CONNECTION_SECONDS", 0.2)
        server = HealthServer(heartbeats=Heartbeats(round_seconds=0), synced=lambda: True, registry=Metrics().registry)
        reader, writer = await asyncio.open_connection("127.0.0.1", await server.start("127.0.0.1", 0))
        writer.write(sent)
        await reader.read()
        writer.close()
        await server.stop()


class TestSettings:
    def test_the_environment_is_read(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("FRACTAFRAG_OPERATOR_NAMESPACE", "elsewhere")
        monkeypatch.setenv("FRACTAFRAG_OPERATOR_PORT", "3401")
        settings = OperatorSettings()
        assert (settings.watched_namespace, settings.port) == ("elsewhere", 3401)

    def test_the_pods_own_namespace_is_the_default(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
    ) -> None:
        folder = tmp_path_factory.mktemp("account")
        (folder / "namespace").write_text("from-the-pod\n")
        monkeypatch.setattr("operators.renderer.settings.SERVICE_ACCOUNT", folder)
        assert OperatorSettings().watched_namespace == "from-the-pod"

    def test_the_version_is_that_of_the_services(self) -> None:
        assert version.VERSION == VERSION


def test_a_log_level_that_is_none_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRACTAFRAG_OPERATOR_LOG_LEVEL", "LOUD")
    with pytest.raises(ValueError, match="log_level"):
        OperatorSettings()
    assert callable(configure_logging)
