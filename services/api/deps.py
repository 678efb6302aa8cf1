"""Dependencies of the routes, as annotated aliases.

- `ReadDep`, `WriteDep`: the request's transaction. A write session commits before the response leaves
  (`scope="function"`): a failed commit is never answered with 200. `KeyUseDep` is for a route whose change goes into a
  transaction that it shares with others.
- `CallerDep`, `MaybeCallerDep`, `SignedInDep`, `ProvenDep`, `permitted(...)`, `READS`: who calls, and by which right
  (authentication.py).
- `IdempotencyDep`: put it into every POST that creates, on a router with `route_class=IdempotentRoute`:

      router = APIRouter(prefix="/api/v1/shaders", tags=["shaders"], route_class=IdempotentRoute)

      @router.post("", status_code=201)
      async def create(body: ShaderCreate, caller: CallerDep, session: WriteDep, _: IdempotencyDep) -> ShaderPublic:

  That is all: the answer is kept in the transaction of `session`, and the same request sent again with the same
  `Idempotency-Key` gets it again without the route being run.
- `gated(Body)`: the body of a route that writes texts which others see, judged before the session is opened and the
  Idempotency-Key claimed, as the gate may ask a service: `body: Annotated[ShaderCreate, gated(ShaderCreate)]`.
- `account_limit("validate_account")`: a dependency that counts the caller's requests by that setting (429).
- `address_limit("login_address")`: the same by the client's address, before the body is validated.
- `Cursor`, `Limit`: paging parameters.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import nullcontext
from functools import partial
from typing import Annotated, Any

from fastapi import Depends, Header, Query, Request, Response
from pydantic import BaseModel

from services.api import key_uses, limits
from services.api.authentication import (
    READS,
    CallerDep,
    MaybeCallerDep,
    ProvenDep,
    SignedInDep,
    maybe_caller,
    no_key,
    permitted,
)
from services.api.idempotency import Claim, IdempotentRoute, ReplayError
from services.api.state import Services, ServicesDep
from services.core.identity.caller import Caller
from services.core.kit import idempotency
from services.core.kit.database import ReadSession, WriteSession
from services.core.wording.gate import require

__all__ = [
    "READS",
    "CallerDep",
    "Cursor",
    "IdempotencyDep",
    "IdempotentRoute",
    "KeyUseDep",
    "Limit",
    "MaybeCallerDep",
    "ProvenDep",
    "ReadDep",
    "Services",
    "ServicesDep",
    "SignedInDep",
    "WriteDep",
    "account_limit",
    "address_limit",
    "gated",
    "maybe_caller",
    "no_key",
    "permitted",
]


async def read_session(services: ServicesDep) -> AsyncIterator[ReadSession]:
    """A read-only transaction for this request."""
    async with services.database.read() as session:
        yield session


async def write_session(request: Request, response: Response, services: ServicesDep) -> AsyncIterator[WriteSession]:
    """This request's transaction, at the account's turn; when it was made with a key, the use is written down in it.

    A route names its caller before its session, or has none.
    """
    caller: Caller | None = getattr(request.state, "caller", None)
    turn = services.turns.of(caller.user_id) if caller is not None else nullcontext()
    async with turn, services.database.write() as session:
        yield session
        key_uses.note(session, request, response)


async def key_use(request: Request, response: Response, _: CallerDep) -> Callable[[WriteSession], None]:
    """For a route whose transaction is not its own: what writes down in it that the request was made with a key."""
    return partial(key_uses.note, request=request, response=response)


ReadDep = Annotated[ReadSession, Depends(read_session, scope="function")]
WriteDep = Annotated[WriteSession, Depends(write_session, scope="function")]
KeyUseDep = Annotated[Callable[[WriteSession], None], Depends(key_use)]


def account_limit(rule: str) -> Any:
    """`dependencies=[account_limit("validate_account")]`: count this route by the caller and that limit setting."""

    async def count(request: Request, services: ServicesDep, caller: CallerDep) -> None:
        await limits.take(request, services, **{rule: str(caller.user_id)})

    return Depends(count)


def address_limit(rule: str) -> Any:
    """`dependencies=[address_limit("login_address")]`: count by the client's address, before the body is validated."""

    async def count(request: Request, services: ServicesDep) -> None:
        await limits.take(request, services, **{rule: limits.network_of(limits.address_of(request))})

    return Depends(count)


def gated(model: type[BaseModel]) -> Any:
    """The body, of which the gate refuses nothing (422). It stands first in the route's signature."""

    async def judged(body: Any, _: CallerDep, services: ServicesDep) -> Any:
        await require(services.texts, body)
        return body

    # What FastAPI reads the body by.
    judged.__annotations__["body"] = model
    return Depends(judged)


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
