"""The operator as it runs in a cluster: a process of its own with the token of the chart's service account.

`Rig` is a namespace with the operator's chart in it, so the process has exactly the chart's Role. `Autoscaled` is one
target with its RendererAutoscaler and its queue.
"""

import itertools
from pathlib import Path
from typing import Any

from services.standalone.valkey import EmbeddedValkey
from tests.cluster.kube import Object, path, until
from tests.cluster.queue import RenderQueue
from tests.cluster.renderers import RendererStub
from tests.fixtures.control_plane import CHARTS, ControlPlane
from tests.fixtures.processes import Process

GROUP_VERSION, PLURAL = "fractafrag.dev/v1alpha1", "rendererautoscalers"
RELEASE = SERVICE_ACCOUNT = LEASE = "fractafrag-operator"
SECRET = "fractafrag-redis"
COST = "controller.kubernetes.io/pod-deletion-cost"
TARGETS = tuple(f"renderer-{number}" for number in range(1, 9))
# As fast as the API allows, so that a test needs seconds: what it does is the same.
QUICK = {"policies": [{"type": "Pods", "value": 100, "periodSeconds": 1}]}
QUICK_SPEC: Object = {
    "minReplicas": 0,
    "maxReplicas": 8,
    "target": {"jobsPerReplica": 2},
    "pollSeconds": 1,
    "idleSeconds": 2,
    "behavior": {"scaleUp": QUICK, "scaleDown": {**QUICK, "stabilizationWindowSeconds": 2}},
}
_NAMES = itertools.count(1)


