"""NetworkPolicies against the table of flows: what it names is open, and nothing else is."""

from collections import defaultdict
from dataclasses import replace

import pytest

from tests.charts import helm, matrix, objects
from tests.charts.flows import (
    API_SERVER_CLIENTS,
    DNS,
    FLOWS,
    INGRESS,
    MAIL_FLOWS,
    MONITORING,
    OUTSIDE,
    PORTS,
    STORAGE_FLOWS,
    STRANGERS_CODE,
    WORLD,
    Flow,
    refused,
)
from tests.charts.network import Network, Peer

OPERATOR = helm.CHARTS / "fractafrag-operator"
OUTSIDE_PEERS = {
    INGRESS: [Peer({"app.kubernetes.io/name": "traefik"}, "traefik")],
    MONITORING: [Peer({"app.kubernetes.io/name": "prometheus"}, "monitoring")],
    DNS: [Peer({"k8s-app": "kube-dns"}, "kube-system", ports={"dns": 53, "dns-tcp": 53})],
    WORLD: [Peer(address="203.0.113.7")],
}
# Where the default lets everybody in, because a chart cannot know where the ingress controller runs.
PUBLIC = {flow.target for flow in FLOWS if flow.source == INGRESS}
CASES = [case for case in matrix.INSTALLS if case.chart.name == "fractafrag"]

every_case = pytest.mark.parametrize("case", CASES, ids=matrix.case_id)


class Site:
    """An installation of both charts: its parts, its policies, and the flows that are right for its values."""

    def __init__(self, docs: list[helm.Doc]) -> None:
        self.docs = [*docs, *helm.render(OPERATOR).docs]
        self.network = Network([doc for doc in self.docs if doc["kind"] == "NetworkPolicy"])
        self.ends: dict[str, list[Peer]] = defaultdict(list, OUTSIDE_PEERS | {})
        for _, pod in objects.pods(self.docs):
            self.ends[objects.component(pod)].append(Peer(objects.labels(pod), ports=objects.port_names(pod)))

    @property
    def flows(self) -> list[Flow]:
        """What has to be open."""
        kinds = {doc["kind"] for doc in self.docs}
        in_s3 = any("s3://" in str(doc.get("data")) for doc in self.docs if doc["kind"] == "ConfigMap")
        sends = any("FRACTAFRAG_MAIL_DELIVERY" in doc.get("data", {}) for doc in self.docs)
        table = [*FLOWS, *(STORAGE_FLOWS if in_s3 else ()), *(MAIL_FLOWS if sends else ())]
        if not kinds & {"ServiceMonitor", "PodMonitor"}:
            table = [flow for flow in table if flow.source != MONITORING or flow.target in API_SERVER_CLIENTS]
        return [flow for flow in table if {flow.source, flow.target} <= self.ends.keys()]

    def shut(self, flow: Flow, protocol: str = "TCP") -> bool:
        """Whether some pods of the two parts cannot talk."""
        return not all(self._pairs(flow, protocol))

    def open(self, flow: Flow, protocol: str = "TCP") -> bool:
        """Whether some pods of the two parts can talk."""
        return any(self._pairs(flow, protocol))

    def reaching_the_world(self, port: int) -> set[str]:
        """The parts of the site with a pod that gets out of the cluster on this port."""
        (world,) = OUTSIDE_PEERS[WORLD]
        return {
            part
            for part in ("api", "mcp", "web", "worker", "renderer", "migrations")
            if any(self.network.allows(pod, world, port, "TCP") for pod in self.ends[part])
        }

    def _pairs(self, flow: Flow, protocol: str) -> list[bool]:
        pairs = [(a, b) for a in self.ends[flow.source] for b in self.ends[flow.target]]
        return [self.network.allows(a, b, flow.port, protocol) for a, b in pairs]


def names(flows: list[Flow]) -> list[str]:
    """For messages."""
    return [f"{flow.source} -> {flow.target}:{flow.port} ({flow.why})" for flow in flows]


@every_case
def test_each_flow_of_the_table_is_open(case: matrix.Case) -> None:
    site = Site(case.render().docs)
    assert names([flow for flow in site.flows if site.shut(flow)]) == []
    assert names([flow for flow in site.flows if flow.target == DNS and site.shut(flow, "UDP")]) == []


@every_case
def test_everything_that_is_in_no_table_is_closed(case: matrix.Case) -> None:
    site = Site(case.render().docs)
    open_by_default = {(source, target) for source in OUTSIDE for target in PUBLIC}
    open_by_default |= {(source, WORLD) for source in API_SERVER_CLIENTS}
    others = [flow for flow in refused(site.ends, site.flows) if (flow.source, flow.target) not in open_by_default]
    assert names([flow for flow in others if site.open(flow)]) == []


def test_who_may_come_from_outside_can_be_narrowed() -> None:
    peer = {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "traefik"}}}
    site = Site(helm.render("fractafrag", {"networkPolicy": {"ingressFrom": [peer]}}).docs)
    assert names([flow for flow in site.flows if site.shut(flow)]) == []
    outside = [flow for flow in refused(site.ends, site.flows) if flow.source in OUTSIDE]
    assert names([flow for flow in outside if site.open(flow)]) == []


@every_case
def test_the_renderer_reaches_nothing_at_all(case: matrix.Case) -> None:
    site = Site(case.render().docs)
    renderers = [pod for _, pod in objects.pods(site.docs) if objects.component(pod) == STRANGERS_CODE]
    reached = [
        f"{name} {protocol} {port}"
        for pod in renderers
        for name, others in site.ends.items()
        for other in others
        for port in {*PORTS.values(), 1}
        for protocol in ("TCP", "UDP")
        if site.network.allows(Peer(objects.labels(pod)), replace(other, ports={}), port, protocol)
    ]
    assert reached == []


@every_case
def test_every_pod_has_a_policy_for_both_directions(case: matrix.Case) -> None:
    site = Site(case.render().docs)
    policies = [policy["spec"] for policy in site.network.policies]
    bare = {
        f"{objects.title(workload)} {direction}"
        for workload, pod in objects.pods(site.docs)
        for direction in ("Ingress", "Egress")
        if not any(
            direction in spec["policyTypes"] and objects.matches(spec["podSelector"], objects.labels(pod))
            for spec in policies
        )
    }
    assert bare == set()


def test_policies_can_be_left_out() -> None:
    assert helm.render("fractafrag", {"networkPolicy": {"enabled": False}}).of("NetworkPolicy") == []
