"""Row 11: what has to hold between objects. Flows of the network are in test_network.py."""

import re
from typing import Any

import pytest

from tests.charts import helm, matrix, objects

LONGEST_RELEASE = "r" * 53
LONGEST_NAME = 63
SCALERS = ("HorizontalPodAutoscaler", "ScaledObject", "RendererAutoscaler")

every_case = pytest.mark.parametrize("case", matrix.DISTINCT, ids=matrix.case_id)
every_install = pytest.mark.parametrize("case", matrix.INSTALLS, ids=matrix.case_id)


def pods_of(docs: list[helm.Doc]) -> list[helm.Doc]:
    """All pods that these documents lead to."""
    return [pod for _, pod in objects.pods(docs)]


@every_case
def test_selectors_pick_the_pods_that_they_are_for(case: matrix.Case) -> None:
    docs = case.render().docs
    for doc in docs:
        if doc["kind"] in {"Deployment", "StatefulSet"}:
            selector = doc["spec"]["selector"]
            picked = [pod for pod in pods_of(docs) if objects.matches(selector, objects.labels(pod))]
            assert picked == [objects.template(doc)], objects.title(doc)
        elif doc["kind"] == "Service" and doc["spec"].get("selector"):
            assert picked_by({"matchLabels": doc["spec"]["selector"]}, docs), objects.title(doc)
        elif doc["kind"] in {"NetworkPolicy", "PodDisruptionBudget"}:
            selector = doc["spec"].get("podSelector", doc["spec"].get("selector"))
            assert picked_by(selector, docs), objects.title(doc)


def picked_by(selector: dict[str, Any], docs: list[helm.Doc]) -> list[helm.Doc]:
    """The pods that a selector finds, those that operators of others start included."""
    found = [pod for pod in pods_of(docs) if objects.matches(selector, objects.labels(pod))]
    made = [doc for doc in docs if doc["kind"] == "Cluster"]
    clusters = [doc for doc in made if objects.matches(selector, {"cnpg.io/cluster": doc["metadata"]["name"]})]
    return found + clusters


@every_case
def test_ports_of_services_exist_in_their_pods(case: matrix.Case) -> None:
    docs = case.render().docs
    for service in (doc for doc in docs if doc["kind"] == "Service"):
        for pod in picked_by({"matchLabels": service["spec"]["selector"]}, docs):
            ports = objects.port_names(pod)
            for port in service["spec"]["ports"]:
                target = port.get("targetPort", port["port"])
                assert target in ports or target in ports.values(), f"{objects.title(service)}: {target}"


@every_case
def test_routes_lead_to_services_with_that_port(case: matrix.Case) -> None:
    rendered = case.render()
    services = {
        doc["metadata"]["name"]: {port[key] for port in doc["spec"]["ports"] for key in ("port", "name") if key in port}
        for doc in rendered.of("Service")
    }
    backends = []
    for doc in rendered.of("Ingress"):
        for rule in doc["spec"]["rules"]:
            for path in rule["http"]["paths"]:
                service = path["backend"]["service"]
                backends.append((service["name"], *service["port"].values()))
    for doc in rendered.of("HTTPRoute"):
        backends += [(ref["name"], ref["port"]) for rule in doc["spec"]["rules"] for ref in rule.get("backendRefs", [])]
    assert [backend for backend in backends if backend[1] not in services.get(backend[0], set())] == []


@every_case
def test_monitors_find_a_port_that_has_metrics(case: matrix.Case) -> None:
    rendered = case.render()
    for doc in rendered.of("ServiceMonitor"):
        services = [
            service
            for service in rendered.of("Service")
            if objects.matches(doc["spec"]["selector"], objects.labels(service))
        ]
        names = {port["name"] for service in services for port in service["spec"]["ports"]}
        assert {endpoint["port"] for endpoint in doc["spec"]["endpoints"]} <= names, objects.title(doc)
    for doc in rendered.of("PodMonitor"):
        for pod in picked_by(doc["spec"]["selector"], rendered.docs):
            wanted = {endpoint["port"] for endpoint in doc["spec"]["podMetricsEndpoints"]}
            assert wanted <= objects.port_names(pod).keys(), objects.title(doc)


@every_case
def test_every_secret_has_a_maker_or_is_named_by_the_values(case: matrix.Case) -> None:
    rendered = case.render()
    made = {doc["metadata"]["name"]: keys_of(doc) for doc in rendered.of("Secret")}
    # CloudNativePG makes this one itself.
    made |= {f"{doc['metadata']['name']}-app": {"uri", "username", "password"} for doc in rendered.of("Cluster")}
    given = strings(case.load())
    lacking = [
        f"{objects.component(pod)}: {name}/{key}"
        for pod in pods_of(rendered.docs)
        for name, key, optional in objects.secret_references(pod)
        if not optional and name not in given and (name not in made or (key and key not in made[name]))
    ]
    assert lacking == []


def keys_of(secret: helm.Doc) -> set[str]:
    """What a Secret or ConfigMap holds."""
    return {key for field in ("data", "stringData", "binaryData") for key in secret.get(field) or {}}


def strings(values: Any) -> set[str]:
    """Every text in some values: the names of Secrets that the user made are among them."""
    if isinstance(values, dict):
        return {text for value in values.values() for text in strings(value)}
    if isinstance(values, list):
        return {text for value in values for text in strings(value)}
    return {values} if isinstance(values, str) else set()


