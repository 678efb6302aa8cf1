"""A forgotten password, set anew by a link that went to the address. Each method is a whole request.

Whether an address has an account shows neither in the answer nor in the work: the same rows are written, of which the
ones for nobody can be used by nobody. The link works once, for 30 minutes. A new password ends all sessions and a
change of address that waits. API keys stay (docs/decisions/0014-addresses.md); the mail that tells of the new password
says so. Where nobody had shown that the address is theirs, whoever made the account may have left a way in for later:
then keys, passkeys, codes and linked identities go, too.
"""

from uuid import UUID

from services.core.accounts import links, repository, service, takeover
from services.core.accounts.blocklist import Blocklist
from services.core.accounts.mails import AccountMails
from services.core.accounts.models import LinkPurpose
from services.core.accounts.passwords import PasswordHasher, check_password
from services.core.accounts.sign_in_settings import SignInSettings
from services.core.accounts.takeover import Keys
from services.core.factors import challenges
from services.core.kit.database import Database
from services.core.kit.tables import utc_now


class PasswordReset:
    """Sets forgotten passwords anew."""

    def __init__(
        self,
        database: Database,
        passwords: PasswordHasher,
        mails: AccountMails,
        blocklist: Blocklist,
        ways: SignInSettings,
        keys: Keys,
    ) -> None:
        self._database = database
        self._passwords = passwords
        self._mails = mails
        self._blocklist = blocklist
        self._ways = ways
        self._keys = keys

    async def ask(self, email: str) -> None:
        """Send a link to `email`, if it is somebody's; raises `MailOffError`."""
        if not self._ways.passwords:
            raise service.PasswordsOffError
        async with self._database.write() as session:
            user = await repository.user_by_login(session, email)
            await self._mails.ask_to_reset(session, user, email)

    async def reset(self, token: str, password: str) -> UUID:
        """Set the password, and say whose; raises `LinkOverError` and `WeakPasswordError`.

        A weak one leaves the link good.
        """
        if not self._ways.passwords:
            raise service.PasswordsOffError
        async with self._database.read() as session:
            link = await links.look_up(session, LinkPurpose.RESET, token)
            owner = await repository.user_by_id(session, link.user_id) if link.user_id else None
        if owner is None:
            raise links.LinkOverError
        check_password(password, handle=owner.handle, email=owner.email)
        hashed = await self._passwords.hash(password)
        async with self._database.write() as session:
            link = await links.take(session, LinkPurpose.RESET, token)
            user = await repository.lock_user(session, owner.id)
            if user is None or user.email != link.email:
                raise links.LinkOverError
            now = utc_now()
            user.password_hash, user.updated_at = hashed, now
            if user.email_verified_at is None:
                await takeover.undo(session, self._keys, user.id, None)
            # Whoever opened the link reads what goes to this address.
            user.email_verified_at = user.email_verified_at or now
            await links.end(session, user.id, LinkPurpose.CHANGE, LinkPurpose.RESET)
            await challenges.end(session, user.id)
            ended = await repository.revoke_sessions(session, user.id, now, reason="reset")
            await self._mails.tell_changed_password(session, user)
            await self._blocklist.block_sessions(ended)
        return user.id
