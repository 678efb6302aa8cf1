"""One's passkeys."""

from uuid import UUID

from fastapi import APIRouter

from services.api.deps import ProvenDep, ServicesDep, SignedInDep, account_limit
from services.core.accounts.schemas import NewPasskey, PasskeyNaming, PasskeyOptions, PasskeyPublic

router = APIRouter(prefix="/api/v1/auth/passkeys", tags=["auth"])


@router.post("/options", dependencies=[account_limit("password_account")])
async def ask_for_new(caller: ProvenDep, services: ServicesDep) -> PasskeyOptions:
    """A challenge for a new passkey; needs a recent proof."""
    challenge_id, options = await services.passkeys.options_to_add(caller)
    return PasskeyOptions(challenge_id=challenge_id, options=options)


@router.post("", dependencies=[account_limit("password_account")])
async def add(body: NewPasskey, caller: ProvenDep, services: ServicesDep) -> PasskeyPublic:
    """Keep the passkey that the browser made; needs a recent proof. A challenge makes one at most."""
    passkey = await services.passkeys.add(caller, body.challenge_id, body.credential, body.name)
    return PasskeyPublic.model_validate(passkey)


@router.patch("/{passkey_id:uuid}")
async def rename(passkey_id: UUID, body: PasskeyNaming, caller: SignedInDep, services: ServicesDep) -> PasskeyPublic:
    """Give a passkey another name."""
    return PasskeyPublic.model_validate(await services.passkeys.rename(caller, passkey_id, body.name))


@router.delete("/{passkey_id:uuid}", status_code=204)
async def remove(passkey_id: UUID, caller: ProvenDep, services: ServicesDep) -> None:
    """Forget a passkey; needs a recent proof. 409 `last_way_in` when nobody could sign in any more."""
    await services.passkeys.remove(caller, passkey_id)
