"""Least privilege: each request of a full walk is allowed by the Role of the chart, and every verb of it is used."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from redis.asyncio import Redis

from services.standalone.valkey import EmbeddedValkey
from tests.charts import helm
from tests.fixtures.operator import DEPLOYMENTS, NAMESPACE, TARGET, KMockSite, autoscaler, mount_redis, pod_of, until

# What system:discovery allows to everybody who is logged in.
DISCOVERY = ("/api", "/apis", "/version")
VERBS = {"POST": "create", "PUT": "update", "PATCH": "patch", "DELETE": "delete"}
QUEUE = "dramatiq:render.msgs"


@dataclass(frozen=True)
class Asked:
    """One request, as an authorizer sees it."""

    verb: str
    group: str
    resource: str
    name: str | None


def asked(requests: Any) -> Iterator[Asked]:
    """The requests for objects; those for discovery are looked at by their path."""
    for request in requests:
        path = request.url.path
        if "/namespaces/" not in path:
            assert path.startswith(DISCOVERY), path
            continue
        before, _, after = path.partition("/namespaces/")
        namespace, plural, *rest = after.split("/")
        assert namespace == NAMESPACE, path
        group = "" if before == "/api/v1" else before.split("/")[2]
        resource = f"{plural}/{rest[1]}" if len(rest) > 1 else plural
        watch = request.params.get("watch") in {"true", "1"}
        reads = "watch" if watch else "get" if rest else "list"
        yield Asked(VERBS.get(request.method.value, reads), group, resource, rest[0] if rest else None)


def permits(rule: helm.Doc, one: Asked) -> bool:
    """What the authorizer of Kubernetes does with a rule."""
    named = "resourceNames" not in rule or one.name in rule["resourceNames"]
    return one.verb in rule["verbs"] and one.group in rule["apiGroups"] and one.resource in rule["resources"] and named


def rules() -> list[helm.Doc]:
    """The Role as it is installed."""
    (role,) = helm.render("fractafrag-operator", name="fractafrag-operator").of("Role")
    found: list[helm.Doc] = role["rules"]
    return found


async def walk(site: KMockSite, redis: Redis, url: str) -> None:
    """Everything the operator ever does: up, down with a busy pod, a missing target twice, and an end."""
    mount_redis(site.settings.redis_folder, url)
    site.put(
        "fractafrag.dev/v1alpha1/rendererautoscalers",
        autoscaler(pollSeconds=1, idleSeconds=0, behavior={"scaleDown": {"stabilizationWindowSeconds": 0}}),
    )
    await redis.hset(QUEUE, mapping={"a": "{}", "b": "{}"})
    site.start()
    await until(lambda: site.replicas == 2)
    for number in (1, 2):
        site.put("v1/pods", pod_of(f"pod-{number}", address=f"127.0.0.{number}"))
    await redis.hdel(QUEUE, "b")
    await until(lambda: site.replicas == 1, 60)
    target = site.get(DEPLOYMENTS)
    for _ in range(2):
        site.api.objects[DEPLOYMENTS, NAMESPACE, TARGET].delete()
        await until(lambda: site.ready() == ("False", "TargetMissing"))
        site.put(DEPLOYMENTS, target)
        await until(lambda: site.ready() == ("True", "Scaling"))
    await asyncio.sleep(2.5)
    assert await site.stop() == [0]


@pytest.mark.slow
async def test_the_role_is_enough_and_no_more(
    kmock_site: KMockSite, valkey: EmbeddedValkey, redis_client: Redis
) -> None:
    busy = {"slots": 1, "busy": 1, "waiting": 0, "jobs": 1, "job_seconds": 1.0, "ready": True, "draining": False}
    kmock_site.load_server.answers["127.0.0.1"] = busy
    await walk(kmock_site, redis_client, valkey.url())
    requests = set(asked(kmock_site.api))
    assert [one for one in requests if not any(permits(rule, one) for rule in rules())] == []
    unused = [
        (verb, resource)
        for rule in rules()
        for resource in rule["resources"]
        for verb in rule["verbs"]
        if not any(permits({**rule, "resources": [resource], "verbs": [verb]}, one) for one in requests)
    ]
    assert unused == []


def test_the_role_reaches_no_secret_and_no_other_workload() -> None:
    for rule in rules():
        assert "*" not in [*rule["verbs"], *rule["resources"], *rule["apiGroups"]]
        assert "secrets" not in rule["resources"]
        if "deployments/scale" in rule["resources"]:
            assert rule["resourceNames"] == ["fractafrag-renderer"]


def test_the_binding_binds_the_account_of_the_pod() -> None:
    rendered = helm.render("fractafrag-operator", name="fractafrag-operator")
    (binding,), (role,), (deployment,) = (rendered.of(kind) for kind in ("RoleBinding", "Role", "Deployment"))
    account = deployment["spec"]["template"]["spec"]["serviceAccountName"]
    assert binding["subjects"] == [{"kind": "ServiceAccount", "name": account, "namespace": helm.NAMESPACE}]
    assert binding["roleRef"]["name"] == role["metadata"]["name"]
    assert rendered.of("ClusterRole", "ClusterRoleBinding") == []
