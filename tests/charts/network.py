"""What NetworkPolicies allow, decided as a cluster decides it.

Interface: `Network(policies)` and `allows(source, target, port)` with `Peer`s. A pod that no policy selects for a
direction is open in it; one that is selected may do what any of its policies allows. A connection needs both ends.
A port by name is looked up in the target; an address that is no valid CIDR raises ValueError.
"""

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.charts.helm import NAMESPACE, Doc
from tests.charts.objects import matches

Rule = Mapping[str, Any]


@dataclass(frozen=True)
class Peer:
    """One end: a pod (labels, in a namespace), or an address outside (`address`)."""

    labels: Mapping[str, str] = field(default_factory=dict)
    namespace: str = NAMESPACE
    address: str = ""
    ports: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Network:
    """All policies of one namespace."""

    policies: list[Doc]

    def allows(self, source: Peer, target: Peer, port: int, protocol: str = "TCP") -> bool:
        """Whether a connection may be opened."""
        return self._side("Egress", source, target, target, port, protocol) and self._side(
            "Ingress", target, source, target, port, protocol
        )

    def _side(self, direction: str, own: Peer, other: Peer, target: Peer, port: int, protocol: str) -> bool:
        chosen = [policy["spec"] for policy in self.policies if self._selects(policy, own, direction)]
        if not chosen:
            return True
        rules = [rule for spec in chosen for rule in spec.get(direction.lower()) or []]
        peers = "to" if direction == "Egress" else "from"
        return any(_ports(rule, target, port, protocol) and _peers(rule.get(peers), other) for rule in rules)

    @staticmethod
    def _selects(policy: Doc, peer: Peer, direction: str) -> bool:
        spec = policy["spec"]
        types = spec.get("policyTypes") or ["Ingress", *(["Egress"] if "egress" in spec else [])]
        inside = not peer.address and peer.namespace == policy["metadata"].get("namespace", NAMESPACE)
        return inside and direction in types and matches(spec.get("podSelector") or {}, peer.labels)


def _ports(rule: Rule, target: Peer, port: int, protocol: str) -> bool:
    if not rule.get("ports"):
        return True
    for entry in rule["ports"]:
        if entry.get("protocol", "TCP") != protocol:
            continue
        first = entry.get("port")
        number = target.ports.get(first, -1) if isinstance(first, str) else first
        if number is None or number <= port <= entry.get("endPort", number):
            return True
    return False


def _peers(peers: list[Rule] | None, other: Peer) -> bool:
    return not peers or any(_peer(peer, other) for peer in peers)


def _peer(peer: Rule, other: Peer) -> bool:
    if "ipBlock" in peer:
        block = peer["ipBlock"]
        if not other.address:
            return False
        address = ipaddress.ip_address(other.address)
        outside = any(address in ipaddress.ip_network(each) for each in block.get("except") or [])
        return address in ipaddress.ip_network(block["cidr"]) and not outside
    if other.address:
        return False
    if peer.get("namespaceSelector") is None:
        same = other.namespace == NAMESPACE
    else:
        same = matches(peer["namespaceSelector"], {"kubernetes.io/metadata.name": other.namespace})
    return same and matches(peer.get("podSelector") or {}, other.labels)