class Rig:
    """A namespace, the chart's Role in it, and the means to run operators there."""

    def __init__(
        self, plane: ControlPlane, valkey: EmbeddedValkey, folder: Path, *, targets: tuple[str, ...] = TARGETS
    ) -> None:
        self.plane, self.kube, self.valkey, self.folder = plane, plane.kube, valkey, folder
        self.namespace = plane.namespace("rig")
        self.stub = RendererStub()
        self._free = list(targets)
        self.processes: list[Process] = []
        self._queues: list[RenderQueue] = []
        url = folder / "redis" / SECRET / "url"
        url.parent.mkdir(parents=True)
        url.write_text(valkey.url())
        values = ["--set", "crds.install=false", "--set", f"targets={{{','.join(targets)}}}"]
        plane.helm("install", RELEASE, CHARTS / RELEASE, *values, namespace=self.namespace)
        self.account, self.kubeconfig = plane.account(self.namespace, SERVICE_ACCOUNT)

    def operator(self, name: str = "operator-1", *, start: bool = True) -> Process:
        """An operator that may do what the chart lets it do."""
        settings = {
            "NAMESPACE": self.namespace,
            "REDIS_FOLDER": str(self.folder / "redis"),
            "HOST": "127.0.0.1",
            "PORT": "0",
            "LEASE_NAME": LEASE,
            "IDENTITY": name,
            "RENDERER_PORT": str(self.stub.port),
        }
        environment = {f"FRACTAFRAG_OPERATOR_{key}": value for key, value in settings.items()}
        process = Process(
            name, ["-m", "operators.renderer"], {**environment, "KUBECONFIG": str(self.kubeconfig)}, self.folder
        )
        self.processes.append(process)
        if start:
            process.start()
        return process

    def path(self, version: str, plural: str, name: str = "", sub: str = "") -> str:
        """A path in the rig's namespace."""
        return path(version, plural, self.namespace, name, sub)

    def lease(self) -> Object:
        """Who leads, and since when."""
        found = self.kube.get(self.path("coordination.k8s.io/v1", "leases", LEASE)) or {"spec": {}}
        spec: Object = found["spec"]
        return spec

    def lead(self, name: str = "operator-1") -> None:
        """Wait until this one leads."""
        until(f"{name} leads", lambda: self.lease().get("holderIdentity") == name, 90)

    def autoscaled(self, *, replicas: int = 0, pod: Object | None = None, **spec: Any) -> "Autoscaled":
        """A target that no test has used, and an autoscaler on it."""
        target = self._free.pop(0)
        self.deployment(target, replicas, pod or {})
        queue = RenderQueue(self.valkey.url(), f"queue-{next(_NAMES)}")
        self._queues.append(queue)
        made = Autoscaled(self, target, queue)
        made.create(target, **spec)
        return made

    def deployment(self, name: str, replicas: int, pod: Object) -> None:
        """A workload as the charts have it, where pod is what differs from the usual."""
        resources = pod.pop("resources", {})
        safe = {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}}
        container = {"name": "renderer", "image": "renderer", "securityContext": safe, "resources": resources}
        context = {"runAsNonRoot": True, "runAsUser": 10001, "seccompProfile": {"type": "RuntimeDefault"}}
        labels = {"app": name}
        spec = {
            "replicas": replicas,
            "selector": {"matchLabels": labels},
            "template": {
                "metadata": {"labels": labels},
                "spec": {"containers": [container], "securityContext": context, **pod},
            },
        }
        body = {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": name}, "spec": spec}
        self.kube.create(self.path("apps/v1", "deployments"), body)

    def kill(self) -> None:
        """End all operators, which get no chance to do anything more."""
        for process in self.processes:
            process.kill()

    def stop(self) -> None:
        """End what was started."""
        self.kill()
        for queue in self._queues:
            queue.close()
        self.stub.stop()
        self.account.close()


class Autoscaled:
    """One target, its autoscaler and its queue."""

    def __init__(self, rig: Rig, target: str, queue: RenderQueue) -> None:
        self.rig, self.kube, self.target, self.queue = rig, rig.kube, target, queue

    def body(self, name: str, **spec: Any) -> Object:
        """A RendererAutoscaler of the target."""
        queue = {"namespace": self.queue.prefix, "redis": {"secretRef": {"name": SECRET}}}
        whole = {"scaleTargetRef": {"name": self.target}, "queue": queue, **QUICK_SPEC, **spec}
        return {
            "apiVersion": GROUP_VERSION,
            "kind": "RendererAutoscaler",
            "metadata": {"name": name},
            "spec": {key: value for key, value in whole.items() if value is not None},
        }

    def create(self, name: str, **spec: Any) -> None:
        """Make one."""
        self.kube.create(self.rig.path(GROUP_VERSION, PLURAL), self.body(name, **spec))

    def where(self, name: str = "") -> str:
        """The path of an autoscaler."""
        return self.rig.path(GROUP_VERSION, PLURAL, name or self.target)

    def status(self, name: str = "") -> Object:
        """What the operator says."""
        found: Object = self.kube.need(self.where(name)).get("status") or {}
        return found

    def said(self, *keys: str) -> Any:
        """One thing of the status, None while it says nothing of it."""
        found: Any = self.status()
        for key in keys:
            found = (found or {}).get(key)
        return found

    def condition(self, kind: str, name: str = "") -> tuple[str, str]:
        """Status and reason of a condition."""
        found = [one for one in self.status(name).get("conditions", []) if one["type"] == kind]
        return (found[0]["status"], found[0]["reason"]) if found else ("", "")

    def becomes(self, kind: str, status: str, reason: str, *, name: str = "", seconds: float = 60) -> None:
        """Wait for a condition."""
        until(f"{kind} {status} {reason}", lambda: self.condition(kind, name) == (status, reason), seconds)

    @property
    def replicas(self) -> int:
        """What /scale asks for."""
        where = self.rig.path("apps/v1", "deployments", self.target, "scale")
        return int(self.kube.need(where)["spec"].get("replicas", 0))

    def reaches(self, replicas: int, seconds: float = 60) -> None:
        """Wait until /scale asks for so many."""
        until(f"{self.target} at {replicas} replicas", lambda: self.replicas == replicas, seconds)

    def pods(self) -> list[Object]:
        """The target's pods that are not on their way out."""
        where = self.rig.path("apps/v1", "deployments", self.target)
        labels = self.kube.need(where)["spec"]["selector"]["matchLabels"]
        selector = ",".join(f"{key}={value}" for key, value in labels.items())
        found = self.kube.list(self.rig.path("v1", "pods"), selector)
        return [pod for pod in found if "deletionTimestamp" not in pod["metadata"]]

    def running(self, count: int) -> list[Object]:
        """Wait until so many pods run, and no other is there; sorted by name."""

        def look() -> list[Object]:
            pods = self.pods()
            good = [pod for pod in pods if pod["status"].get("phase") == "Running"]
            return good if len(good) == len(pods) == count else []

        return sorted(until(f"{count} pods", look), key=_name)


def _name(pod: Object) -> str:
    return str(pod["metadata"]["name"])
