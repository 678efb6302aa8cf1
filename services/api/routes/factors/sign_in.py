"""Signing in with a passkey, and the second step after a password. A challenge belongs to the browser that asked."""

import secrets
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from services.api import limits
from services.api.cookies import SameSiteDep, StepCookieDep
from services.api.deps import ServicesDep, address_limit, no_key
from services.api.routes.accounts.delivery import DeliveryDep, device_of
from services.core.accounts.schemas import CodeLogin, PasskeyLogin, PasskeyOptions, Tokens
from services.core.factors.challenges import ChallengeOverError

router = APIRouter(
    prefix="/api/v1/auth/login",
    tags=["auth"],
    dependencies=[Depends(no_key), SameSiteDep, address_limit("login_address")],
)


@router.post("/passkey/options")
async def ask_for_passkey(
    request: Request, response: Response, services: ServicesDep, cookie: StepCookieDep
) -> PasskeyOptions:
    """A challenge for a passkey of whoever wants to sign in; a cookie binds it to this browser."""
    browser = cookie.read(request) or secrets.token_urlsafe(32)
    challenge_id, options = await services.passkeys.options_to_sign_in(browser)
    cookie.set(response, browser)
    return PasskeyOptions(challenge_id=challenge_id, options=options)


@router.post("/passkey")
async def log_in_with_passkey(
    body: PasskeyLogin, request: Request, services: ServicesDep, delivery: DeliveryDep
) -> Tokens:
    """Sign in with a passkey, which is both factors at once. 410 for a challenge that is over or another browser's."""
    browser = delivery.step.read(request)
    if browser is None:
        raise ChallengeOverError
    tokens = await services.passkeys.sign_in(browser, body.challenge_id, body.credential, device_of(request))
    return delivery.deliver(tokens, body.token_transport)


@router.post("/code")
async def log_in_with_code(body: CodeLogin, request: Request, services: ServicesDep, delivery: DeliveryDep) -> Tokens:
    """The second step: a code of the app, or a recovery code. 410 for a ticket that is over: begin again."""
    ticket, secret = _ticket(body.ticket, delivery.step.read(request))
    user_id = await services.second_factor.user_of(ticket, secret)
    await limits.take(request, services, code_account=str(user_id))
    code = body.code.get_secret_value()
    tokens = await services.second_factor.log_in(user_id, ticket, secret, code, device_of(request))
    return delivery.deliver(tokens, body.token_transport)


def _ticket(text: str, cookie: str | None) -> tuple[UUID, str]:
    """The ticket and its secret, which programs have beside it and browsers in a cookie."""
    ticket, _, secret = text.partition(".")
    try:
        return UUID(ticket), secret or cookie or ""
    except ValueError:
        raise ChallengeOverError from None
