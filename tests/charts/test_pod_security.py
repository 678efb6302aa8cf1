"""The checker of the Pod Security table: it admits a good pod and names each thing that the table forbids."""

import copy
from typing import Any

import pytest

from tests.charts.pod_security import violations

GOOD: dict[str, Any] = {
    "securityContext": {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}},
    "volumes": [{"name": "tmp", "emptyDir": {}}],
    "containers": [
        {
            "name": "main",
            "image": "example",
            "securityContext": {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}},
            "livenessProbe": {"httpGet": {"path": "/", "port": 80}},
        }
    ],
}


def broken(path: str, value: Any) -> dict[str, Any]:
    """GOOD with one thing changed; a path such as `containers.0.name`."""
    spec = copy.deepcopy(GOOD)
    *parents, last = [int(part) if part.isdigit() else part for part in path.split(".")]
    found: Any = spec
    for part in parents:
        found = found[part] if isinstance(part, int) else found.setdefault(part, {})
    found[last] = value
    return spec


def test_a_pod_that_follows_the_table_is_admitted() -> None:
    assert violations(GOOD) == []


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ("hostNetwork", True, "hostNetwork is set"),
        ("hostPID", True, "hostPID is set"),
        ("volumes.0.hostPath", {"path": "/"}, "volume tmp is a hostPath"),
        ("securityContext.sysctls", [{"name": "kernel.msgmax", "value": "1"}], "sysctl kernel.msgmax"),
        ("securityContext.runAsNonRoot", False, "runAsNonRoot is false"),
        ("securityContext.runAsUser", 0, "runs as user 0"),
        ("securityContext.seccompProfile", {"type": "Unconfined"}, "seccomp is off"),
        ("securityContext.seccompProfile", None, "main: no seccomp profile"),
        ("securityContext.appArmorProfile", {"type": "Unconfined"}, "AppArmor is off"),
        ("securityContext.seLinuxOptions", {"type": "spc_t"}, "SELinux options"),
        ("securityContext.windowsOptions", {"hostProcess": True}, "runs as a host process"),
        ("containers.0.securityContext.privileged", True, "main: is privileged"),
        ("containers.0.securityContext.allowPrivilegeEscalation", None, "main: allowPrivilegeEscalation is not false"),
        ("containers.0.securityContext.capabilities", {}, "main: does not drop ALL capabilities"),
        ("containers.0.securityContext.capabilities.add", ["SYS_ADMIN"], "main: adds SYS_ADMIN"),
        ("containers.0.securityContext.procMount", "Unmasked", "main: unmasks /proc"),
        ("containers.0.ports", [{"containerPort": 80, "hostPort": 80}], "main: host port 80"),
        ("containers.0.livenessProbe.httpGet.host", "example.org", "main: livenessProbe names a host"),
        ("containers.0.lifecycle", {"preStop": {"tcpSocket": {"host": "a", "port": 1}}}, "main: preStop names a host"),
    ],
)
def test_each_rule_of_the_table_is_looked_at(path: str, value: Any, said: str) -> None:
    assert said in violations(broken(path, value))
