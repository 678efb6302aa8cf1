"""Showing again who one is, within a session, and an overview of how one can."""

from fastapi import APIRouter, Request

from services.api import limits
from services.api.deps import ReadDep, ServicesDep, SignedInDep, account_limit
from services.core.accounts import service
from services.core.accounts.schemas import PasskeyOptions, PasskeyPublic, Proof, Security
from services.core.factors import passkeys, recovery, totp

router = APIRouter(prefix="/api/v1/auth", tags=["auth"])


@router.get("/security")
async def read_security(caller: SignedInDep, session: ReadDep) -> Security:
    """How one signs in: password, passkeys, codes."""
    user = await service.current_user(session, caller.user_id)
    return Security(
        has_password=user.password_hash is not None,
        passkeys=[PasskeyPublic.model_validate(found) for found in await passkeys.of_user(session, user.id)],
        totp=await totp.is_on(session, user.id),
        recovery_codes=await recovery.left(session, user.id),
    )


@router.post("/proof/options", dependencies=[account_limit("password_account")])
async def ask_for_proof(caller: SignedInDep, services: ServicesDep) -> PasskeyOptions:
    """A challenge for one of one's own passkeys."""
    challenge_id, options = await services.passkeys.options_to_prove(caller)
    return PasskeyOptions(challenge_id=challenge_id, options=options)


@router.post("/proof", status_code=204)
async def prove(body: Proof, request: Request, caller: SignedInDep, services: ServicesDep) -> None:
    """Show again who one is; for 15 minutes that is enough for what answers 403 `proof_needed` otherwise."""
    rule = "password_account" if body.code is None else "code_account"
    await limits.take(request, services, **{rule: str(caller.user_id)})
    if body.passkey is not None:
        await services.passkeys.prove(caller, body.passkey.challenge_id, body.passkey.credential)
    elif body.code is not None:
        await services.second_factor.prove(caller, body.code.get_secret_value())
    else:
        await services.sign_in.confirm(caller, body.password)
