"""Accounts and sign-ins: register, login, refresh, logout, password, sessions."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Request, Response

from services.api import limits
from services.api.cookies import CookieDep, RefreshCookie, SameSiteDep
from services.api.deps import ReadDep, ServicesDep, SignedInDep, account_limit, address_limit, maybe_caller, no_key
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
from services.core.accounts.sign_in import Device
from services.core.kit.errors import NotFoundError
from services.core.kit.tables import utc_now

router = APIRouter(prefix="/api/v1/auth", tags=["auth"], dependencies=[Depends(no_key)])

RegisterKey = Annotated[
    str | None, Header(alias="Idempotency-Key", min_length=1, max_length=255, pattern=r"^[\x21-\x7e]+$")
]


def _device(request: Request) -> Device:
    return Device(request.headers.get("user-agent", ""), limits.address_of(request))


def _network(request: Request) -> str:
    return limits.network_of(limits.address_of(request))


def _deliver(tokens: Tokens, response: Response, cookie: RefreshCookie, transport: TokenTransport) -> Tokens:
    """Put the refresh token where the client wants it."""
    if transport is TokenTransport.BODY or tokens.refresh_token is None:
        return tokens
    cookie.set(response, tokens.refresh_token)
    return tokens.model_copy(update={"refresh_token": None})


@router.post("/register", status_code=201, dependencies=[SameSiteDep])
async def register(
    body: RegisterInput,
    request: Request,
    response: Response,
    services: ServicesDep,
    cookie: CookieDep,
    key: RegisterKey = None,
) -> Tokens:
    """Make an account and sign in.

    The same request with the same `Idempotency-Key` does not fail on its own handle: it signs in once more.
    """
    await limits.take(request, services, register_address=_network(request))
    tokens, replayed = await services.sign_in.register(body, _device(request), key)
    if replayed:
        response.headers["Idempotency-Replayed"] = "true"
    return _deliver(tokens, response, cookie, body.token_transport)


@router.post("/login", dependencies=[SameSiteDep, address_limit("login_address")])
async def log_in(
    body: LoginInput, request: Request, response: Response, services: ServicesDep, cookie: CookieDep
) -> Tokens:
    """Sign in with handle or e-mail address. A wrong password and an unknown user get the same answer."""
    login, network = body.login.strip().lower(), _network(request)
    await limits.take(request, services, login_pair=f"{network} {login}", login_account=login)
    tokens = await services.sign_in.log_in(body, _device(request))
    return _deliver(tokens, response, cookie, body.token_transport)


@router.post("/refresh", dependencies=[SameSiteDep, address_limit("refresh_address")])
async def refresh(
    request: Request, response: Response, services: ServicesDep, cookie: CookieDep, body: RefreshInput | None = None
) -> Tokens:
    """A new access token for a refresh token, which is replaced: from the body, else from the cookie."""
    from_body = body.refresh_token if body else None
    tokens = await services.sign_in.refresh(from_body or cookie.read(request))
    return _deliver(tokens, response, cookie, TokenTransport.BODY if from_body else TokenTransport.COOKIE)


@router.post("/logout", status_code=204, dependencies=[SameSiteDep])
async def log_out(
    request: Request, response: Response, services: ServicesDep, cookie: CookieDep, body: RefreshInput | None = None
) -> None:
    """End this sign-in: that of the refresh token (body or cookie), else that of the access token."""
    token = (body.refresh_token if body else None) or cookie.read(request)
    caller = None if token else await maybe_caller(request, services)
    await services.sign_in.log_out(token, caller.session_id if caller else None)
    cookie.clear(response)


@router.post("/password", status_code=204, dependencies=[account_limit("password_account")])
async def change_password(body: PasswordInput, caller: SignedInDep, services: ServicesDep) -> None:
    """Set a new password; all other sessions end."""
    await services.sign_in.change_password(caller, body)


@router.post("/password/forgot", status_code=204, dependencies=[SameSiteDep, address_limit("mail_address")])
async def forgot_password(body: ForgottenPassword, request: Request, services: ServicesDep) -> None:
    """Have a link mailed that sets a new password: once, within 30 minutes.

    Whether the address has an account does not show.
    """
    await limits.take(request, services, mail_account=body.email)
    await services.reset.ask(body.email)


@router.post("/password/reset", status_code=204, dependencies=[SameSiteDep, address_limit("login_address")])
async def reset_password(body: NewPassword, services: ServicesDep) -> None:
    """Set a new password by what the mailed link holds; all sessions end, keys stay. 410 for a link that is over."""
    await services.reset.reset(body.token.get_secret_value(), body.password.get_secret_value())


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


@router.delete("/sessions/{session_id}", status_code=204)
async def end_session(session_id: UUID, caller: SignedInDep, services: ServicesDep) -> None:
    """Sign out one device."""
    if not await services.sign_in.end_sessions(caller.user_id, only=session_id):
        raise NotFoundError("There is no open session with this id")
