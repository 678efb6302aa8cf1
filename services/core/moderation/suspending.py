"""Suspending an account, and restoring it.

Suspending, in one transaction of the caller's:

- ends the sessions and keys of the account. They are announced in Redis before the commit, so that a Redis that is
  down makes it fail (503) instead of leaving a token alive;
- hides its shaders from everybody but moderators: lists, feed, search, sitemap, MCP, pictures (shaders/visibility.py).
  Forks by others stay. What is being drawn is drawn to its end, and is seen when the account is restored;
- tells its owner why, by mail, with a link to answer what was decided about a work of theirs (by_link.py), and whoever
  signs in with the right password;
- emits `account.suspended`: the account's votes stop counting (votes/recount.py).

Restoring shows the shaders as they were and lets the votes count again. Keys and sessions do not come back: a key that
somebody misused would. Doing either twice changes nothing, but a second suspension replaces the reason.

A request that was let in before is refused where it would write a shader or open a session: both take the user's row.

Raises `NotFoundError`, and `ForbiddenError` for oneself and for an account whose role may do this too; only an
administrator, or an operator from a shell, suspends those.
"""

from dataclasses import dataclass
from uuid import UUID

import structlog

from services.core.accounts import links
from services.core.accounts import repository as accounts
from services.core.accounts.blocklist import Blocklist
from services.core.accounts.events import RESTORED, SUSPENDED
from services.core.accounts.mails import AccountMails
from services.core.accounts.models import LinkPurpose, User
from services.core.audit.log import Actor, record
from services.core.identity.caller import Caller
from services.core.identity.permissions import PERMISSIONS, Permission, Role
from services.core.jobs.events import emit
from services.core.keys.identities import KeyIdentities
from services.core.kit.database import ReadSession, WriteSession
from services.core.kit.errors import ForbiddenError, NotFoundError
from services.core.kit.tables import utc_now
from services.core.moderation import repository
from services.core.shaders.listing import withhold_works_of

log = structlog.get_logger("moderation")


@dataclass(frozen=True, slots=True)
class Suspensions:
    """Suspends and restores accounts."""

    mails: AccountMails
    blocklist: Blocklist
    identities: KeyIdentities

    async def suspend(self, session: WriteSession, by: Caller | Actor, user_id: UUID, reason: str) -> None:
        """Suspend the account; its owner reads the `reason` (one line, up to 300 characters)."""
        user = await _locked(session, by, user_id)
        now = utc_now()
        is_news = user.suspended_at is None or user.suspended_reason != reason
        user.suspended_at, user.suspended_reason, user.updated_at = user.suspended_at or now, reason, now
        sessions = await accounts.revoke_sessions(session, user.id, now, reason="suspended")
        await withhold_works_of(session, user.id, withheld=True)
        await emit(session, SUSPENDED, user_id=str(user.id))
        if is_news:
            may_answer = await repository.has_answerable(session, user.id)
            await self.mails.tell_suspended(session, user, reason, may_answer=may_answer)
            await record(session, _actor(by), "account.suspended", f"user:{user.id}", reason=reason)
        await self.blocklist.block_sessions(sessions)
        await self.identities.end_all(session, user.id)
        log.info("account.suspended", user_id=str(user.id))

    async def restore(self, session: WriteSession, by: Caller | Actor, user_id: UUID) -> bool:
        """Let the owner in again and show the shaders as they were; False where it is not suspended."""
        user = await _locked(session, by, user_id)
        if user.suspended_at is None:
            return False
        user.suspended_at, user.suspended_reason, user.updated_at = None, None, utc_now()
        await session.flush()
        await withhold_works_of(session, user.id, withheld=False)
        await emit(session, RESTORED, user_id=str(user.id))
        await links.end(session, user.id, LinkPurpose.ANSWER)
        await self.mails.tell_restored(session, user)
        await record(session, _actor(by), "account.restored", f"user:{user.id}")
        log.info("account.restored", user_id=str(user.id))
        return True


async def user_id_of(session: ReadSession, handle: str) -> UUID:
    """Whose handle this is, suspended or not."""
    user = await accounts.user_by_handle(session, handle.lower())
    if user is None:
        raise NotFoundError("There is no such user")
    return user.id


async def _locked(session: WriteSession, by: Caller | Actor, user_id: UUID) -> User:
    user = await accounts.lock_user(session, user_id)
    if user is None:
        raise NotFoundError("There is no such user")
    if isinstance(by, Caller):
        by.require(Permission.SUSPEND_ACCOUNTS)
        if by.user_id == user.id:
            raise ForbiddenError("You cannot suspend or restore your own account")
        if Permission.SUSPEND_ACCOUNTS in PERMISSIONS[Role(user.role)] and by.role is not Role.ADMIN:
            raise ForbiddenError("Only an administrator suspends and restores moderators")
    return user


def _actor(by: Caller | Actor) -> Actor:
    return Actor.of(by) if isinstance(by, Caller) else by
