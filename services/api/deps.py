"""Dependencies of the routes, as annotated aliases.

- `ReadDep`, `WriteDep`: the request's transaction. A write session commits before the response leaves
  (`scope="function"`): a failed commit is never answered with 200.
- `CallerDep`: the signed-in caller; 401 without a valid access token. `MaybeCallerDep`: the caller or None; a token
  that is broken, expired or revoked is still 401, never taken for nobody. `ModeratorDep`: 403 for all others.
- `IdempotencyDep`: put it into every POST that creates, on a router with `route_class=IdempotentRoute`:

      router = APIRouter(prefix="/api/v1/shaders", tags=["shaders"], route_class=IdempotentRoute)

      @router.post("", status_code=201)
      async def create(body: ShaderCreate, caller: CallerDep, session: WriteDep, _: IdempotencyDep) -> ShaderPublic:

  That is all: the answer is kept in the transaction of `session`, and the same request sent again with the same
  `Idempotency-Key` gets it again without the route being run.
- `account_limit("validate_account")`: a dependency that counts the caller's requests by that setting (429).
- `Cursor`, `Limit`: paging parameters.
"""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Annotated, Any

import structlog
from fastapi import Depends, Header, Query, Request

from services.api import limits
from services.api.idempotency import Claim, IdempotentRoute, ReplayError
from services.api.state import State, StateDep
from services.core import idempotency
from services.core.accounts import repository as accounts
from services.core.accounts.caller import Caller
from services.core.accounts.tokens import InvalidTokenError
from services.core.db import ReadSession, WriteSession
from services.core.errors import ForbiddenError, UnauthorizedError, UnavailableError

__all__ = [
    "CallerDep",
    "Cursor",
    "IdempotencyDep",
    "IdempotentRoute",
    "Limit",
    "MaybeCallerDep",
    "ModeratorDep",
    "ReadDep",
    "State",
    "StateDep",
    "WriteDep",
    "account_limit",
]


async def read_session(opened: StateDep) -> AsyncIterator[ReadSession]:
    """A read-only transaction for this request."""
    async with opened["database"].read() as session:
        yield session


async def write_session(opened: StateDep) -> AsyncIterator[WriteSession]:
    """This request's transaction."""
    async with opened["database"].write() as session:
        yield session


ReadDep = Annotated[ReadSession, Depends(read_session, scope="function")]
WriteDep = Annotated[WriteSession, Depends(write_session, scope="function")]


async def maybe_caller(request: Request, opened: StateDep) -> Caller | None:
    """Who calls, by the access token alone; None without one. Raises `InvalidTokenError` for a bad one."""
    header = request.headers.get("authorization")
    if header is None:
        return None
    try:
        caller = await _verified(request, opened, header)
    except InvalidTokenError:
        await limits.take(request, opened, bad_token_address=limits.network_of(limits.address_of(request)))
        raise
    await limits.take(request, opened, account=str(caller.user_id))
    structlog.contextvars.bind_contextvars(user_id=str(caller.user_id))
    return caller


async def _verified(request: Request, opened: State, header: str) -> Caller:
    scheme, _, value = header.partition(" ")
    if scheme.lower() != "bearer":
        raise InvalidTokenError("The Authorization header holds no bearer token")
    caller = opened["tokens"].verify(value.strip())
    if await _ended(request, opened, caller):
        raise InvalidTokenError("This sign-in has ended")
    return caller


async def _ended(request: Request, opened: State, caller: Caller) -> bool:
    """Whether the token was revoked. Without Redis a read asks PostgreSQL, and a write is refused (503)."""
    try:
        return await opened["blocklist"].blocks(caller)
    except UnavailableError:
        if request.method not in limits.SAFE_METHODS or caller.session_id is None:
            raise
    async with opened["database"].read() as session:
        return not await accounts.is_session_open(session, caller.session_id, datetime.now(UTC))


async def caller_of(found: Annotated[Caller | None, Depends(maybe_caller)]) -> Caller:
    """The signed-in caller; 401 for nobody."""
    if found is None:
        raise UnauthorizedError(headers={"WWW-Authenticate": "Bearer"})
    return found


async def moderator_of(caller: Annotated[Caller, Depends(caller_of)]) -> Caller:
    """A caller who moderates; 403 for all others."""
    if not caller.moderates:
        raise ForbiddenError("Only moderators may do this")
    return caller


MaybeCallerDep = Annotated[Caller | None, Depends(maybe_caller)]
CallerDep = Annotated[Caller, Depends(caller_of)]
ModeratorDep = Annotated[Caller, Depends(moderator_of)]


def account_limit(rule: str) -> Any:
    """`dependencies=[account_limit("validate_account")]`: count this route by the caller and that limit setting."""

    async def count(request: Request, opened: StateDep, caller: CallerDep) -> None:
        await limits.take(request, opened, **{rule: str(caller.user_id)})

    return Depends(count)


async def claim_of_request(
    request: Request,
    caller: CallerDep,
    session: WriteDep,
    key: Annotated[
        str | None,
        Header(
            alias="Idempotency-Key",
            min_length=1,
            max_length=idempotency.MAXIMUM_KEY_LENGTH,
            pattern=r"^[\x21-\x7e]+$",
            description="The same request with the same key gets the same answer for a day; nothing is done twice",
            examples=["7b0c4c6e-publish-1"],
        ),
    ] = None,
) -> None:
    """Claim the request's `Idempotency-Key`, or answer at once with what the first request got."""
    if key is None:
        return
    query = request.scope["query_string"]
    mark = idempotency.fingerprint(request.method.encode(), request.url.path.encode(), query, await request.body())
    scope = str(caller.user_id)
    stored = await idempotency.begin(session, scope=scope, key=key, mark=mark)
    if stored is not None:
        raise ReplayError(stored)
    request.state.idempotency = Claim(session, scope, key)


IdempotencyDep = Annotated[None, Depends(claim_of_request)]

Cursor = Annotated[str | None, Query(max_length=500, description="`next_cursor` of the page before")]
Limit = Annotated[int, Query(ge=1, le=100, description="How many items at most")]
