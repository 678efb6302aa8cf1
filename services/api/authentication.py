"""Who calls: by an access token or by an API key, both as `Authorization: Bearer`.

- `CallerDep`: the caller; 401 without a valid credential. `MaybeCallerDep`: the caller or None; a credential that is
  broken, expired or revoked is still 401, never taken for nobody.
- A key needs the scope `write` for everything but GET and HEAD (403 `missing_scope`). A POST that changes nothing
  says so, and then needs `read`:

      @router.post("/validate", openapi_extra=READS)

- `SignedInDep`: a caller with an access token; 403 `sign_in_required` for a key. It belongs on all that manages an
  account: sessions, password, keys, export, deletion. `permitted(Permission.X)`: signed in, and the role gives it.
- `ProvenDep`: as `SignedInDep`, with a proof of the last 15 minutes; else 403 `proof_needed`
  (core/accounts/proofs.py). It belongs on what changes who controls an account.
- `no_key`: for routes that ask for no caller and yet manage accounts, such as login: refuses a key unread.
"""

from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Annotated, Any, cast
from uuid import UUID

import structlog
from fastapi import Depends, FastAPI, Request
from fastapi.routing import APIRoute

from services.api import limits
from services.api.routing import dependencies_of, routes_of
from services.api.state import Services, ServicesDep, services_of
from services.core.accounts import proofs
from services.core.accounts import repository as accounts
from services.core.identity.caller import Caller
from services.core.identity.errors import InvalidTokenError
from services.core.identity.permissions import Permission, Scope
from services.core.keys import secret
from services.core.keys.identities import Identity
from services.core.kit.errors import ForbiddenError, UnauthorizedError, UnavailableError
from services.core.kit.redis.limits import RevokedError

# Where a route says which scope a key needs: a member of its `openapi_extra`, and so of the OpenAPI document.
KEY_SCOPE = "x-key-scope"
NO_KEY = "none"
READS = {KEY_SCOPE: Scope.READ.value}


class MissingScopeError(ForbiddenError):
    """The key lacks a scope; `scope` says which."""

    code = "missing_scope"
    title = "This API key may not do this"

    def __init__(self, scope: Scope) -> None:
        super().__init__(
            f"This needs a key with the scope {scope.value}",
            extra={"scope": scope.value},
            headers={"WWW-Authenticate": f'Bearer error="insufficient_scope", scope="{scope.value}"'},
        )


class SignInRequiredError(ForbiddenError):
    """No key may do this, whatever its scopes."""

    code = "sign_in_required"
    title = "This is done signed in, not with an API key"


def declare_key_scopes(app: FastAPI) -> None:
    """Write on each route that knows callers which scope a key needs, where the route does not say so itself."""
    for context in routes_of(app):
        calls, route = dependencies_of(context), context.original_route
        if isinstance(route, APIRoute) and calls & {maybe_caller, no_key}:
            reads = limits.SAFE_METHODS.issuperset(context.methods or ())
            by_method = Scope.READ if reads else Scope.WRITE
            scope = NO_KEY if calls & {signed_in, no_key} else by_method.value
            route.openapi_extra = {KEY_SCOPE: scope, **(route.openapi_extra or {})}


async def maybe_caller(request: Request) -> Caller | None:
    """Who calls, by the credential alone; None without one. Raises `InvalidTokenError` for a bad one."""
    header = request.headers.get("authorization")
    if header is None:
        return None
    services = services_of(request)
    try:
        verified = await _verified(request, services, header)
    except InvalidTokenError:
        await limits.take(request, services, bad_token_address=limits.network_of(limits.address_of(request)))
        raise
    caller = replace(verified, pictures=services.picture_links.grant(verified.user_id))
    if caller.key_id is None:
        structlog.contextvars.bind_contextvars(user_id=str(caller.user_id))
    else:
        structlog.contextvars.bind_contextvars(user_id=str(caller.user_id), key_id=str(caller.key_id))
        _check_scope(request, caller)
    request.state.caller = caller
    return caller


async def _verified(request: Request, services: Services, header: str) -> Caller:
    """Whose credential it is; whether it ended is asked with the call that counts the request."""
    value = _bearer(header)
    writes = request.method not in limits.SAFE_METHODS
    if secret.is_key(value):
        take = partial(limits.take_for_key, request, services)
        request.state.key = await services.keys.identify(value, take, writes=writes)
        return identity_of(request).caller()
    caller = services.tokens.verify(value)
    try:
        await limits.take_for_token(request, services, caller)
    except RevokedError:
        raise InvalidTokenError("This sign-in has ended") from None
    except UnavailableError:
        if writes or caller.session_id is None:
            raise
        await _check_session(services, caller.session_id)
    return caller


def identity_of(request: Request) -> Identity:
    """The key that this request came with; only where the caller has a `key_id`."""
    return cast("Identity", request.state.key)


def _bearer(header: str) -> str:
    scheme, _, value = header.partition(" ")
    if scheme.lower() != "bearer":
        raise InvalidTokenError("The Authorization header holds no bearer token")
    return value.strip()


async def _check_session(services: Services, session_id: UUID) -> None:
    """What reads ask PostgreSQL without Redis."""
    async with services.database.read() as session:
        if not await accounts.is_session_open(session, session_id, datetime.now(UTC)):
            raise InvalidTokenError("This sign-in has ended")


def _check_scope(request: Request, caller: Caller) -> None:
    """That a key lacks a scope is no answer where no scope would help."""
    route: APIRoute = request.scope["route"]
    by_method = Scope.READ if request.method in limits.SAFE_METHODS else Scope.WRITE
    needed = (route.openapi_extra or {}).get(KEY_SCOPE, by_method.value)
    if needed == NO_KEY:
        raise SignInRequiredError
    if not caller.has_scope(Scope(needed)):
        raise MissingScopeError(Scope(needed))


async def caller_of(found: Annotated[Caller | None, Depends(maybe_caller)]) -> Caller:
    """The caller; 401 for nobody."""
    if found is None:
        raise UnauthorizedError(headers={"WWW-Authenticate": "Bearer"})
    return found


async def signed_in(caller: Annotated[Caller, Depends(caller_of)]) -> Caller:
    """A caller with an access token; 403 for a key."""
    if caller.key_id is not None:
        raise SignInRequiredError
    return caller


async def proven(caller: Annotated[Caller, Depends(signed_in)], services: ServicesDep) -> Caller:
    """A signed-in caller who has shown lately who they are; 403 `proof_needed` otherwise."""
    async with services.database.read() as session:
        await proofs.require(session, caller)
    return caller


MaybeCallerDep = Annotated[Caller | None, Depends(maybe_caller)]
CallerDep = Annotated[Caller, Depends(caller_of)]
SignedInDep = Annotated[Caller, Depends(signed_in)]
ProvenDep = Annotated[Caller, Depends(proven)]


def permitted(permission: Permission) -> Any:
    """`caller: Annotated[Caller, permitted(Permission.HIDE_SHADERS)]`: signed in, and the role gives it; else 403."""

    async def permitted_caller(caller: SignedInDep) -> Caller:
        if not caller.may(permission):
            raise ForbiddenError("Only moderators may do this")
        return caller

    return Depends(permitted_caller)


async def no_key(request: Request) -> None:
    """Refuse a request that comes with a key, good or bad; nothing is looked up."""
    header = request.headers.get("authorization", "")
    if secret.is_key(header.partition(" ")[2].strip()):
        raise SignInRequiredError
