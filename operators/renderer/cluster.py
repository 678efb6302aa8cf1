"""All that is read from and written to the Kubernetes API, in one namespace.

Every method that writes asks `may_write` right before: `NotLeadingError` when the answer is no. `TargetMissingError`
when there is no such workload, `StaleError` when the scale changed since it was read. Everything else is an
`httpx2.HTTPError`: the caller skips its tick.
"""

import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx2

from operators.renderer.api import API_VERSION, KIND, PLURAL, AutoscalerStatus, Model, ScaleTargetRef, TargetKind
from operators.renderer.client import FIELD_MANAGER, KubernetesClient, Object

DELETION_COST = "controller.kubernetes.io/pod-deletion-cost"
BUSY_COST = "1000"
_WORKLOADS = {TargetKind.DEPLOYMENT: "deployments", TargetKind.STATEFUL_SET: "statefulsets"}


class TargetMissingError(Exception):
    """There is no such workload, or it selects nothing."""


class StaleError(Exception):
    """Somebody changed the target since it was read."""


class NotLeadingError(Exception):
    """Another operator may be writing now."""


@dataclass(frozen=True)
class Target:
    """The scale of a workload at one moment."""

    ref: ScaleTargetRef
    replicas: int
    selector: str
    resource_version: str


@dataclass(frozen=True)
class PodView:
    """What matters of one pod of the target."""

    name: str
    address: str | None
    ready: bool
    pending: bool
    cost: str | None


class Cluster:
    """One namespace of the API."""

    def __init__(self, client: KubernetesClient, *, may_write: Callable[[], bool]) -> None:
        self.client = client
        self.may_write = may_write

    async def autoscalers(self) -> list[Object]:
        """All RendererAutoscalers as they are stored."""
        return await self.client.list(self.client.path(API_VERSION, PLURAL))

    async def target(self, ref: ScaleTargetRef) -> Target:
        """The scale of the workload."""
        try:
            scale = await self.client.get(self._scale_path(ref))
        except httpx2.HTTPStatusError as error:
            if error.response.status_code == 404:
                raise TargetMissingError(f"there is no {ref.kind} {ref.name}") from error
            raise
        selector = scale.get("status", {}).get("selector")
        if not selector:
            # Without it every pod of the namespace would be taken for a renderer.
            raise TargetMissingError(f"{ref.kind} {ref.name} names no selector yet")
        # Zero is left out of the answer.
        replicas = scale.get("spec", {}).get("replicas", 0)
        return Target(ref, replicas, selector, scale["metadata"]["resourceVersion"])

    async def pods(self, target: Target) -> list[PodView]:
        """The target's pods that are not on their way out."""
        pods = await self.client.list(self.client.path("v1", "pods"), labels=target.selector)
        return [_view(pod) for pod in pods if _belongs(pod, target.ref) and not _gone(pod)]

    async def autoscaled_by_others(self) -> frozenset[tuple[str, str]]:
        """Kind and name of what HorizontalPodAutoscalers scale."""
        found = await self.client.list(self.client.path("autoscaling/v2", "horizontalpodautoscalers"))
        refs = [item["spec"]["scaleTargetRef"] for item in found]
        return frozenset((ref["kind"], ref["name"]) for ref in refs)

    async def scale(self, target: Target, replicas: int) -> None:
        """Ask for `replicas`, unless the target changed since it was read."""
        body = {"metadata": {"resourceVersion": target.resource_version}, "spec": {"replicas": replicas}}
        try:
            await self._patch(self._scale_path(target.ref), body)
        except httpx2.HTTPStatusError as error:
            if error.response.status_code == 409:
                raise StaleError(target.ref.name) from error
            if error.response.status_code == 404:
                raise TargetMissingError(f"{target.ref.kind} {target.ref.name} is gone") from error
            raise

    async def set_deletion_costs(self, pods: Iterable[PodView], busy: frozenset[str]) -> None:
        """Make the ReplicaSet spare the busy pods; what is idle again loses its mark."""
        for pod in pods:
            cost = BUSY_COST if pod.name in busy else None
            if pod.cost != cost:
                body = {"metadata": {"annotations": {DELETION_COST: cost}}}
                await self._patch_if_there(self.client.path("v1", "pods", pod.name), body)

    async def write_status(self, name: str, status: AutoscalerStatus) -> None:
        """Replace the status; a resource that was deleted meanwhile is none of our business."""
        path = self.client.path(API_VERSION, PLURAL, name, "status")
        await self._patch_if_there(path, {"status": merge_patch_of(status)})

    async def create_event(self, about: Mapping[str, Any], *, warning: bool, reason: str, message: str) -> str:
        """Post a new Event about a RendererAutoscaler; gives the Event's name."""
        meta, now = about["metadata"], _now()
        name = f"{meta['name'][:230]}.{secrets.token_hex(8)}"
        subject = {key: meta[key] for key in ("name", "uid", "resourceVersion") if key in meta}
        namespace = self.client.namespace
        event = {
            "apiVersion": "v1",
            "kind": "Event",
            "metadata": {"name": name, "namespace": namespace},
            "involvedObject": {"apiVersion": API_VERSION, "kind": KIND, "namespace": namespace, **subject},
            "type": "Warning" if warning else "Normal",
            "reason": reason,
            "message": message[:1024],
            "count": 1,
            "firstTimestamp": now,
            "lastTimestamp": now,
            "source": {"component": FIELD_MANAGER},
            "reportingComponent": FIELD_MANAGER,
            "reportingInstance": FIELD_MANAGER,
        }
        self._check()
        await self.client.create(self.client.path("v1", "events"), event)
        return name

    async def count_event(self, event: str, count: int) -> bool:
        """Say that an Event happened again; False when it is no longer there."""
        body = {"count": count, "lastTimestamp": _now()}
        return await self._patch_if_there(self.client.path("v1", "events", event), body)

    def _scale_path(self, ref: ScaleTargetRef) -> str:
        return self.client.path("apps/v1", _WORKLOADS[ref.kind], ref.name, "scale")

    async def _patch(self, path: str, body: Object) -> None:
        self._check()
        await self.client.patch(path, body)

    async def _patch_if_there(self, path: str, body: Object) -> bool:
        """Whether there was something to patch."""
        try:
            await self._patch(path, body)
        except httpx2.HTTPStatusError as error:
            if error.response.status_code != 404:
                raise
            return False
        return True

    def _check(self) -> None:
        if not self.may_write():
            raise NotLeadingError


