"""What an operator changes in an account: plan, role, confirmed address, second factor. From a shell, never by HTTP."""

from services.core.accounts import repository, second_factor
from services.core.accounts.mails import AccountMails
from services.core.accounts.models import Plan, User
from services.core.accounts.notices import FactorChange
from services.core.identity.permissions import Role
from services.core.kit.database import WriteSession
from services.core.kit.errors import NotFoundError
from services.core.kit.tables import utc_now


async def set_plan(session: WriteSession, handle: str, plan: Plan) -> User:
    """Give the user with this handle a plan; it counts from the next publish on."""
    user = await _user(session, handle)
    user.plan = plan
    return user


async def set_role(session: WriteSession, handle: str, role: Role) -> User:
    """Give the user with this handle a role; open sign-ins follow when their access token is renewed."""
    user = await _user(session, handle)
    user.role = role
    return user


async def confirm_address(session: WriteSession, handle: str) -> None:
    """Take the address of the user with this handle for confirmed; open sign-ins follow as with a role."""
    user = await _user(session, handle)
    user.email_verified_at = user.email_verified_at or user.updated_at


async def reset_second_factor(session: WriteSession, handle: str, mails: AccountMails) -> User:
    """Remove the code app and the recovery codes of who has lost both, and tell them; passkeys stay."""
    user = await _user(session, handle)
    await second_factor.forget(session, user)
    await mails.tell_changed_factors(session, user, FactorChange.RESET)
    return user


async def _user(session: WriteSession, handle: str) -> User:
    found = await repository.user_by_handle(session, handle)
    user = await repository.lock_user(session, found.id) if found else None
    if user is None:
        raise NotFoundError(f"There is no user {handle}")
    user.updated_at = utc_now()
    return user
