"""Whose request it is, behind proxies that are trusted to say so.

Each proxy appends its peer to `X-Forwarded-For`; what stands before the last `hops` entries was sent by the client
and proves nothing.
"""

from collections.abc import Iterable
from functools import lru_cache
from ipaddress import IPv6Address, ip_address


def client_address(peer: str, forwarded: Iterable[str], hops: int) -> str:
    """The client's address: the peer's, or what the outermost of `hops` trusted proxies wrote down.

    `forwarded` are the values of all `X-Forwarded-For` headers, in order. `unknown` when there is no address at all.
    """
    if hops == 0:
        return _plain(peer) or "unknown"
    entries = [entry.strip() for entry in ",".join(forwarded).split(",") if entry.strip()][-hops:]
    return _plain(entries[0] if entries else peer) or _plain(peer) or "unknown"


@lru_cache(maxsize=4096)
def _plain(text: str) -> str | None:
    try:
        address = ip_address(text)
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return str(mapped or address)
