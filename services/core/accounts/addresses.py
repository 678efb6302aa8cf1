"""A user's address: confirmed, changed, taken back. Each method is a whole request.

Where the site verifies addresses (`FRACTAFRAG_AUTH_VERIFY_ADDRESSES`) a new one is used when a link that went there was
opened; until then the old one stays. Elsewhere it is taken as given. Both addresses are told. An old address that was
confirmed can be taken back for seven days: that ends all sessions and the password, because whoever changed the address
knew it, and the ways in and keys that were added since the day before the change was asked for (takeover.py). A link
works without a sign-in, so it may be opened on another device.
"""

from datetime import timedelta
from uuid import UUID

from services.core.accounts import links, repository, service, takeover
from services.core.accounts.blocklist import Blocklist
from services.core.accounts.mails import AccountMails
from services.core.accounts.models import LinkPurpose, User
from services.core.accounts.settings import AuthSettings
from services.core.accounts.takeover import Keys
from services.core.identity.caller import Caller
from services.core.kit.database import Database, WriteSession
from services.core.kit.errors import ConflictError
from services.core.kit.tables import utc_now

# Who had the account before the change may have waited with its link as long as that is good.
_BEFORE_THE_CHANGE = links.LIVES[LinkPurpose.CHANGE] + timedelta(days=1)


class AlreadyVerifiedError(ConflictError):
    """There is nothing to confirm."""

    code = "already_verified"
    title = "This address is confirmed"


class Addresses:
    """Confirms and changes addresses."""

    def __init__(
        self, database: Database, settings: AuthSettings, mails: AccountMails, blocklist: Blocklist, keys: Keys
    ) -> None:
        self._database = database
        self._verifies = settings.verify_addresses
        self._mails = mails
        self._blocklist = blocklist
        self._keys = keys

    async def send_again(self, caller: Caller) -> None:
        """Another mail to confirm the present address; raises `AlreadyVerifiedError` and `MailOffError`."""
        async with self._database.write() as session:
            user = await repository.lock_user(session, caller.user_id)
            if user is None or user.email_verified_at is not None:
                raise AlreadyVerifiedError
            await self._mails.ask_to_verify(session, user)

    async def verify(self, token: str) -> None:
        """Confirm the address that the link went to; raises `LinkOverError` where it is not the user's any more."""
        async with self._database.write() as session:
            link = await links.take(session, LinkPurpose.VERIFY, token)
            user = await _owner(session, link.user_id)
            if user.email != link.email:
                raise links.LinkOverError
            user.email_verified_at = utc_now()

    async def change(self, session: WriteSession, user: User, email: str) -> None:
        """Have `email` become the user's address, in the caller's transaction; raises `EmailTakenError`."""
        await service.refuse_taken(session, handle="", email=email)
        if self._verifies:
            await self._mails.ask_to_change(session, user, email)
        else:
            await self._set(session, user, email, confirmed=False)

    async def confirm(self, token: str) -> None:
        """Use the new address; raises `LinkOverError` and `EmailTakenError`."""
        async with self._database.write() as session:
            link = await links.take(session, LinkPurpose.CHANGE, token)
            await self._set(session, await _owner(session, link.user_id), link.email, confirmed=True)

    async def take_back(self, token: str) -> None:
        """Use the old address again; sessions and password end. Raises `LinkOverError` and `EmailTakenError`."""
        async with self._database.write() as session:
            link = await links.take(session, LinkPurpose.REVERT, token)
            user, now = await _owner(session, link.user_id), utc_now()
            user.email, user.email_verified_at, user.password_hash, user.updated_at = link.email, now, None, now
            await service.flush_unique(session, user)
            await links.end(session, user.id, LinkPurpose.VERIFY, LinkPurpose.CHANGE, LinkPurpose.RESET)
            await links.end_later_ways_back(session, link)
            await self._mails.tell_address_taken_back(session, user)
            # What the account was made with is its owner's.
            since = max(link.created_at - _BEFORE_THE_CHANGE, user.created_at)
            await takeover.undo(session, self._keys, user.id, since)
            ended = await repository.revoke_sessions(session, user.id, now, reason="address")
            await self._blocklist.block_sessions(ended)

    async def _set(self, session: WriteSession, user: User, email: str, *, confirmed: bool) -> None:
        now, old, was_confirmed = utc_now(), user.email, user.email_verified_at is not None
        user.email, user.updated_at = email, now
        user.email_verified_at = now if confirmed else None
        await service.flush_unique(session, user)
        # A link that waits in the old mailbox must not set the password of an account that has left it.
        await links.end(session, user.id, LinkPurpose.VERIFY, LinkPurpose.CHANGE, LinkPurpose.RESET)
        await self._mails.tell_changed_address(session, user, old, revocable=was_confirmed)


async def _owner(session: WriteSession, user_id: UUID | None) -> User:
    user = await repository.lock_user(session, user_id) if user_id is not None else None
    if user is None:
        raise links.LinkOverError
    return user
