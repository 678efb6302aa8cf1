"""One's own account, and the public profile of anybody."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse

from services.api import limits
from services.api.cookies import CookieDep, DeviceCookieDep
from services.api.deps import CallerDep, ReadDep, ServicesDep, SignedInDep, account_limit
from services.contracts.accounts import PublicProfile, Usage
from services.core.accounts import service
from services.core.accounts.schemas import Account, AccountChange, DeletionInput
from services.core.entitlements.service import with_plan
from services.core.privacy.export import export_account
from services.core.shaders import read as shaders
from services.core.shaders.usage import usage_of
from services.core.wording.gate import require

router = APIRouter(prefix="/api/v1/users", tags=["users"])


@router.get("/me")
async def read_me(caller: CallerDep, session: ReadDep, services: ServicesDep) -> Account:
    """One's own account."""
    return await with_plan(session, services.sign_in.account_of(await service.current_user(session, caller.user_id)))


@router.patch("/me")
async def change_me(body: AccountChange, request: Request, caller: SignedInDep, services: ServicesDep) -> Account:
    """Change what is given; a new e-mail address needs `current_password` or a recent proof.

    Where this site verifies addresses it is used when it is confirmed: until then the answer has the present one.
    """
    if body.current_password is not None:
        await limits.take(request, services, password_account=str(caller.user_id))
    if body.email is not None:
        await limits.take(request, services, mail_account=str(caller.user_id))
    await require(services.texts, body)
    changed = services.sign_in.account_of(await services.sign_in.change_account(caller, body))
    async with services.database.read() as session:
        return await with_plan(session, changed)


@router.delete("/me", status_code=204, dependencies=[account_limit("password_account")])
async def delete_me(
    body: DeletionInput,
    caller: SignedInDep,
    services: ServicesDep,
    cookie: CookieDep,
    device: DeviceCookieDep,
    response: Response,
) -> None:
    """Delete the account for good: personal data is emptied, shaders disappear, all sessions and keys end.

    Needs the password or a recent proof.
    """
    await services.deletion.delete(caller, body.password)
    cookie.clear(response)
    device.clear(response)


@router.get("/me/usage")
async def read_usage(caller: CallerDep, session: ReadDep, services: ServicesDep) -> Usage:
    """What the account uses of what it may: drafts, bytes, publishes."""
    return await usage_of(session, caller.user_id, services.settings.limits)


@router.get(
    "/me/export",
    dependencies=[account_limit("export_account")],
    response_class=StreamingResponse,
    responses={200: {"content": {"application/json": {"schema": {"type": "object"}}}}},
)
async def export_me(caller: SignedInDep, services: ServicesDep) -> StreamingResponse:
    """Everything that is kept about one: profile, sessions, keys, shaders with sources, votes, events."""
    async with services.database.read() as session:
        user = await service.current_user(session, caller.user_id)
    headers = {"Content-Disposition": f'attachment; filename="{user.handle}.json"'}
    pieces = export_account(services.database, user)
    return StreamingResponse(pieces, media_type="application/json", headers=headers)


@router.get("/{handle}")
async def read_profile(handle: str, session: ReadDep) -> PublicProfile:
    """The public profile of a user."""
    return await shaders.profile(session, handle.lower())
