"""One's code app and recovery codes."""

from fastapi import APIRouter

from services.api.deps import ProvenDep, ServicesDep, account_limit
from services.core.accounts.schemas import AppSecret, CodeInput, RecoveryCodes

router = APIRouter(prefix="/api/v1/auth", tags=["auth"])


@router.post("/totp", dependencies=[account_limit("password_account")])
async def begin(caller: ProvenDep, services: ServicesDep) -> AppSecret:
    """A secret for a code app; it counts when a code of it was sent. Needs a recent proof."""
    return await services.second_factor.begin(caller)


@router.post("/totp/confirm", dependencies=[account_limit("code_account")])
async def confirm(body: CodeInput, caller: ProvenDep, services: ServicesDep) -> RecoveryCodes:
    """Ask for codes after the password from now on; gives ten recovery codes. Needs a recent proof."""
    return RecoveryCodes(codes=await services.second_factor.confirm(caller, body.code.get_secret_value()))


@router.delete("/totp", status_code=204)
async def turn_off(caller: ProvenDep, services: ServicesDep) -> None:
    """Forget app and recovery codes; needs a recent proof."""
    await services.second_factor.turn_off(caller)


@router.post("/recovery-codes", dependencies=[account_limit("password_account")])
async def new_codes(caller: ProvenDep, services: ServicesDep) -> RecoveryCodes:
    """Ten recovery codes in place of the earlier ones; needs a recent proof."""
    return RecoveryCodes(codes=await services.second_factor.new_codes(caller))
