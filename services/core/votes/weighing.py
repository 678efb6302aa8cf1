"""How this site weighs a vote in the moment in which it is cast.

An address is never stored. What is kept is a mark: an HMAC, under a key that only the API has, of the network and the
shader. It tells which votes on one shader came from one network, and nothing about two shaders or about a network.

A network is a /24 of IPv4 or a /48 of IPv6, about the least that who rents addresses gets; within a private network
each address is its own. Whoever comes from this very machine, as everybody does behind a proxy that was not told of
(`FRACTAFRAG_LIMITS_TRUSTED_PROXIES`), shares with nobody.
"""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_address, ip_network

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from services.core.votes.settings import VoteSettings
from services.core.votes.weights import age_weight


@dataclass(frozen=True, slots=True)
class Weighing:
    """The site's rules; `key` makes the marks of networks, without it there are none."""

    full_after_days: int
    key: bytes | None

    @classmethod
    def of(cls, settings: VoteSettings, pepper: str) -> "Weighing":
        """As the settings have it, with a key derived from the pepper."""
        derived = HKDF(hashes.SHA256(), 32, salt=None, info=b"networks of votes").derive(pepper.encode())
        return cls(settings.full_after_days, derived if settings.share_networks else None)

    def weight(self, created_at: datetime, now: datetime) -> int:
        """What a vote of an account that was made at `created_at` weighs now."""
        return age_weight(now - created_at, self.full_after_days)

    def mark(self, address: str, shader_id: str) -> int | None:
        """The mark of the network of `address` among the votes on this shader; a 64-bit number."""
        network = network_of(address)
        if network is None or self.key is None:
            return None
        digest = hmac.digest(self.key, f"{shader_id} {network}".encode(), hashlib.sha256)
        return int.from_bytes(digest[:8], signed=True)


def network_of(address: str) -> str | None:
    """What shares: the network of a client's address; None where the address tells nothing."""
    try:
        found = ip_address(address)
    except ValueError:
        return None
    if found.is_loopback:
        return None
    if not found.is_global:
        return str(found)
    return str(ip_network((found, 24 if found.version == 4 else 48), strict=False))
