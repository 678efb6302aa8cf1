"""Under which names the site on one machine may be asked, and who gets its metrics."""

import socket

import pytest

from services.standalone.hosts import Hosts, is_from_here

OURS = ["localhost", "LOCALHOST:8000", "localhost.", "a.localhost", "127.0.0.1:8000", "[::1]:8000", "192.168.1.5"]
OURS += ["shaders.example:443", "other.example", socket.gethostname(), ""]
FOREIGN = [
    "evil.example",
    "localhost.evil.example",
    "127.0.0.1.evil.example",
    "shaders.example.evil",
    "[::1",
    "@",
    "0x7f.1",
]


def _asked(host: str, /, *, peer: str = "127.0.0.1", **headers: str) -> dict[str, object]:
    given = {"host": host} | {name.replace("_", "-"): value for name, value in headers.items()}
    return {"type": "http", "client": (peer, 1), "headers": [(a.encode(), b.encode()) for a, b in given.items()]}


@pytest.mark.parametrize(("host", "expected"), [*((host, True) for host in OURS), *((host, False) for host in FOREIGN)])
def test_names_and_addresses(host: str, *, expected: bool) -> None:
    assert Hosts(["shaders.example", "other.example"]).has(_asked(host)) is expected


@pytest.mark.parametrize(
    ("peer", "headers", "expected"),
    [
        ("127.0.0.1", {}, True),
        ("::1", {}, True),
        ("192.168.1.5", {}, False),
        ("127.0.0.1", {"x_forwarded_for": "127.0.0.1"}, False),
        ("127.0.0.1", {"forwarded": "for=127.0.0.1"}, False),
        ("127.0.0.1", {"host": "shaders.example"}, False),
    ],
)
def test_who_is_on_this_machine(peer: str, headers: dict[str, str], *, expected: bool) -> None:
    assert is_from_here(_asked("localhost", peer=peer, **headers)) is expected
