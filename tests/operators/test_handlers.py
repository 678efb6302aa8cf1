"""The whole operator against KMock: watch, election, ticks, health port, end. And the cache that the watch fills."""

import asyncio
from typing import Any

import httpx2
import kopf
from redis.asyncio import Redis

from operators.renderer.cache import Cache
from operators.renderer.handlers import configure
from operators.renderer.redis_source import QueueError
from services.standalone.valkey import EmbeddedValkey
from tests.fixtures.operator import (
    DEPLOYMENTS,
    NAMESPACE,
    RESOURCES,
    TARGET,
    Clock,
    KMockSite,
    autoscaler,
    mount_redis,
    until,
)

LEASES = "coordination.k8s.io/v1/leases"


async def ask(port: int, path: str) -> httpx2.Response:
    async with httpx2.AsyncClient() as client:
        return await client.get(f"http://127.0.0.1:{port}{path}")


class TestOperator:
    async def test_it_scales_tells_and_ends(
        self, kmock_site: KMockSite, valkey: EmbeddedValkey, redis_client: Redis
    ) -> None:
        mount_redis(kmock_site.settings.redis_folder, valkey.url())
        await redis_client.hset("dramatiq:render.msgs", mapping={"a": "{}", "b": "{}"})
        operator = kmock_site.start()
        await until(lambda: kmock_site.replicas == 2)
        await until(lambda: kmock_site.ready() == ("True", "Scaling"))
        assert (await ask(operator.port, "/healthz")).json() == {"status": "ok", "late": []}
        assert (await ask(operator.port, "/readyz")).status_code == 200
        metrics = (await ask(operator.port, "/metrics")).text
        assert f'fractafrag_autoscaler_queue_messages{{autoscaler="{TARGET}",state="in_flight"}} 2.0' in metrics
        assert "fractafrag_autoscaler_leader 1.0" in metrics
        assert await kmock_site.stop() == [0]
        assert kmock_site.get(LEASES, "fractafrag-operator")["spec"]["holderIdentity"] == ""

    async def test_nothing_is_written_on_the_resource_but_its_status(self, kmock_site: KMockSite) -> None:
        kmock_site.start()
        await until(kmock_site.ready)
        await asyncio.sleep(1.5)
        await kmock_site.stop()
        meta = kmock_site.get(RESOURCES)["metadata"]
        assert "finalizers" not in meta
        assert "annotations" not in meta
        paths = [request.url.path for request in kmock_site.api if request.method.value == "PATCH"]
        assert {path for path in paths if "/rendererautoscalers/" in path} == {
            f"/apis/fractafrag.dev/v1alpha1/namespaces/{NAMESPACE}/rendererautoscalers/{TARGET}/status"
        }

    async def test_nothing_is_asked_outside_of_the_namespace(self, kmock_site: KMockSite) -> None:
        kmock_site.start()
        await until(kmock_site.ready)
        await kmock_site.stop()
        asked = {request.url.path for request in kmock_site.api}
        outside = {path for path in asked if f"/namespaces/{NAMESPACE}/" not in path}
        assert outside <= {"/api", "/apis", "/api/v1", "/apis/fractafrag.dev/v1alpha1", "/version"}

    async def test_the_watch_tells_of_new_changed_and_deleted_resources(self, kmock_site: KMockSite) -> None:
        operator = kmock_site.start()
        await until(kmock_site.ready)
        await until(lambda: any(request.params.get("watch") for request in kmock_site.api))
        url = f"/apis/fractafrag.dev/v1alpha1/namespaces/{NAMESPACE}/rendererautoscalers"
        second = autoscaler("second", uid="uid-2", created="2026-03-01T00:00:00Z", pollSeconds=1)
        await kmock_site.api.post(url, json=second)
        await until(lambda: operator.cache.get("uid-2"))
        await kmock_site.api.patch(f"{url}/second", json={"spec": {"maxReplicas": 3}})
        await until(lambda: (operator.cache.get("uid-2") or {})["spec"]["maxReplicas"] == 3)
        await kmock_site.api.delete(f"{url}/second")
        await until(lambda: operator.cache.get("uid-2") is None)
        assert operator.cache.age < 10

    async def test_a_second_operator_only_reads_until_the_first_ends(
        self, kmock_site: KMockSite, valkey: EmbeddedValkey, redis_client: Redis
    ) -> None:
        mount_redis(kmock_site.settings.redis_folder, valkey.url())
        first = kmock_site.start()
        await until(lambda: first.leader.leads)
        second = kmock_site.start(identity="operator-2")
        await until(lambda: second.cache.synced)
        assert not second.leader.leads
        first.stopping.set()
        await until(lambda: second.leader.leads)
        await redis_client.hset("dramatiq:render.msgs", "a", "{}")
        await until(lambda: kmock_site.replicas == 1)
        assert await kmock_site.stop() == [0, 0]

    async def test_a_secret_that_arrives_later_is_taken_up(
        self, kmock_site: KMockSite, valkey: EmbeddedValkey, redis_client: Redis
    ) -> None:
        kmock_site.start()
        await until(lambda: kmock_site.ready() == ("False", "SecretNotMounted"))
        mount_redis(kmock_site.settings.redis_folder, valkey.url())
        await until(lambda: kmock_site.ready() == ("True", "Scaling"))

    async def test_a_part_that_breaks_ends_the_process_with_one(self, kmock_site: KMockSite, monkeypatch: Any) -> None:
        async def broken(_: object) -> None:
            raise RuntimeError("a bug")

        monkeypatch.setattr("operators.renderer.leader.Leader.run", broken)
        kmock_site.start()
        await asyncio.sleep(0.2)
        assert await kmock_site.stop() == [1]

    async def test_replicas_stay_when_the_operator_ends(self, kmock_site: KMockSite) -> None:
        kmock_site.get(DEPLOYMENTS)["spec"]["replicas"] = 3
        kmock_site.start()
        await until(kmock_site.ready)
        await kmock_site.stop()
        assert kmock_site.replicas == 3


