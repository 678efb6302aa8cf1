"""A probe inside a renderer's pod, as if a shader had broken out of the browser: it finds nothing, reaches nobody."""

import re
from typing import Any

import pytest

from tests.e2e.cluster.commands import RELEASE, Cluster
from tests.fixtures.installation import say

pytestmark = pytest.mark.e2e

# Addresses that no machine has (RFC 5737); what the cluster has is looked up.
NOWHERE = "198.51.100.1:443"
ALLOWED_SETTINGS = {"HOST", "LOG_LEVEL", "SLOTS", "LANDLOCK", "SANDBOX", "BACKEND", "CHROMIUM", "HARNESS", "RUN_FOLDER"}
SECRET = re.compile(r"password|secret|token|pepper|:\/\/[^/]*:[^/]*@|BEGIN .*KEY", re.IGNORECASE)


@pytest.fixture(scope="module")
def found(cluster: Cluster) -> dict[str, Any]:
    """What the probe says."""
    said: dict[str, Any] = cluster.python(cluster.pod("renderer"), "probe.py")
    return said


def targets(cluster: Cluster) -> list[str]:
    """Every port of every pod and Service here, the API server, the node, and a place that does not exist."""
    own = cluster.pod("renderer")
    addresses = [NOWHERE]
    for pod in cluster.objects("pods"):
        ports = [port["containerPort"] for each in pod["spec"]["containers"] for port in each.get("ports", [])]
        if pod["metadata"]["name"] != own and pod["status"].get("podIP"):
            addresses += [f"{pod['status']['podIP']}:{port}" for port in ports]
    for service in cluster.objects("services"):
        if service["spec"]["clusterIP"] != "None":
            addresses += [f"{service['spec']['clusterIP']}:{port['port']}" for port in service["spec"]["ports"]]
    api = cluster.kubectl("get", "--raw", "/api/v1/namespaces/default/services/kubernetes")
    addresses.append(re.findall(r'"clusterIP":"([^"]+)"', api)[0] + ":443")
    for slice_ in cluster.kubectl(
        "get", "endpointslices", "--namespace", "default", "--output",
        "jsonpath={range .items[*]}{.endpoints[*].addresses[*]} {.ports[*].port}{'\\n'}{end}",
    ).splitlines():  # fmt: skip
        hosts_and_port = slice_.split()
        addresses += [f"{host}:{hosts_and_port[-1]}" for host in hosts_and_port[:-1]]
    node = cluster.kubectl("get", "nodes", "--output", "jsonpath={.items[0].status.addresses[0].address}")
    return [*addresses, f"{node}:10250", f"{node}:53"]


def test_it_reaches_nobody(cluster: Cluster) -> None:
    wanted = targets(cluster)
    assert len(wanted) > 10
    said = cluster.python(cluster.pod("renderer"), "connect.py", *wanted)
    assert {target for target, how in said.items() if how == "open"} == set()
    outside = cluster.python(cluster.pod("api"), "connect.py", *wanted)
    opened = sorted(target for target, how in outside.items() if how == "open")
    assert opened, "the same probe must find something from a pod that may talk"
    say(f"none of {len(wanted)} addresses answers the renderer; {len(opened)} of them answer the API")


def test_names_are_not_resolved(found: dict[str, Any]) -> None:
    assert found["dns"] != "answered"
    assert not [name for name, how in found["names"].items() if re.match(r"[\d.:]+$", how)], found["names"]
    say(f"DNS: {found['dns']}; names: {set(found['names'].values())}")


def test_it_holds_no_secret(cluster: Cluster, found: dict[str, Any]) -> None:
    variables = dict(each.split("=", 1) for each in found["main_environment"] if each) | found["environment"]
    ours = {name.removeprefix("FRACTAFRAG_RENDERER_") for name in variables if name.startswith("FRACTAFRAG_")}
    assert ours <= ALLOWED_SETTINGS, ours
    assert not [name for name, value in variables.items() if SECRET.search(f"{name}={value}")], variables
    values = " ".join(variables.values())
    for secret in cluster.objects("secrets", f"app.kubernetes.io/instance={RELEASE}"):
        assert not [key for key, value in secret["data"].items() if value in values]
    assert not found["token"]
    assert not [mount for mount in found["mounts"] if "secrets" in mount], found["mounts"]
    say(f"{len(variables)} variables, ours are {sorted(ours)}; no token, no secret mounted")


def test_it_can_change_nothing(found: dict[str, Any]) -> None:
    writable = {folder for folder, how in found["files"].items() if how == "written"}
    assert writable == {"/tmp", "/dev/shm"}, found["files"]
    say(f"files: {found['files']}")


def test_it_has_no_rights(found: dict[str, Any]) -> None:
    status = found["status"]
    assert (found["uid"], found["gid"]) == (10001, 10001)
    assert set(found["groups"]) <= {10001}
    assert {status[name].strip("0") for name in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")} == {""}
    assert status["NoNewPrivs"] == "1"
    assert status["Seccomp"] == "2"
    say(f"uid {found['uid']}, CapEff {status['CapEff']}, CapBnd {status['CapBnd']}, NoNewPrivs 1, Seccomp 2")
