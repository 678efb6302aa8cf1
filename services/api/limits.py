"""Rate limits on the HTTP side, the client's address, and the `RateLimit-*` headers.

`AddressLimit` counts every request by its client's address before anything else is looked at, so a made-up token
does not lead around it. Routes add finer rules with `take`, or with `account_limit` (deps.py). Each answer carries
the tightest bucket's state. For a read, a key or access token that this process knows is counted and checked with the
same call (`take_for_key`, `take_for_token`).

Without Redis, reads (GET, HEAD, OPTIONS) go on unlimited and everything else gets 503 with `Retry-After`.
"""

import re
from collections.abc import Mapping
from ipaddress import IPv6Address
from typing import Any, cast
from uuid import UUID

from fastapi import Request
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.api.problems import problem_of
from services.api.protection import AS_THEY_ARE
from services.api.state import Services
from services.core.identity.caller import Caller
from services.core.keys.identities import revocation_key
from services.core.kit.client_address import client_address
from services.core.kit.errors import UnavailableError
from services.core.kit.redis.limits import Bucket, BucketEmptyError, BucketState, LimitCheck, LimitResult, Rate
from services.core.kit.settings import LimitSettings

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_READS = frozenset({"GET", "HEAD"})
_UNCOUNTED = frozenset({"/healthz", "/readyz", "/metrics"})
_OF_A_BODY = frozenset({b"content-length", b"transfer-encoding"})


class AddressLimit:
    """ASGI middleware: finds the client's address, counts the request, adds the headers.

    `callers` matches the paths where a GET is counted for its caller, too.
    """

    def __init__(self, app: ASGIApp, settings: LimitSettings, callers: re.Pattern[str]) -> None:
        self.app = app
        self._callers = callers
        self._enabled = settings.enabled
        self._hops = settings.trusted_proxies
        self._rate = Rate.parse(settings.address)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        memory = scope.setdefault("state", {})
        memory["address"] = _client_of(scope, self._hops)
        if not self._enabled or scope["path"] in _UNCOUNTED or scope["path"].startswith(AS_THEY_ARE):
            await self.app(scope, receive, send)
            return

        async def send_with_state(message: Message) -> None:
            if message["type"] == "http.response.start" and (tightest := memory.get("bucket")) is not None:
                message["headers"].extend(_headers(tightest))
            await send(message)

        try:
            await self._count(scope, memory)
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

    async def _count(self, scope: Scope, memory: dict[str, Any]) -> None:
        """Take one for the address and, if we know the caller, one for them."""
        services = cast("Services", scope["app"].state.services)
        checks = [LimitCheck([Bucket("address", network_of(memory["address"]), self._rate)])]
        has_caller = scope["method"] in _READS and self._callers.fullmatch(scope["path"])
        known = _known_caller(scope, services) if has_caller else None
        if known is not None:
            checks.append(known[1])
        result, *results = await services.limiter.check(*checks)
        memory["bucket"] = result.tightest()
        if known is not None and results:
            memory["caller_result"] = known[0], results[0]


def _known_caller(scope: Scope, services: Services) -> tuple[UUID | Caller, LimitCheck] | None:
    """The key, or the token's caller, where we know them, and their check.

    Not with a body: until that is read both may end.
    """
    value = ""
    for name, content in scope["headers"]:
        if name in _OF_A_BODY:
            return None
        if name == b"authorization" and not value:
            value = content.decode("latin-1").partition(" ")[2].strip()
    if (caller := services.tokens.remembered(value)) is not None:
        return caller, _check_of_token(services, caller)
    if (key := services.keys.cached(value)) is not None:
        return key.key_id, _check_of_key(services, key.key_id)
    return None


def _check_of_token(services: Services, caller: Caller) -> LimitCheck:
    return LimitCheck(_buckets(services, {"account": str(caller.user_id)}), services.blocklist.revocation_keys(caller))


def _check_of_key(services: Services, key_id: UUID) -> LimitCheck:
    return LimitCheck(_buckets(services, {"key": str(key_id)}), [revocation_key(key_id)])


def _buckets(services: Services, subjects: Mapping[str, str]) -> list[Bucket]:
    limits = services.settings.limits
    if not limits.enabled:
        return []
    return [Bucket(rule, subject, Rate.parse(getattr(limits, rule))) for rule, subject in subjects.items()]


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


async def take(request: Request, services: Services, **subjects: str) -> None:
    """Take one from the bucket of each named rule (a field of the limit settings) for its subject.

    Raises `BucketEmptyError` (429), and for anything but a read `UnavailableError` (503) when Redis is down.
    """
    buckets = _buckets(services, subjects)
    if not buckets:
        return
    try:
        await _check(request, services, LimitCheck(buckets))
    except UnavailableError:
        if request.method not in SAFE_METHODS:
            raise


async def take_for_token(request: Request, services: Services, caller: Caller) -> None:
    """As `take`, for whoever calls by an access token, and look with the same call whether that has ended.

    `AddressLimit` may have made the check already. Raises `RevokedError` then, also without limits, and
    `UnavailableError` for reads as well.
    """
    if not _made_already(request, caller):
        await _check(request, services, _check_of_token(services, caller))


async def take_for_key(request: Request, services: Services, key_id: UUID) -> None:
    """As `take_for_token`, for a key."""
    if not _made_already(request, key_id):
        await _check(request, services, _check_of_key(services, key_id))


def _made_already(request: Request, caller: UUID | Caller) -> bool:
    """Whether `AddressLimit` has counted this caller; the result is noted then, once."""
    checked, result = getattr(request.state, "caller_result", (None, None))
    if result is None or (checked is not caller and checked != caller):
        return False
    del request.state.caller_result
    _note(request, result)
    return True


async def _check(request: Request, services: Services, check: LimitCheck) -> None:
    _note(request, (await services.limiter.check(check))[0])


def _note(request: Request, result: LimitResult) -> None:
    """Raise what was refused; keep the state of the tightest bucket for the headers."""
    try:
        state = result.tightest()
    except BucketEmptyError as error:
        request.state.bucket = error.state
        raise
    known: BucketState | None = getattr(request.state, "bucket", None)
    if state is not None and (known is None or state.remaining_fraction < known.remaining_fraction):
        request.state.bucket = state


def address_of(request: Request) -> str:
    """The client's address, as `AddressLimit` found it."""
    return cast("str", request.state.address)
