"""Which address is believed behind how many proxies."""

import pytest

from services.core.kit.client_address import client_address


@pytest.mark.parametrize(
    ("hops", "forwarded", "peer", "expected"),
    [
        (0, ["1.1.1.1"], "2.2.2.2", "2.2.2.2"),
        (1, ["1.1.1.1"], "2.2.2.2", "1.1.1.1"),
        (1, ["9.9.9.9, 1.1.1.1"], "2.2.2.2", "1.1.1.1"),
        (1, ["9.9.9.9", "1.1.1.1"], "2.2.2.2", "1.1.1.1"),
        (2, ["9.9.9.9, 1.1.1.1, 3.3.3.3"], "2.2.2.2", "1.1.1.1"),
        (2, ["1.1.1.1"], "2.2.2.2", "1.1.1.1"),
        (1, [], "2.2.2.2", "2.2.2.2"),
        (1, ["nonsense"], "2.2.2.2", "2.2.2.2"),
        (1, [" , ,"], "2.2.2.2", "2.2.2.2"),
        (1, ["::ffff:1.1.1.1"], "2.2.2.2", "1.1.1.1"),
        (1, ["2001:DB8:0:0::1"], "2.2.2.2", "2001:db8::1"),
        (0, [], None, "unknown"),
        (0, [], "a socket", "unknown"),
    ],
)
def test_the_clients_address(hops: int, forwarded: list[str], peer: str | None, expected: str) -> None:
    assert client_address(peer or "", forwarded, hops) == expected
