"""Which addresses are one network, and what is kept of it."""

import pytest

from services.core.votes.settings import VoteSettings
from services.core.votes.weighing import Weighing, network_of


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("8.8.8.8", "8.8.8.0/24"),
        ("2001:4860:4860:1:2:3:4:5", "2001:4860:4860::/48"),
        ("192.168.1.7", "192.168.1.7"),
        ("fd00::7", "fd00::7"),
        ("127.0.0.1", None),
        ("::1", None),
        ("unknown", None),
    ],
)
def test_a_network_is_what_one_renter_gets(address: str, network: str | None) -> None:
    assert network_of(address) == network


def test_a_mark_tells_neighbours_on_one_shader_and_nothing_else() -> None:
    weighing = Weighing.of(VoteSettings(), "pepper")
    mark = weighing.mark("8.8.8.8", "tide")
    assert mark == weighing.mark("8.8.8.9", "tide")
    others = {
        weighing.mark("8.8.9.8", "tide"),
        weighing.mark("8.8.8.8", "moon"),
        Weighing.of(VoteSettings(), "another pepper").mark("8.8.8.8", "tide"),
    }
    assert len(others | {mark}) == 4
    assert weighing.mark("127.0.0.1", "tide") is None


def test_a_site_can_have_networks_not_share() -> None:
    assert Weighing.of(VoteSettings(share_networks=False), "pepper").mark("8.8.8.8", "tide") is None
