"""The published Pod Security Standards, profile `restricted`, as a checker of a pod's spec.

Interface: `violations(spec)` gives a line for each broken rule, empty when an enforcing namespace would admit the pod.
The table is "Pod Security Standards" of the Kubernetes documentation at 1.37; what it relaxes for user namespaces is
not relaxed here, so a pod passes with and without `hostUsers: false`. Nothing fails: a spec is only read.
"""

from collections.abc import Iterator
from typing import Any

Spec = dict[str, Any]

VOLUMES = {
    "configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "image", "persistentVolumeClaim", "projected", "secret",
}  # fmt: skip
SYSCTLS = {
    "kernel.shm_rmid_forced", "net.ipv4.ip_local_port_range", "net.ipv4.ip_unprivileged_port_start",
    "net.ipv4.tcp_syncookies", "net.ipv4.ping_group_range", "net.ipv4.ip_local_reserved_ports",
    "net.ipv4.tcp_keepalive_time", "net.ipv4.tcp_fin_timeout", "net.ipv4.tcp_keepalive_intvl",
    "net.ipv4.tcp_keepalive_probes", "net.ipv4.tcp_rmem", "net.ipv4.tcp_wmem",
}  # fmt: skip
SELINUX_TYPES = {None, "", "container_t", "container_init_t", "container_kvm_t", "container_engine_t"}
PROFILES = {"RuntimeDefault", "Localhost"}


def violations(spec: Spec) -> list[str]:
    """What an enforcing namespace would refuse."""
    found = list(_of_pod(spec))
    for kind in ("initContainers", "containers", "ephemeralContainers"):
        for container in spec.get(kind) or []:
            found += [f"{container['name']}: {text}" for text in _of_container(container, spec)]
    return found


def _of_pod(spec: Spec) -> Iterator[str]:
    context = spec.get("securityContext") or {}
    yield from (f"{field} is set" for field in ("hostNetwork", "hostPID", "hostIPC") if spec.get(field))
    for volume in spec.get("volumes") or []:
        yield from (f"volume {volume['name']} is a {kind}" for kind in volume.keys() - {"name"} - VOLUMES)
    for sysctl in context.get("sysctls") or []:
        if sysctl["name"] not in SYSCTLS:
            yield f"sysctl {sysctl['name']}"
    yield from _of_context(context)


def _of_context(context: Spec) -> Iterator[str]:
    """Rules that hold for a pod's context and for a container's."""
    if (context.get("windowsOptions") or {}).get("hostProcess"):
        yield "runs as a host process"
    selinux = context.get("seLinuxOptions") or {}
    if selinux.get("type") not in SELINUX_TYPES or selinux.get("user") or selinux.get("role"):
        yield "SELinux options"
    if (context.get("appArmorProfile") or {}).get("type", "RuntimeDefault") not in PROFILES:
        yield "AppArmor is off"
    if context.get("runAsUser") == 0:
        yield "runs as user 0"
    if context.get("runAsNonRoot") is False:
        yield "runAsNonRoot is false"
    if (context.get("seccompProfile") or {}).get("type", "RuntimeDefault") not in PROFILES:
        yield "seccomp is off"


def _of_container(container: Spec, spec: Spec) -> Iterator[str]:
    context, of_pod = container.get("securityContext") or {}, spec.get("securityContext") or {}
    capabilities = context.get("capabilities") or {}
    yield from _of_context(context)
    if context.get("privileged"):
        yield "is privileged"
    if context.get("allowPrivilegeEscalation") is not False:
        yield "allowPrivilegeEscalation is not false"
    if "ALL" not in (capabilities.get("drop") or []):
        yield "does not drop ALL capabilities"
    yield from (f"adds {name}" for name in capabilities.get("add") or [] if name != "NET_BIND_SERVICE")
    if not context.get("runAsNonRoot", of_pod.get("runAsNonRoot")):
        yield "runAsNonRoot is not set"
    if not (context.get("seccompProfile") or of_pod.get("seccompProfile")):
        yield "no seccomp profile"
    if context.get("procMount") not in {None, "Default"}:
        yield "unmasks /proc"
    yield from (f"host port {port['hostPort']}" for port in container.get("ports") or [] if port.get("hostPort"))
    yield from (f"{place} names a host" for place in _hosts(container))


def _hosts(container: Spec) -> Iterator[str]:
    """Probes and hooks that make the kubelet call another address than the pod's."""
    handlers = {name: container.get(name) for name in ("livenessProbe", "readinessProbe", "startupProbe")}
    handlers |= container.get("lifecycle") or {}
    for name, handler in handlers.items():
        if any(((handler or {}).get(kind) or {}).get("host") for kind in ("httpGet", "tcpSocket")):
            yield name
