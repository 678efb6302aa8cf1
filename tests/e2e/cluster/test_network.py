"""Who reaches whom, tried by real connections: each flow of the table works, every other one does not.

Every component is a source; what has no Python, or has ended, is played by a pod with the same labels. A pod without
labels plays the ingress controller, and everybody else in the cluster.
"""

import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.charts.flows import API_SERVER_CLIENTS, DNS, FLOWS, INGRESS, PORTS, WORLD
from tests.cluster.kube import until
from tests.e2e.cluster.commands import OPERATOR, RELEASE, Cluster, Object, ready
from tests.fixtures.installation import say

pytestmark = pytest.mark.e2e

PARTS = ("api", "mcp", "worker", "renderer", "web", "operator", "postgresql", "valkey")
PLAYED = ("postgresql", "valkey", "migrations", "test", INGRESS)
# A pod of a StatefulSet's labels must not be taken for one by its Service: it never gets ready.
NEVER = {"exec": {"command": ["false"]}, "periodSeconds": 3600}
SETTLE_SECONDS = 5
# An address that no machine has (RFC 5737); a proxy may answer for it all the same.
NOWHERE = "198.51.100.1:443"


def player(cluster: Cluster, component: str) -> Object:
    """A pod that NetworkPolicies take for one of a component."""
    labels = {
        "app.kubernetes.io/name": RELEASE,
        "app.kubernetes.io/instance": RELEASE,
        "app.kubernetes.io/component": component,
    }
    api = cluster.object("pod", cluster.pod("api"))["spec"]["containers"][0]
    security = {"allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True, "capabilities": {"drop": ["ALL"]}}
    container = {
        "name": "player",
        "image": api["image"],
        "imagePullPolicy": "IfNotPresent",
        "command": ["python", "-c", "import time; time.sleep(600)"],
        "readinessProbe": NEVER,
        "securityContext": security,
        "resources": {"requests": {"cpu": "1m", "memory": "16Mi"}, "limits": {"memory": "128Mi"}},
    }
    spec = {
        "automountServiceAccountToken": False,
        "terminationGracePeriodSeconds": 0,
        "enableServiceLinks": False,
        "securityContext": {"runAsNonRoot": True, "runAsUser": 10001, "seccompProfile": {"type": "RuntimeDefault"}},
        "containers": [container],
    }
    metadata = {"name": f"e2e-{component}", "labels": {} if component == INGRESS else labels}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec}


@pytest.fixture(scope="module")
def sources(cluster: Cluster) -> Iterator[list[tuple[str, str]]]:
    """Component and pod of everything that a connection can come from."""
    cluster.apply(*(player(cluster, component) for component in PLAYED))
    names = [f"e2e-{component}" for component in PLAYED]
    until("the players", lambda: all(_runs(cluster, name) for name in names), seconds=120)
    time.sleep(SETTLE_SECONDS)  # The network plugin has to learn of them.
    real = [(part, cluster.pod(part)) for part in ("api", "mcp", "renderer", "web", "operator")]
    workers = [("worker", cluster.pod("worker", queue)) for queue in ("default", "render")]
    yield [*real, *workers, *zip(PLAYED, names, strict=True)]
    cluster.kubectl("delete", "pods", *names, "--wait=false")


def _runs(cluster: Cluster, name: str) -> bool:
    return bool(cluster.object("pod", name)["status"]["phase"] == "Running")


def addresses(cluster: Cluster) -> dict[str, list[tuple[str, int]]]:
    """For each pod address of a component that lasts: whose it is; every known port is tried at each."""
    found: dict[str, list[tuple[str, int]]] = {}
    everywhere = sorted({PORTS[part] for part in PARTS})
    for part in PARTS:
        pods = [pod for pod in cluster.objects("pods", f"app.kubernetes.io/component={part}") if ready(pod)]
        assert pods, f"no pod of {part} is ready"
        found[part] = [(pod["status"]["podIP"], port) for pod in pods for port in everywhere]
    return found


def _infrastructure(cluster: Cluster) -> dict[str, str]:
    """The cluster's DNS as pods see it, and the API server's Service."""
    api = cluster.kubectl(
        "get", "service", "kubernetes", "--namespace", "default", "--output", "jsonpath={.spec.clusterIP}"
    )  # fmt: skip
    lines = cluster.kubectl("exec", "e2e-ingress", "--", "cat", "/etc/resolv.conf").splitlines()
    dns = next(line.split()[1] for line in lines if line.startswith("nameserver"))
    return {"dns": f"{dns}:53", "api server": f"{api}:443"}


def _expected(source: str, target: str, port: int) -> bool:
    """Whether the table allows it; a port on which the target does not listen is closed in any case."""
    return any((flow.source, flow.target, flow.port) == (source, target, port) for flow in FLOWS)


def _wanted(cluster: Cluster, source: str, own_address: str) -> dict[str, tuple[str, bool]]:
    """What to try from a source: by address, what it is called and whether it has to open."""
    wanted: dict[str, tuple[str, bool]] = {}
    for target, places in addresses(cluster).items():
        for host, port in places:
            if host != own_address:
                wanted[f"{host}:{port}"] = (f"{source} -> {target}:{port}", _expected(source, target, port))
    fixed = _infrastructure(cluster)
    open_to_all = source == INGRESS  # It has no NetworkPolicy: everything of the cluster's own is open to it.
    wanted[fixed["dns"]] = (f"{source} -> dns:53", open_to_all or _expected(source, DNS, PORTS[DNS]))
    wanted[fixed["api server"]] = (f"{source} -> API server", open_to_all or source in API_SERVER_CLIENTS)
    if source not in {INGRESS, *API_SERVER_CLIENTS}:  # These may go to port 443 anywhere.
        wanted[NOWHERE] = (f"{source} -> {WORLD}", False)
    return wanted


def _try(cluster: Cluster, source: str, pod: str) -> list[tuple[str, bool, str]]:
    """What was tried from a pod: its name, whether it has to open, and how it ended."""
    wanted = _wanted(cluster, source, cluster.object("pod", pod)["status"]["podIP"])
    said = cluster.python(pod, "connect.py", *wanted)
    return [(f"{name} from {pod}", expected, said[address]) for address, (name, expected) in wanted.items()]


def test_each_flow_of_the_table_works_and_no_other(cluster: Cluster, sources: list[tuple[str, str]]) -> None:
    with ThreadPoolExecutor(4) as pool:
        tried = [each for found in pool.map(lambda pair: _try(cluster, *pair), sources) for each in found]
    wrong = [f"{name}: {how}" for name, expected, how in tried if (how == "open") != expected]
    opened = {name.partition(" from ")[0] for name, _, how in tried if how == "open"}
    closed = sum(how != "open" for _, _, how in tried)
    say(f"{len(opened)} flows open, {closed} connections refused:\n    " + "\n    ".join(sorted(opened)))
    assert not wrong, "\n".join(wrong)


def test_every_pod_has_a_policy(cluster: Cluster) -> None:
    chosen = [policy["spec"]["podSelector"]["matchLabels"] for policy in cluster.objects("networkpolicies")]
    pods = cluster.objects("pods", f"app.kubernetes.io/instance in ({RELEASE},{OPERATOR})")
    for pod in pods:
        labels = pod["metadata"]["labels"]
        covered = any(want.items() <= labels.items() for want in chosen)
        assert covered, json.dumps(labels)
