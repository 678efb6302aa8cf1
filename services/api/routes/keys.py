"""API keys of the signed-in user, and what a credential may do."""

from datetime import timedelta
from uuid import UUID

from fastapi import APIRouter, Request

from services.api.authentication import identity_of
from services.api.deps import (
    CallerDep,
    Cursor,
    IdempotencyDep,
    IdempotentRoute,
    Limit,
    ProvenDep,
    ReadDep,
    ServicesDep,
    SignedInDep,
    WriteDep,
    account_limit,
)
from services.api.idempotency import keep_instead
from services.contracts.pages import Page
from services.core.identity.permissions import Scope
from services.core.keys import service
from services.core.keys.schemas import CurrentKey, KeyCreate, KeyCreated, KeyPublic, KeyRotate, KeyUse

router = APIRouter(prefix="/api/v1/keys", tags=["keys"], route_class=IdempotentRoute)
ROUTERS = (router,)


@router.get("/current")
async def read_current(request: Request, caller: CallerDep) -> CurrentKey:
    """Who calls, and which scopes the key has; also by an access token, which may do everything."""
    scopes = [scope for scope in Scope if caller.has_scope(scope)]
    if caller.key_id is None:
        return CurrentKey(id=None, name=None, prefix=None, scopes=scopes, expires_at=None, handle=caller.handle)
    key = identity_of(request)
    return CurrentKey(
        id=key.key_id,
        name=key.name,
        prefix=key.prefix,
        scopes=scopes,
        expires_at=key.expires_at,
        handle=key.handle,
    )


@router.post("", status_code=201, dependencies=[account_limit("keys_account")])
async def create(
    body: KeyCreate, request: Request, caller: ProvenDep, session: WriteDep, _: IdempotencyDep
) -> KeyCreated:
    """A new key; needs a recent proof. Its value is in this answer and nowhere else."""
    created = await service.create(session, caller.user_id, body)
    keep_instead(request, created.model_copy(update={"key": None}))
    return created


@router.get("")
async def list_keys(caller: SignedInDep, session: ReadDep, cursor: Cursor = None, limit: Limit = 24) -> Page[KeyPublic]:
    """One's keys, the newest first; those that ended stay for 30 days."""
    return await service.keys(session, caller.user_id, cursor=cursor, limit=limit)


@router.post("/{key_id:uuid}/rotate", status_code=201, dependencies=[account_limit("keys_account")])
async def rotate(
    key_id: UUID,
    request: Request,
    caller: ProvenDep,
    services: ServicesDep,
    session: WriteDep,
    _: IdempotencyDep,
    body: KeyRotate | None = None,
) -> KeyCreated:
    """A successor with the same name, scopes and lifetime; the old key ends after the overlap. Needs a recent proof."""
    overlap = timedelta(seconds=(body or KeyRotate()).overlap_seconds)
    created, ends_at = await service.rotate(session, caller.user_id, key_id, overlap=overlap)
    await services.keys.end([key_id], at=ends_at)
    keep_instead(request, created.model_copy(update={"key": None}))
    return created


@router.delete("/{key_id:uuid}", status_code=204)
async def revoke(key_id: UUID, caller: SignedInDep, services: ServicesDep, session: WriteDep) -> None:
    """End a key, at once and for good."""
    await service.revoke(session, caller.user_id, key_id)
    await services.keys.end([key_id])


@router.get("/{key_id:uuid}/uses")
async def list_uses(
    key_id: UUID, caller: SignedInDep, session: ReadDep, cursor: Cursor = None, limit: Limit = 24
) -> Page[KeyUse]:
    """What was changed with a key, the latest first; for 90 days."""
    return await service.uses(session, caller.user_id, key_id, cursor=cursor, limit=limit)
