"""All that is read from and written to the Kubernetes API, in one namespace.

Interface: `Cluster`. Only `scale`, `mark`, `write_status`, `post` and `repeat` write, and each asks `may_write` right
before: `NotLeadingError` when the answer is no. `TargetMissingError` when there is no such workload, `StaleError` when
the scale changed since it was read. Everything else is an `httpx2.HTTPError`: the caller skips its tick.
"""

import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx2
from lightkube import AsyncClient, KubeConfig
from lightkube.generic_resource import create_namespaced_resource
from lightkube.models.core_v1 import EventSource, ObjectReference
from lightkube.models.meta_v1 import ObjectMeta, OwnerReference
from lightkube.resources.apps_v1 import DeploymentScale, StatefulSetScale
from lightkube.resources.autoscaling_v2 import HorizontalPodAutoscaler
from lightkube.resources.core_v1 import Event, Pod
from lightkube.types import PatchType

from operators.renderer.api import (
    API_VERSION,
    GROUP,
    KIND,
    PLURAL,
    VERSION,
    AutoscalerStatus,
    Model,
    ScaleTargetRef,
    TargetKind,
)

DELETION_COST = "controller.kubernetes.io/pod-deletion-cost"
BUSY_COST = "1000"
FIELD_MANAGER = "fractafrag-operator"
_TIMEOUT = httpx2.Timeout(5.0)

_RESOURCE = create_namespaced_resource(GROUP, VERSION, KIND, PLURAL)
_SCALES: dict[TargetKind, type[DeploymentScale] | type[StatefulSetScale]] = {
    TargetKind.DEPLOYMENT: DeploymentScale,
    TargetKind.STATEFUL_SET: StatefulSetScale,
}


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


def connect(namespace: str) -> AsyncClient:
    """A client by the pod's service account, or by KUBECONFIG outside a cluster."""
    return AsyncClient(
        KubeConfig.from_env(), namespace=namespace, timeout=_TIMEOUT, field_manager=FIELD_MANAGER, trust_env=False
    )