@every_case
def test_configmaps_accounts_and_claims_exist(case: matrix.Case) -> None:
    rendered = case.render()
    names = {kind: {doc["metadata"]["name"] for doc in rendered.of(kind)} for kind in ("ConfigMap", "ServiceAccount")}
    claims = {doc["metadata"]["name"] for doc in rendered.of("PersistentVolumeClaim")} | strings(case.load())
    for workload, pod in objects.pods(rendered.docs):
        assert objects.config_references(pod) <= names["ConfigMap"] | strings(case.load()), objects.title(workload)
        assert pod["spec"]["serviceAccountName"] in names["ServiceAccount"], objects.title(workload)
        volumes = pod["spec"].get("volumes") or []
        used = {volume["persistentVolumeClaim"]["claimName"] for volume in volumes if "persistentVolumeClaim" in volume}
        assert used <= claims, objects.title(workload)


@every_case
def test_mounts_have_volumes(case: matrix.Case) -> None:
    for workload, pod in objects.pods(case.render().docs):
        volumes = [volume["name"] for volume in pod["spec"].get("volumes") or []]
        claims = [claim["metadata"]["name"] for claim in workload["spec"].get("volumeClaimTemplates") or []]
        mounts = {mount["name"] for each in objects.containers(pod) for mount in each.get("volumeMounts") or []}
        assert mounts <= {*volumes, *claims}, objects.title(workload)
        assert len({*volumes}) == len(volumes), objects.title(workload)
        assert {*volumes} <= mounts, f"{objects.title(workload)} has a volume that nothing mounts"


@every_install
def test_a_disruption_budget_leaves_a_pod_that_may_go(case: matrix.Case) -> None:
    rendered = case.render()
    for budget in rendered.of("PodDisruptionBudget"):
        spec = budget["spec"]
        for doc, pod in objects.pods(rendered.docs):
            if objects.matches(spec["selector"], objects.labels(pod)) and not objects.is_hook(doc):
                least = least_replicas(doc, rendered)
                assert least > 1, f"{objects.title(budget)} would block the drain of a node"
                assert spec.get("minAvailable", 0) in range(least), objects.title(budget)
                assert spec.get("maxUnavailable", 1) != 0, objects.title(budget)


def least_replicas(workload: helm.Doc, rendered: helm.Rendered) -> int:
    """The fewest pods that a workload is scaled to."""
    for scaler in rendered.of(*SCALERS):
        if target_of(scaler) == (workload["kind"], workload["metadata"]["name"]):
            spec = scaler["spec"]
            return int(spec.get("minReplicas", spec.get("minReplicaCount", 1)))
    return int(workload["spec"].get("replicas", 1))


def target_of(scaler: helm.Doc) -> tuple[str, str]:
    """What an autoscaler scales."""
    target = scaler["spec"]["scaleTargetRef"]
    return target.get("kind", "Deployment"), target["name"]


@every_case
def test_what_is_scaled_has_one_scaler_and_no_replicas(case: matrix.Case) -> None:
    rendered = case.render()
    targets = [target_of(scaler) for scaler in rendered.of(*SCALERS)]
    assert len(targets) == len(set(targets))
    workloads = {(doc["kind"], doc["metadata"]["name"]): doc for doc in rendered.of("Deployment", "StatefulSet")}
    assert [target for target in targets if target not in workloads] == []
    assert [target for target in targets if "replicas" in workloads[target]["spec"]] == []


@every_case
def test_an_hpa_has_the_request_that_its_percentage_is_of(case: matrix.Case) -> None:
    rendered = case.render()
    workloads = {(doc["kind"], doc["metadata"]["name"]): objects.template(doc) for doc in rendered.of("Deployment")}
    for scaler in rendered.of("HorizontalPodAutoscaler"):
        pod = workloads[target_of(scaler)]
        assert pod is not None
        for metric in scaler["spec"]["metrics"]:
            source = metric.get("containerResource") or metric["resource"]
            wanted = [c for c in pod["spec"]["containers"] if c["name"] == source.get("container", c["name"])]
            assert wanted, objects.title(scaler)
            assert all(source["name"] in c["resources"]["requests"] for c in wanted), objects.title(scaler)


@every_case
def test_images_are_pinned(case: matrix.Case) -> None:
    moving = {
        container["image"]
        for pod in pods_of(case.render().docs)
        for container in objects.containers(pod)
        if not re.search(r"(@sha256:[0-9a-f]{64}|:(?!latest$)[\w.-]*\d[\w.-]*)$", container["image"])
    }
    assert moving == set()


@every_install
def test_names_fit_with_the_longest_release(case: matrix.Case) -> None:
    rendered = helm.render(case.chart, case.load(), name=LONGEST_RELEASE)
    names = [(doc["kind"], doc["metadata"]["name"]) for doc in rendered.docs]
    assert [name for name in names if len(name[1]) > LONGEST_NAME and name[0] != "CustomResourceDefinition"] == []
    assert len(names) == len({*names}), "two names became one when they were cut"
    values = [value for doc in rendered.docs for value in objects.labels(doc).values()]
    values += [value for pod in pods_of(rendered.docs) for value in objects.labels(pod).values()]
    assert [value for value in values if len(value) > LONGEST_NAME] == []


@every_install
def test_two_releases_in_one_namespace_share_nothing(case: matrix.Case) -> None:
    mine, other = (titles(helm.render(case.chart, case.load(), name=name)) for name in ("fractafrag", "second"))
    shared = {title for title in mine & other if not title.startswith("CustomResourceDefinition/")}
    assert shared == set()


def titles(rendered: helm.Rendered) -> set[str]:
    """The names of a rendering's objects."""
    return {objects.title(doc) for doc in rendered.docs}
