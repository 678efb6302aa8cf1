"""One's address: what holds of it, and the links that were mailed about it. A link needs no sign-in."""

from fastapi import APIRouter, Depends

from services.api.cookies import SameSiteDep
from services.api.deps import ReadDep, ServicesDep, SignedInDep, account_limit, address_limit, no_key
from services.core.accounts import links, service
from services.core.accounts.schemas import AddressState, LinkInput
from services.core.accounts.settings import AuthSettings

router = APIRouter(prefix="/api/v1/auth/email", tags=["auth"], dependencies=[Depends(no_key)])
_BY_LINK = [SameSiteDep, address_limit("login_address")]


@router.get("")
async def read_address(caller: SignedInDep, session: ReadDep, services: ServicesDep) -> AddressState:
    """One's address, whether it is confirmed, and one that waits to be."""
    user = await service.current_user(session, caller.user_id)
    return AddressState(
        email=user.email,
        verified_at=user.email_verified_at,
        pending=await links.pending_address(session, user.id),
        required=services.settings.of(AuthSettings).verify_addresses,
        mail_on=services.mails.is_on,
    )


@router.post("/send", status_code=204, dependencies=[account_limit("mail_account")])
async def send_again(caller: SignedInDep, services: ServicesDep) -> None:
    """Have the mail sent again that confirms the present address. Earlier links end."""
    await services.addresses.send_again(caller)


@router.post("/verify", status_code=204, dependencies=_BY_LINK)
async def verify_address(body: LinkInput, services: ServicesDep) -> None:
    """Confirm the address that the link went to. 410 for a link that is over."""
    await services.addresses.verify(body.token.get_secret_value())


@router.post("/confirm", status_code=204, dependencies=_BY_LINK)
async def confirm_address(body: LinkInput, services: ServicesDep) -> None:
    """Use the new address that the link went to. 410 for a link that is over."""
    await services.addresses.confirm(body.token.get_secret_value())


@router.post("/revert", status_code=204, dependencies=_BY_LINK)
async def revert_address(body: LinkInput, services: ServicesDep) -> None:
    """Use the old address again. 410 for a link that is over.

    Sessions and password end, and the ways in and keys of the days before the change: set a new password by mail.
    """
    await services.addresses.take_back(body.token.get_secret_value())