class Cluster:
    """One namespace of the API."""

    def __init__(self, client: AsyncClient, namespace: str, *, may_write: Callable[[], bool]) -> None:
        self.client = client
        self.namespace = namespace
        self.may_write = may_write

    async def autoscalers(self) -> list[dict[str, Any]]:
        """All RendererAutoscalers as they are stored."""
        return [dict(item) async for item in self.client.list(_RESOURCE, namespace=self.namespace)]

    async def target(self, ref: ScaleTargetRef) -> Target:
        """The scale of the workload."""
        try:
            found = await self.client.get(_SCALES[ref.kind], ref.name, namespace=self.namespace)
        except httpx2.HTTPStatusError as error:
            if error.response.status_code == 404:
                raise TargetMissingError(f"there is no {ref.kind} {ref.name}") from error
            raise
        selector = found.status.selector if found.status is not None else None
        if not selector:
            # Without it every pod of the namespace would be taken for a renderer.
            raise TargetMissingError(f"{ref.kind} {ref.name} names no selector yet")
        version = found.metadata.resourceVersion if found.metadata is not None else None
        replicas = found.spec.replicas if found.spec is not None else None
        return Target(ref, replicas or 0, selector, version or "")

    async def pods(self, target: Target) -> list[PodView]:
        """The target's pods that are not on their way out."""
        # A selector without value is passed on as it is, and the scale's is a whole one in text form.
        found = self.client.list(Pod, namespace=self.namespace, labels={target.selector: None})
        return [_view(pod) async for pod in found if _belongs(pod, target.ref) and not _gone(pod)]

    async def autoscaled_by_others(self) -> frozenset[tuple[str, str]]:
        """Kind and name of what HorizontalPodAutoscalers scale."""
        found = self.client.list(HorizontalPodAutoscaler, namespace=self.namespace)
        refs = [item.spec.scaleTargetRef async for item in found]
        return frozenset((ref.kind, ref.name) for ref in refs)

    async def scale(self, target: Target, replicas: int) -> None:
        """Ask for `replicas`, unless the target changed since it was read."""
        body = {"metadata": {"resourceVersion": target.resource_version}, "spec": {"replicas": replicas}}
        self._check()
        try:
            await self.client.patch(
                _SCALES[target.ref.kind],
                target.ref.name,
                body,
                namespace=self.namespace,
                patch_type=PatchType.MERGE,
            )
        except httpx2.HTTPStatusError as error:
            if error.response.status_code == 409:
                raise StaleError(target.ref.name) from error
            if error.response.status_code == 404:
                raise TargetMissingError(f"{target.ref.kind} {target.ref.name} is gone") from error
            raise

    async def mark(self, pods: Iterable[PodView], busy: frozenset[str]) -> None:
        """Make the ReplicaSet spare the busy pods; what is idle again loses its mark."""
        for pod in pods:
            cost = BUSY_COST if pod.name in busy else None
            if pod.cost == cost:
                continue
            body = {"metadata": {"annotations": {DELETION_COST: cost}}}
            self._check()
            try:
                await self.client.patch(Pod, pod.name, body, namespace=self.namespace, patch_type=PatchType.MERGE)
            except httpx2.HTTPStatusError as error:
                if error.response.status_code != 404:
                    raise

    async def write_status(self, name: str, status: AutoscalerStatus) -> None:
        """Replace the status; a resource that was deleted meanwhile is none of our business."""
        self._check()
        try:
            await self.client.patch(
                _RESOURCE.Status,
                name,
                {"status": merge_patch_of(status)},
                namespace=self.namespace,
                patch_type=PatchType.MERGE,
            )
        except httpx2.HTTPStatusError as error:
            if error.response.status_code != 404:
                raise

    async def post(self, about: Mapping[str, Any], *, warning: bool, reason: str, message: str) -> str:
        """Post a new Event about a RendererAutoscaler; gives the Event's name."""
        meta = about["metadata"]
        now = datetime.now(UTC).replace(microsecond=0)
        name = f"{meta['name'][:230]}.{secrets.token_hex(8)}"
        event = Event(
            metadata=ObjectMeta(name=name, namespace=self.namespace),
            involvedObject=ObjectReference(
                apiVersion=API_VERSION,
                kind=KIND,
                name=meta["name"],
                namespace=self.namespace,
                uid=meta.get("uid"),
                resourceVersion=meta.get("resourceVersion"),
            ),
            type="Warning" if warning else "Normal",
            reason=reason,
            message=message[:1024],
            count=1,
            firstTimestamp=now,
            lastTimestamp=now,
            source=EventSource(component=FIELD_MANAGER),
            reportingComponent=FIELD_MANAGER,
            reportingInstance=FIELD_MANAGER,
        )
        self._check()
        await self.client.create(event)
        return name

    async def repeat(self, event: str, count: int) -> bool:
        """Say that an Event happened again; False when it is no longer there."""
        now = datetime.now(UTC).replace(microsecond=0)
        body = {"count": count, "lastTimestamp": now.isoformat().replace("+00:00", "Z")}
        self._check()
        try:
            await self.client.patch(Event, event, body, namespace=self.namespace, patch_type=PatchType.MERGE)
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


def _owner(pod: Pod) -> OwnerReference | None:
    owners = (pod.metadata.ownerReferences if pod.metadata is not None else None) or []
    return next((owner for owner in owners if owner.controller), None)


def _belongs(pod: Pod, ref: ScaleTargetRef) -> bool:
    """Whether the workload made the pod; a selector alone may also match a stranger's."""
    owner = _owner(pod)
    if owner is None or pod.metadata is None:
        return False
    if ref.kind is TargetKind.STATEFUL_SET:
        return owner.kind == "StatefulSet" and owner.name == ref.name
    template = (pod.metadata.labels or {}).get("pod-template-hash")
    return owner.kind == "ReplicaSet" and owner.name == f"{ref.name}-{template}"


def _gone(pod: Pod) -> bool:
    leaving = pod.metadata is not None and pod.metadata.deletionTimestamp is not None
    return leaving or (pod.status is not None and pod.status.phase in {"Succeeded", "Failed"})


def _view(pod: Pod) -> PodView:
    status, meta = pod.status, pod.metadata
    conditions = {one.type: one.status for one in (status.conditions or [])} if status is not None else {}
    running = status is not None and status.phase == "Running"
    return PodView(
        name=(meta.name or "") if meta is not None else "",
        address=status.podIP if status is not None and running else None,
        ready=running and conditions.get("Ready") == "True",
        pending=not running and not (pod.spec is not None and pod.spec.nodeName),
        cost=((meta.annotations or {}) if meta is not None else {}).get(DELETION_COST),
    )