class TestCache:
    def test_what_the_watch_said_during_a_listing_is_newer(self) -> None:
        cache = Cache()
        cache.apply("ADDED", autoscaler("a", uid="1"))
        cache.begin_list()
        cache.apply("DELETED", autoscaler("a", uid="1"))
        cache.apply("ADDED", autoscaler("b", uid="2"))
        cache.replace([autoscaler("a", uid="1"), autoscaler("c", uid="3")])
        assert cache.all().keys() == {"2", "3"}
        assert cache.synced

    def test_a_listing_takes_away_what_the_watch_missed(self) -> None:
        cache = Cache()
        cache.apply("ADDED", autoscaler("a", uid="1"))
        cache.begin_list()
        cache.replace([])
        assert cache.all() == {}

    def test_the_age_is_that_of_the_last_word_of_the_watch(self) -> None:
        clock = Clock()
        cache = Cache(clock=clock)
        cache.apply("ADDED", autoscaler())
        clock.seconds += 40
        cache.begin_list()
        cache.replace([autoscaler()])
        assert cache.age == 40

    def test_of_equally_old_ones_the_name_decides(self) -> None:
        cache = Cache()
        one, other = autoscaler("one", uid="1"), autoscaler("other", uid="2")
        cache.replace([one, other])
        assert cache.older_with_same_target(other) == "one"
        assert cache.older_with_same_target(one) is None


def test_kopf_posts_nothing_scans_nothing_and_never_gives_up() -> None:
    settings = kopf.OperatorSettings()
    configure(settings)
    assert settings.scanning.disabled
    assert not settings.posting.enabled
    assert (settings.networking.request_timeout, settings.watching.server_timeout) == (15, 300)
    assert "fractafrag.dev" in settings.persistence.finalizer
    backoffs = iter(settings.networking.error_backoffs)  # type: ignore[arg-type] # it is no number
    assert [next(backoffs) for _ in range(100)][-1] == 10


def test_errors_name_no_url() -> None:
    assert "redis://" not in str(QueueError("connection", "Redis cannot be reached"))
