"""Under which names the site on one machine may be asked, and what it tells to whom.

A page of another site can have its own name resolve to this machine, and its scripts then count as ours (DNS
rebinding): a `Host` that is no name of ours is answered with 421. This machine's own names are let through, and so are
numeric addresses: a browser that was led here by a name sends that name.

Metrics and the mailbox are for who asks on this machine, past no proxy.
"""

import socket
from collections.abc import Iterable
from ipaddress import ip_address
from urllib.parse import urlsplit

from starlette.datastructures import Headers

from services.core.kit.observability import Scope

_HERE = frozenset({"localhost", "127.0.0.1", "::1"})
_FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip")


class Hosts:
    """The names of this installation: `names`, and those that mean this machine."""

    def __init__(self, names: Iterable[str]) -> None:
        own = socket.gethostname().lower()
        self._names = {*names, "localhost", own, f"{own}.local"}

    def has(self, scope: Scope) -> bool:
        """Whether the request is for one of them. A request without `Host` comes from no browser."""
        host = Headers(scope=scope).get("host", "")
        return not host or self._is_ours(_name_in(host))

    def _is_ours(self, name: str) -> bool:
        return name in self._names or name.endswith(".localhost") or _is_address(name)


def is_from_here(scope: Scope) -> bool:
    """Whether the client is on this machine, asks for it by its own name or address, and speaks for nobody else."""
    client = scope.get("client")
    headers = Headers(scope=scope)
    if client is None or any(name in headers for name in _FORWARDED):
        return False
    is_near = _is_address(client[0]) and ip_address(client[0]).is_loopback
    return is_near and _name_in(headers.get("host", "")) in _HERE


def _name_in(host: str) -> str:
    try:
        return (urlsplit(f"//{host}").hostname or "").rstrip(".")
    except ValueError:
        return ""


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True
