"""Whom TLS trusts when this site asks another one over HTTP."""

from functools import cache
from ssl import SSLContext

import httpx2


@cache
def authorities() -> SSLContext:
    """The authorities of this machine. To read them takes 40 ms, so a process does it once."""
    return httpx2.create_ssl_context(trust_env=False)
