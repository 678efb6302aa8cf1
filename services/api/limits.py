"""Rate limits on the HTTP side, the client's address, and the `RateLimit-*` headers.

`AddressLimit` counts every request by its client's address before anything else is looked at, so a made-up token
does not lead around it. Routes add finer rules with `take`, or with `account_limit` (deps.py). Each answer carries
the tightest bucket's state.

Without Redis, reads (GET, HEAD, OPTIONS) go on unlimited and everything else gets 503 with `Retry-After`.
"""

from ipaddress import IPv6Address
from typing import cast

from fastapi import Request
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.api.problems import problem_of
from services.api.state import State
from services.core.addresses import client_address
from services.core.errors import UnavailableError
from services.core.rate_limits import Bucket, BucketEmptyError, BucketState, Rate
from services.core.settings import LimitSettings

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_UNCOUNTED = frozenset({"/healthz", "/readyz", "/metrics"})


class AddressLimit:
    """ASGI middleware: finds the client's address, counts the request, adds the headers."""

    def __init__(self, app: ASGIApp, settings: LimitSettings) -> None:
        self.app = app
        self._enabled = settings.enabled
        self._hops = settings.trusted_proxies
        self._rate = Rate.parse(settings.address)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        memory = scope.setdefault("state", {})
        memory["address"] = address = _client_of(scope, self._hops)
        if not self._enabled or scope["path"] in _UNCOUNTED:
            await self.app(scope, receive, send)
            return

        async def send_with_state(message: Message) -> None:
            if message["type"] == "http.response.start" and (tightest := memory.get("bucket")) is not None:
                message["headers"].extend(_headers(tightest))
            await send(message)

        opened = cast("State", scope["app"].state.opened)
        try:
            memory["bucket"] = await opened["limiter"].take(Bucket("address", network_of(address), self._rate))
        except BucketEmptyError as error:
            memory["bucket"] = error.state
            await problem_of(error)(scope, receive, send_with_state)
        except UnavailableError as error:
            if scope["method"] not in SAFE_METHODS:
                await problem_of(error)(scope, receive, send)
                return
            await self.app(scope, receive, send)
        else:
            await self.app(scope, receive, send_with_state)


def _headers(state: BucketState) -> list[tuple[bytes, bytes]]:
    return [
        (b"ratelimit-limit", b"%d" % state.rate.count),
        (b"ratelimit-remaining", b"%d" % state.remaining),
        (b"ratelimit-reset", b"%d" % state.reset),
        (b"ratelimit-policy", b"%d;w=%d" % (state.rate.count, state.rate.seconds)),
    ]


def _client_of(scope: Scope, hops: int) -> str:
    peer = scope["client"][0] if scope.get("client") else ""
    return client_address(peer, Headers(scope=scope).getlist("x-forwarded-for"), hops)


def network_of(address: str) -> str:
    """What is counted as one client: an IPv4 address, or the /64 that one IPv6 customer gets."""
    if ":" not in address:
        return address
    return str(IPv6Address(int(IPv6Address(address)) >> 64 << 64))


async def take(request: Request, opened: State, **subjects: str) -> None:
    """Take one from the bucket of each named rule (a field of the limit settings) for its subject.

    Raises `BucketEmptyError` (429), and for anything but a read `UnavailableError` (503) when Redis is down.
    """
    limits = opened["settings"].limits
    if not limits.enabled:
        return
    buckets = [Bucket(rule, subject, Rate.parse(getattr(limits, rule))) for rule, subject in subjects.items()]
    try:
        state = await opened["limiter"].take(*buckets)
    except BucketEmptyError as error:
        request.state.bucket = error.state
        raise
    except UnavailableError:
        if request.method not in SAFE_METHODS:
            raise
        return
    known: BucketState | None = getattr(request.state, "bucket", None)
    if known is None or state.remaining / state.rate.count < known.remaining / known.rate.count:
        request.state.bucket = state


def address_of(request: Request) -> str:
    """The client's address, as `AddressLimit` found it."""
    return cast("str", request.state.address)
