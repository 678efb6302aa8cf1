"""Reading Kubernetes documents: names, pod templates, selectors, and what refers to what. Pure functions over dicts."""

import base64
import copy
from collections.abc import Iterator, Mapping
from typing import Any

from tests.charts.helm import Doc

WORKLOADS = ("Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob", "Pod", "ReplicaSet")
SECRETS_CHECKSUM = "checksum/secrets"


def title(doc: Doc) -> str:
    """Kind and name, for messages."""
    return f"{doc['kind']}/{doc['metadata'].get('name', '')}"


def labels(doc: Doc) -> dict[str, str]:
    """The labels of an object or of a pod template."""
    found: dict[str, str] = doc.get("metadata", {}).get("labels") or {}
    return found


def component(doc: Doc) -> str:
    """The part of Fractafrag that an object or pod template belongs to."""
    return labels(doc).get("app.kubernetes.io/component", "")


def annotations(doc: Doc) -> dict[str, str]:
    """The annotations of an object or of a pod template."""
    found: dict[str, str] = doc.get("metadata", {}).get("annotations") or {}
    return found


def is_hook(doc: Doc) -> bool:
    """Whether helm runs it apart from the release, such as `helm test`."""
    return "helm.sh/hook" in annotations(doc)


def template(doc: Doc) -> Doc | None:
    """The pod that a workload makes: metadata and spec. None for what makes no pods."""
    found: Doc | None = None
    if doc["kind"] == "Pod":
        found = doc
    elif doc["kind"] == "CronJob":
        found = doc["spec"]["jobTemplate"]["spec"]["template"]
    elif doc["kind"] in WORKLOADS:
        found = doc["spec"]["template"]
    return found


def pods(docs: list[Doc]) -> Iterator[tuple[Doc, Doc]]:
    """Each workload with the pod that it makes."""
    for doc in docs:
        pod = template(doc)
        if pod is not None:
            yield doc, pod


def containers(pod: Doc) -> list[Doc]:
    """All containers of a pod, those of the start too."""
    spec = pod["spec"]
    return [*(spec.get("initContainers") or []), *spec["containers"]]


def matches(selector: Mapping[str, Any] | None, found: Mapping[str, str]) -> bool:
    """Whether a label selector picks these labels; an empty one picks all, none picks nothing."""
    if selector is None:
        return False
    wanted = selector.get("matchLabels") or {}
    if any(found.get(key) != value for key, value in wanted.items()):
        return False
    return all(_holds(rule, found) for rule in selector.get("matchExpressions") or [])


def _holds(rule: Mapping[str, Any], found: Mapping[str, str]) -> bool:
    key, values = rule["key"], rule.get("values") or []
    match rule["operator"]:
        case "In":
            return found.get(key) in values
        case "NotIn":
            return found.get(key) not in values
        case "Exists":
            return key in found
        case "DoesNotExist":
            return key not in found
    msg = f"no such operator: {rule['operator']}"
    raise ValueError(msg)


def secret_references(pod: Doc) -> Iterator[tuple[str, str | None, bool]]:
    """Every Secret that a pod uses: its name, the key if one is named, and whether it may be absent."""
    for container in containers(pod):
        for entry in container.get("env") or []:
            reference = (entry.get("valueFrom") or {}).get("secretKeyRef")
            if reference:
                yield reference["name"], reference["key"], reference.get("optional", False)
        for entry in container.get("envFrom") or []:
            if "secretRef" in entry:
                yield entry["secretRef"]["name"], None, entry["secretRef"].get("optional", False)
    for volume in pod["spec"].get("volumes") or []:
        parts = [volume, *(volume.get("projected") or {}).get("sources", [])]
        yield from (reference for part in parts for reference in _mounted(part.get("secret")))


def _mounted(secret: Doc | None) -> Iterator[tuple[str, str | None, bool]]:
    if secret:
        name, optional = secret.get("secretName") or secret["name"], secret.get("optional", False)
        for item in secret.get("items") or [{"key": None}]:
            yield name, item["key"], optional


def config_references(pod: Doc) -> set[str]:
    """Every ConfigMap that a pod uses."""
    found = set()
    for container in containers(pod):
        found |= {entry["configMapRef"]["name"] for entry in container.get("envFrom") or [] if "configMapRef" in entry}
        sources = [entry.get("valueFrom") or {} for entry in container.get("env") or []]
        found |= {source["configMapKeyRef"]["name"] for source in sources if "configMapKeyRef" in source}
    for volume in pod["spec"].get("volumes") or []:
        parts = [volume, *(volume.get("projected") or {}).get("sources", [])]
        found |= {part["configMap"]["name"] for part in parts if "configMap" in part}
    return found


def port_names(pod: Doc) -> dict[str, int]:
    """The named ports of a pod."""
    return {
        port["name"]: port["containerPort"]
        for container in containers(pod)
        for port in container.get("ports") or []
        if "name" in port
    }


def comparable(doc: Doc) -> Doc:
    """A document without the bytes of generated Secrets and their checksum: offline each rendering makes new ones."""
    if doc["kind"] == "Secret":
        return {key: sorted(value) if key in {"data", "stringData"} else value for key, value in doc.items()}
    pod = template(doc)
    if pod is None or SECRETS_CHECKSUM not in annotations(pod):
        return doc
    copied = copy.deepcopy(doc)
    annotations(template(copied) or {})[SECRETS_CHECKSUM] = ""
    return copied


def secret_texts(doc: Doc) -> dict[str, str]:
    """What a Secret holds, decoded."""
    decoded = {key: base64.b64decode(value).decode() for key, value in (doc.get("data") or {}).items()}
    return decoded | (doc.get("stringData") or {})
