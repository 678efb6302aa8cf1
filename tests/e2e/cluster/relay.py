"""A way for pods to an Ingress that listens on this machine's loopback only, as those of small clusters do.

`reachable_by_pods(url)` gives the URL itself when its host is no loopback address; else that of a relay on an address
of this machine, which hands bytes on as long as the block runs. A connection that breaks on one side is closed on both.
"""

import contextlib
import ipaddress
import socket
import threading
from collections.abc import Iterator
from socketserver import BaseRequestHandler, ThreadingTCPServer
from urllib.parse import urlsplit

_CHUNK = 65_536


@contextlib.contextmanager
def reachable_by_pods(url: str) -> Iterator[str]:
    """Where a pod finds what `url` is here."""
    parts = urlsplit(url)
    far = (parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80))
    if not _is_loopback(far[0]):
        yield url
        return

    class Relay(BaseRequestHandler):
        def handle(self) -> None:
            with contextlib.suppress(OSError), socket.create_connection(far, timeout=60) as there:
                back = threading.Thread(target=_pump, args=(there, self.request))
                back.start()
                _pump(self.request, there)
                back.join()

    with ThreadingTCPServer((_own_address(), 0), Relay) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address, port = server.server_address[:2]
        try:
            yield f"{parts.scheme}://{address!s}:{port}"
        finally:
            server.shutdown()


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _own_address() -> str:
    """The address that this machine shows to others; no packet is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(("198.51.100.1", 9))
        return str(probe.getsockname()[0])


def _pump(source: socket.socket, sink: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while chunk := source.recv(_CHUNK):
            sink.sendall(chunk)
    with contextlib.suppress(OSError):
        sink.shutdown(socket.SHUT_WR)
