"""NetworkPolicies against the table of flows: what it names is open, and nothing else is."""

from dataclasses import replace

import pytest

from tests.charts import helm, matrix, objects
from tests.charts.flows import (
    API_SERVER_CLIENTS,
    DNS,
    FLOWS,
    INGRESS,
    MONITORING,
    OUTSIDE,
    PORTS,
    STRANGERS_CODE,
    WORLD,
    Flow,
    refused,
)
from tests.charts.network import Network, Peer

OPERATOR = helm.CHARTS / "fractafrag-operator"
OUTSIDE_PEERS = {
    INGRESS: Peer({"app.kubernetes.io/name": "traefik"}, "ingress"),
    MONITORING: Peer({"app.kubernetes.io/name": "prometheus"}, "monitoring"),
    DNS: Peer({"k8s-app": "kube-dns"}, "kube-system", ports={"dns": 53, "dns-tcp": 53}),
    WORLD: Peer(address="203.0.113.7"),
}
# Where the chart's default lets any source in, because it cannot know where the controller and Prometheus run.
FROM_ANYWHERE = {flow.target for flow in FLOWS if flow.source in {INGRESS, MONITORING}}
CLOSED = [case for case in matrix.INSTALLS if case.chart.name == "fractafrag"]


def together(case: matrix.Case) -> list[helm.Doc]:
    """The documents of a case with the operator beside them, as the documentation installs them."""
    return [*case.render().docs, *helm.render(OPERATOR).docs]


def peers(docs: list[helm.Doc]) -> dict[str, Peer]:
    """One end for each part that these documents start, and those outside."""
    found = dict(OUTSIDE_PEERS)
    for _, pod in objects.pods(docs):
        found.setdefault(objects.component(pod), Peer(objects.labels(pod), ports=objects.port_names(pod)))
    return found


def network(docs: list[helm.Doc]) -> Network:
    """The policies among them."""
    return Network([doc for doc in docs if doc["kind"] == "NetworkPolicy"])


def names(flows: list[Flow]) -> list[str]:
    """For messages."""
    return [f"{flow.source} -> {flow.target}:{flow.port} ({flow.why})" for flow in flows]


@pytest.mark.parametrize("case", CLOSED, ids=matrix.case_id)
def test_each_flow_of_the_table_is_open(case: matrix.Case) -> None:
    docs = together(case)
    ends, net = peers(docs), network(docs)
    present = [flow for flow in FLOWS if {flow.source, flow.target} <= ends.keys()]
    assert names([flow for flow in present if not net.allows(ends[flow.source], ends[flow.target], flow.port)]) == []


@pytest.mark.parametrize("case", CLOSED, ids=matrix.case_id)
def test_names_are_looked_up_by_udp_and_tcp(case: matrix.Case) -> None:
    docs = together(case)
    ends, net = peers(docs), network(docs)
    asking = [flow.source for flow in FLOWS if flow.target == DNS and flow.source in ends]
    assert [name for name in asking if not net.allows(ends[name], ends[DNS], PORTS[DNS], "UDP")] == []


def test_everything_that_is_in_no_table_is_closed() -> None:
    docs = together(default_case())
    ends, net = peers(docs), network(docs)
    shut = [flow for flow in refused(ends) if not (flow.source in OUTSIDE and flow.target in FROM_ANYWHERE)]
    shut = [flow for flow in shut if not (flow.source in API_SERVER_CLIENTS and flow.target == WORLD)]
    # A port that is open to any source (metrics share it) is open to our own parts as well.
    shut = [flow for flow in shut if flow.target not in FROM_ANYWHERE or flow.source == STRANGERS_CODE]
    assert names([flow for flow in shut if net.allows(ends[flow.source], ends[flow.target], flow.port)]) == []


def test_ports_that_nobody_listens_on_are_closed_too() -> None:
    docs = together(default_case())
    ends, net = peers(docs), network(docs)
    inside = [name for name in ends if name not in OUTSIDE]
    found = [(a, b) for a in inside for b in inside if a != b and net.allows(ends[a], ends[b], 4444)]
    assert found == []


@pytest.mark.parametrize("case", CLOSED, ids=matrix.case_id)
def test_the_renderer_reaches_nothing_at_all(case: matrix.Case) -> None:
    docs = together(case)
    ends, net = peers(docs), network(docs)
    renderers = [pod for _, pod in objects.pods(docs) if objects.component(pod) == STRANGERS_CODE]
    for pod in renderers:
        own = Peer(objects.labels(pod))
        reached = [
            f"{name} {protocol} {port}"
            for name, other in ends.items()
            for port in {*PORTS.values(), 1}
            for protocol in ("TCP", "UDP")
            if net.allows(own, replace(other, ports={}), port, protocol)
        ]
        assert reached == []


def test_every_part_of_both_charts_has_a_policy_for_both_directions() -> None:
    docs = together(default_case())
    policies = [doc["spec"] for doc in docs if doc["kind"] == "NetworkPolicy"]
    bare = {
        f"{objects.title(workload)} {direction}"
        for workload, pod in objects.pods(docs)
        for direction in ("Ingress", "Egress")
        if not any(
            direction in spec.get("policyTypes", []) and objects.matches(spec["podSelector"], objects.labels(pod))
            for spec in policies
        )
    }
    assert bare == set()


def default_case() -> matrix.Case:
    """The chart without values."""
    return matrix.Case(helm.CHARTS / "fractafrag", None, upgrade=False, bare=False)
