"""What a cluster holds that our charts come upon: nodes, a runtime class, storage, and the kinds of other projects."""

from tests.cluster.kube import Kube, Object, path

PLAIN, GPU = "plain", "gpu"
GPU_RESOURCE = "nvidia.com/gpu"
# Kind, plural and version of what other projects define; our charts only write such objects.
_FOREIGN = [
    ("monitoring.coreos.com", "v1", "ServiceMonitor", "servicemonitors"),
    ("monitoring.coreos.com", "v1", "PodMonitor", "podmonitors"),
    ("monitoring.coreos.com", "v1", "PrometheusRule", "prometheusrules"),
    ("keda.sh", "v1alpha1", "ScaledObject", "scaledobjects"),
    ("keda.sh", "v1alpha1", "TriggerAuthentication", "triggerauthentications"),
    ("gateway.networking.k8s.io", "v1", "HTTPRoute", "httproutes"),
    ("postgresql.cnpg.io", "v1", "Cluster", "clusters"),
]


def foreign(group: str, version: str, kind: str, plural: str) -> Object:
    """A definition that takes anything."""
    anything = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {
            "name": f"{plural}.{group}",
            # The API server takes *.k8s.io only with a word about its review.
            "annotations": {"api-approved.kubernetes.io": "unapproved, for tests"},
        },
        "spec": {
            "group": group,
            "scope": "Namespaced",
            "names": {"kind": kind, "plural": plural, "singular": kind.lower()},
            "versions": [{"name": version, "served": True, "storage": True, "schema": {"openAPIV3Schema": anything}}],
        },
    }


def node(name: str, *, gpus: int = 0) -> Object:
    """A large node that kwok plays, or one with graphics cards that keeps others away."""
    size = {"cpu": "64", "memory": "512Gi", "pods": "500", "ephemeral-storage": "2Ti"}
    size |= {GPU_RESOURCE: str(gpus)} if gpus else {}
    labels = {"kubernetes.io/hostname": name, "topology.kubernetes.io/zone": "zone-1"}
    labels |= {f"{GPU_RESOURCE}.present": "true"} if gpus else {}
    taints = [{"key": GPU_RESOURCE, "value": "present", "effect": "NoSchedule"}] if gpus else []
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {"name": name, "labels": labels},
        "spec": {"taints": taints},
        "status": {"capacity": size, "allocatable": size},
    }


def furnish(kube: Kube) -> None:
    """Put all of it into an empty cluster."""
    for definition in _FOREIGN:
        kube.create(path("apiextensions.k8s.io/v1", "customresourcedefinitions"), foreign(*definition))
    for name, gpus in ((f"{PLAIN}-1", 0), (f"{PLAIN}-2", 0), (f"{GPU}-1", 4), (f"{GPU}-2", 4)):
        kube.create(path("v1", "nodes"), node(name, gpus=gpus))
    kube.create(
        path("node.k8s.io/v1", "runtimeclasses"),
        {"apiVersion": "node.k8s.io/v1", "kind": "RuntimeClass", "metadata": {"name": "nvidia"}, "handler": "nvidia"},
    )
    kube.create(
        path("storage.k8s.io/v1", "storageclasses"),
        {
            "apiVersion": "storage.k8s.io/v1",
            "kind": "StorageClass",
            "metadata": {
                "name": "standard",
                "annotations": {"storageclass.kubernetes.io/is-default-class": "true"},
            },
            "provisioner": "kubernetes.io/no-provisioner",
            "volumeBindingMode": "Immediate",
        },
    )


def add_volume(kube: Kube, name: str, size: str = "100Gi") -> None:
    """A volume that any claim may have."""
    spec = {
        "capacity": {"storage": size},
        "accessModes": ["ReadWriteOnce", "ReadWriteMany"],
        "storageClassName": "standard",
        "persistentVolumeReclaimPolicy": "Retain",
        "hostPath": {"path": "/nowhere"},
    }
    body = {"apiVersion": "v1", "kind": "PersistentVolume", "metadata": {"name": name}, "spec": spec}
    kube.create(path("v1", "persistentvolumes"), body)