def merge_patch_of(model: Model) -> dict[str, Any]:
    """The model as a merge patch: what is unset becomes null, so that it also goes away on the server."""
    patch: dict[str, Any] = {}
    for name, field in type(model).model_fields.items():
        value = getattr(model, name)
        patch[field.alias or name] = merge_patch_of(value) if isinstance(value, Model) else None
    # Lists are replaced as a whole, and nulls in them would be stored.
    plain = model.to_object()
    return {key: value if isinstance(value, dict) else plain.get(key) for key, value in patch.items()}


def _belongs(pod: Object, ref: ScaleTargetRef) -> bool:
    """Whether the workload made the pod; a selector alone may also match a stranger's."""
    owners = pod["metadata"].get("ownerReferences", [])
    owner = next((owner for owner in owners if owner.get("controller")), None)
    if owner is None:
        return False
    if ref.kind is TargetKind.STATEFUL_SET:
        return (owner["kind"], owner["name"]) == ("StatefulSet", ref.name)
    template = pod["metadata"].get("labels", {}).get("pod-template-hash")
    return (owner["kind"], owner["name"]) == ("ReplicaSet", f"{ref.name}-{template}")


def _gone(pod: Object) -> bool:
    return "deletionTimestamp" in pod["metadata"] or pod.get("status", {}).get("phase") in {"Succeeded", "Failed"}


def _view(pod: Object) -> PodView:
    status, meta = pod.get("status", {}), pod["metadata"]
    conditions = {one["type"]: one["status"] for one in status.get("conditions", [])}
    running = status.get("phase") == "Running"
    return PodView(
        name=meta["name"],
        address=status.get("podIP") if running else None,
        ready=running and conditions.get("Ready") == "True",
        pending=not running and "nodeName" not in pod["spec"],
        cost=meta.get("annotations", {}).get(DELETION_COST),
    )


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
