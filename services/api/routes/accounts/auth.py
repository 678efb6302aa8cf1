"""Accounts and sign-ins: register, login, refresh, logout, password, sessions."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Request, Response

from services.api import limits
from services.api.cookies import CookieDep, DeviceCookieDep, SameSiteDep
from services.api.deps import (
    ReadDep,
    ServicesDep,
    SignedInDep,
    account_limit,
    address_limit,
    maybe_caller,
    no_key,
)
from services.api.routes.accounts.delivery import DeliveryDep, device_of, network_of
from services.core.accounts import repository
from services.core.accounts.schemas import (
    ForgottenPassword,
    LoginInput,
    NewPassword,
    PasswordInput,
    RefreshInput,
    RegisterInput,
    SessionInfo,
    SessionList,
    Tokens,
    TokenTransport,
)
from services.core.kit.errors import NotFoundError
from services.core.kit.tables import utc_now
from services.core.wording.gate import require

router = APIRouter(prefix="/api/v1/auth", tags=["auth"], dependencies=[Depends(no_key)])

RegisterKey = Annotated[
    str | None, Header(alias="Idempotency-Key", min_length=1, max_length=255, pattern=r"^[\x21-\x7e]+$")
]


async def account_of_device(request: Request, services: ServicesDep, device: DeviceCookieDep) -> UUID | None:
    """Whose device it is. Counts the try by that, or by its address, before the body is looked at."""
    user_id = services.known_devices.user_of(device.read(request))
    if user_id is None:
        await limits.take(request, services, login_address=network_of(request))
    else:
        await limits.take(request, services, login_device=str(user_id))
    return user_id


@router.post("/register", status_code=201, dependencies=[SameSiteDep])
async def register(
    body: RegisterInput, request: Request, services: ServicesDep, delivery: DeliveryDep, key: RegisterKey = None
) -> Tokens:
    """Make an account and sign in.

    The same request with the same `Idempotency-Key` does not fail on its own handle: it signs in once more.
    """
    await limits.take(request, services, register_address=network_of(request))
    await require(services.texts, body)
    with delivery.handing_over(body.token_transport):
        tokens, replayed = await services.sign_in.register(body, device_of(request), key)
    if replayed:
        delivery.response.headers["Idempotency-Replayed"] = "true"
    return delivery.deliver(tokens, body.token_transport)


@router.post("/login", dependencies=[SameSiteDep])
async def log_in(
    body: LoginInput,
    request: Request,
    services: ServicesDep,
    delivery: DeliveryDep,
    known: Annotated[UUID | None, Depends(account_of_device)],
) -> Tokens:
    """Sign in with handle or e-mail address. A wrong password and an unknown user get the same answer.

    401 `second_factor_needed` with a `ticket` for who has a code app: `/api/v1/auth/login/code` goes on with it.
    """
    login, network = body.login.strip().lower(), network_of(request)
    user = await services.sign_in.user_of(login)
    if user is None or user.id != known:
        account = login if user is None else str(user.id)
        others = {"login_address": network} if known is not None else {}
        await limits.take(request, services, **others, login_pair=f"{network} {account}", login_account=account)
    with delivery.handing_over(body.token_transport):
        tokens = await services.sign_in.log_in(user, body.password.get_secret_value(), device_of(request))
    return delivery.deliver(tokens, body.token_transport)


@router.post("/refresh", dependencies=[SameSiteDep, address_limit("refresh_address")])
async def refresh(
    request: Request, services: ServicesDep, delivery: DeliveryDep, body: RefreshInput | None = None
) -> Tokens:
    """A new access token for a refresh token, which is replaced: from the body, else from the cookie."""
    from_body = body.refresh_token if body else None
    tokens = await services.sign_in.refresh(from_body or delivery.refresh.read(request))
    return delivery.deliver(tokens, TokenTransport.BODY if from_body else TokenTransport.COOKIE)


@router.post("/logout", status_code=204, dependencies=[SameSiteDep])
async def log_out(
    request: Request, response: Response, services: ServicesDep, cookie: CookieDep, body: RefreshInput | None = None
) -> None:
    """End this sign-in: that of the refresh token (body or cookie), else that of the access token."""
    token = (body.refresh_token if body else None) or cookie.read(request)
    caller = None if token else await maybe_caller(request)
    await services.sign_in.log_out(token, caller.session_id if caller else None)
    cookie.clear(response)


@router.post("/password", status_code=204, dependencies=[account_limit("password_account")])
async def change_password(body: PasswordInput, caller: SignedInDep, services: ServicesDep) -> None:
    """Set a new password; all other sessions end. Without a present one it needs a recent proof."""
    await services.sign_in.change_password(caller, body)


@router.post("/password/forgot", status_code=204, dependencies=[SameSiteDep, address_limit("mail_address")])
async def forgot_password(body: ForgottenPassword, request: Request, services: ServicesDep) -> None:
    """Have a link mailed that sets a new password: once, within 30 minutes.

    Whether the address has an account does not show.
    """
    await limits.take(request, services, mail_account=body.email)
    await services.reset.ask(body.email)


@router.post("/password/reset", status_code=204, dependencies=[SameSiteDep, address_limit("login_address")])
async def reset_password(body: NewPassword, response: Response, services: ServicesDep, device: DeviceCookieDep) -> None:
    """Set a new password by what the mailed link holds; all sessions end, keys stay. 410 for a link that is over.

    A browser is known as the account's from then on, so that strangers who try passwords do not keep its owner out.
    """
    user_id = await services.reset.reset(body.token.get_secret_value(), body.password.get_secret_value())
    device.set(response, services.known_devices.mark(user_id))


@router.get("/sessions")
async def list_sessions(caller: SignedInDep, session: ReadDep) -> SessionList:
    """Where one is signed in."""
    found = await repository.open_sessions(session, caller.user_id, utc_now())
    items = [SessionInfo.model_validate(row) for row in found]
    return SessionList(items=[item.model_copy(update={"current": item.id == caller.session_id}) for item in items])


@router.delete("/sessions", status_code=204)
async def end_other_sessions(caller: SignedInDep, services: ServicesDep) -> None:
    """Sign out everywhere else."""
    await services.sign_in.end_sessions(caller.user_id, keep=caller.session_id)


@router.delete("/sessions/{session_id:uuid}", status_code=204)
async def end_session(session_id: UUID, caller: SignedInDep, services: ServicesDep) -> None:
    """Sign out one device."""
    if not await services.sign_in.end_sessions(caller.user_id, only=session_id):
        raise NotFoundError("There is no open session with this id")
