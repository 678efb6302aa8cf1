"""Who may talk to whom: the one table that the NetworkPolicies are held against, here and on a real cluster.

Interface: `FLOWS`, all that is allowed; `PORTS`, what each part listens on; `refused(parts)`, every other pair of parts
with each port of the second. Nothing here reads a chart or needs pytest, so end-to-end tests can walk the same table.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

# Not parts of Fractafrag: the ingress controller, Prometheus, the cluster's DNS, and every address outside the cluster.
INGRESS, MONITORING, DNS, WORLD = "ingress", "monitoring", "dns", "world"
OUTSIDE = frozenset({INGRESS, MONITORING, DNS, WORLD})

PORTS = {
    "api": 8000,
    "mcp": 3200,
    "worker": 3300,
    "renderer": 3100,
    "web": 8080,
    "operator": 3400,
    "postgresql": 5432,
    "valkey": 6379,
    DNS: 53,
    WORLD: 443,
}
HTTPS, SUBMISSION = 443, 587
STRANGERS_CODE = "renderer"


@dataclass(frozen=True)
class Flow:
    """`source` may open a connection to `target` at this port."""

    source: str
    target: str
    port: int
    why: str


def _flow(source: str, target: str, why: str) -> Flow:
    return Flow(source, target, PORTS[target], why)


FLOWS = (
    _flow(INGRESS, "api", "people and tools call the API"),
    _flow(INGRESS, "web", "people open the site"),
    _flow(INGRESS, "mcp", "agents connect"),
    _flow("web", "api", "pages are filled from the API"),
    _flow("mcp", "api", "tools call the API"),
    _flow("api", "postgresql", "state"),
    _flow("api", "valkey", "limits, events and jobs"),
    _flow("api", "renderer", "compile checks"),
    _flow("worker", "postgresql", "state"),
    _flow("worker", "valkey", "jobs"),
    _flow("worker", "renderer", "pictures are drawn"),
    _flow("migrations", "postgresql", "the schema"),
    _flow("operator", "valkey", "the queue's length"),
    _flow("operator", "renderer", "which renderers are busy"),
    _flow("test", "api", "helm test"),
    _flow("test", "web", "helm test"),
    _flow("test", "mcp", "helm test"),
    *(_flow(MONITORING, part, "metrics") for part in ("api", "mcp", "worker", "renderer", "web", "operator")),
    *(_flow(part, DNS, "names") for part in ("api", "mcp", "worker", "web", "migrations", "operator", "test")),
)

# With pictures in S3 these parts also reach addresses outside.
STORAGE_FLOWS = tuple(Flow(part, WORLD, HTTPS, "pictures in S3") for part in ("api", "worker", "web"))

# With an SMTP server workers reach it, wherever it is.
MAIL_FLOWS = (Flow("worker", WORLD, SUBMISSION, "mails are sent"),)

# What talks to the API server, at whatever address and port the cluster has it.
API_SERVER_CLIENTS = frozenset({"operator"})


def refused(parts: Iterable[str], flows: Iterable[Flow] = FLOWS) -> Iterator[Flow]:
    """Every pair of parts and each port of the second that no flow of the table allows."""
    names = sorted(set(parts) | OUTSIDE)
    allowed = {(flow.source, flow.target, flow.port) for flow in flows}
    for source in names:
        for target, port in PORTS.items():
            inside = target in names and source != target and not {source, target} <= OUTSIDE
            if inside and (source, target, port) not in allowed:
                yield Flow(source, target, port, "is in no table")
