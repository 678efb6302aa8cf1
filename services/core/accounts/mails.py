"""What accounts tell by mail and in the inbox: which is written when, with its link. All is about security.

Each method writes into the caller's transaction. A mail that only tells of something is left out
where the site sends none; what was asked for raises `MailOffError` there.
"""

from datetime import datetime
from uuid import UUID

from services.core.accounts import links, notices
from services.core.accounts.models import AuthSession, LinkPurpose, User
from services.core.accounts.notices import FactorChange
from services.core.accounts.places import describe
from services.core.kit.database import WriteSession
from services.core.kit.tables import utc_now
from services.core.mail import kinds
from services.core.mail.kinds import MailKind
from services.core.mail.service import MailQueue
from services.core.notices.service import ACCOUNT, tell
from services.core.registry.notices import NoticeKind

_SETTINGS = "/settings/sessions"
_SECURITY = "/settings/security"


class AccountMails:
    """Writes the mails of accounts."""

    def __init__(self, mails: MailQueue) -> None:
        self._mails = mails

    async def ask_to_verify(self, session: WriteSession, user: User) -> None:
        """To the present address: a link that confirms it."""
        token = await links.issue(session, LinkPurpose.VERIFY, user.id, user.email)
        await self._send(session, kinds.VERIFY_ADDRESS, user, link=f"/verify#{token}")

    async def ask_to_change(self, session: WriteSession, user: User, email: str) -> None:
        """To the new address: a link that makes it the user's. To the present one: that this was asked for."""
        token = await links.issue(session, LinkPurpose.CHANGE, user.id, email)
        await self._send(session, kinds.CONFIRM_ADDRESS, user, to=email, link=f"/confirm-address#{token}")
        await self._tell(session, kinds.ADDRESS_CHANGING, user, link="/forgot")

    async def tell_changed_address(self, session: WriteSession, user: User, old: str, *, revocable: bool) -> None:
        """To both addresses: that it changed. To the old one, where it was confirmed, a link that takes it back."""
        await self._note(session, notices.ADDRESS_CHANGED, user, _moment(user))
        if not self._mails.is_on:
            return
        await self._send(session, kinds.ADDRESS_CHANGED, user)
        if revocable:
            token = await links.issue(session, LinkPurpose.REVERT, user.id, old)
            await self._send(session, kinds.ADDRESS_REVOCABLE, user, to=old, link=f"/revert-address#{token}")
        else:
            await self._send(session, kinds.ADDRESS_LEFT, user, to=old)

    async def ask_to_reset(self, session: WriteSession, user: User | None, email: str) -> None:
        """To the address: a link that sets a new password. Without a user the same work, and no mail."""
        self._mails.require()
        token = await links.issue(session, LinkPurpose.RESET, user.id if user else None, email)
        values = {"link": f"/reset#{token}"}
        if user is not None:
            await self._send(session, kinds.RESET_PASSWORD, user, **values)
        else:
            await self._mails.queue_decoy(session, kinds.RESET_PASSWORD, email, handle="nobody", **values)

    async def tell_changed_password(self, session: WriteSession, user: User) -> None:
        """That there is a new password."""
        await self._note(session, notices.PASSWORD_CHANGED, user, _moment(user))
        await self._tell(session, kinds.PASSWORD_CHANGED, user, link="/settings/keys")

    async def tell_suspended(self, session: WriteSession, user: User, reason: str, *, may_answer: bool) -> None:
        """That the account is suspended, and why; with a link to answer what was decided, where that may be."""
        await self._note(session, notices.SUSPENDED, user, _moment(user), reason=reason)
        await links.end(session, user.id, LinkPurpose.ANSWER)
        if not self._mails.is_on:
            return
        if may_answer:
            token = await links.issue(session, LinkPurpose.ANSWER, user.id, user.email)
            await self._send(session, kinds.SUSPENDED_ANSWERABLE, user, reason=reason, link=f"/answer#{token}")
        else:
            await self._send(session, kinds.ACCOUNT_SUSPENDED, user, reason=reason)

    async def tell_restored(self, session: WriteSession, user: User) -> None:
        """That the account works again."""
        await self._note(session, notices.RESTORED, user, _moment(user))
        await self._tell(session, kinds.ACCOUNT_RESTORED, user, link="/settings/keys")

    async def tell_way_in(self, session: WriteSession, user: User, label: str, way: UUID, *, added: bool) -> None:
        """That one signs in with a provider from now on, or no longer; `way` is the id of what was linked."""
        kind, note = (
            (kinds.WAY_IN_ADDED, notices.WAY_IN_ADDED) if added else (kinds.WAY_IN_REMOVED, notices.WAY_IN_REMOVED)
        )
        await self._note(session, note, user, str(way), label=label)
        await self._tell(session, kind, user, link="/settings/sign-in", label=label)

    async def tell_new_sign_in(self, session: WriteSession, user: User, sign_in: AuthSession) -> None:
        """That somebody signed in from a place that is new."""
        device = describe(sign_in.user_agent)
        await self._note(session, notices.NEW_SIGN_IN, user, str(sign_in.id), device=device)
        time = _time(sign_in.created_at)
        await self._tell(session, kinds.NEW_SIGN_IN, user, link=_SETTINGS, time=time, device=device)

    async def tell_address_taken_back(self, session: WriteSession, user: User) -> None:
        """In the inbox alone: the mail with the link was the word that it can be."""
        await self._note(session, notices.ADDRESS_CHANGED, user, _moment(user))

    async def tell_changed_factors(self, session: WriteSession, user: User, change: FactorChange) -> None:
        """That there is another way to sign in, or one less."""
        now = utc_now()
        await self._note(session, notices.FACTORS_CHANGED, user, now.isoformat(), change=change.value.removesuffix("."))
        values = {"time": _time(now), "change": change.value, "link": _SECURITY}
        await self._tell(session, kinds.FACTORS_CHANGED, user, **values)

    async def tell_guessed_code(self, session: WriteSession, user: User) -> None:
        """That somebody has the password and no code."""
        now = utc_now()
        await self._note(session, notices.CODE_GUESSED, user, now.isoformat())
        await self._tell(session, kinds.CODE_GUESSED, user, link="/settings/password", time=_time(now))

    async def _note(self, session: WriteSession, kind: NoticeKind, user: User, occasion: str, **values: str) -> None:
        await tell(session, kind, user.id, about=ACCOUNT, occasion=occasion, values=values)

    async def _tell(self, session: WriteSession, kind: MailKind, user: User, **values: str) -> None:
        if self._mails.is_on:
            await self._send(session, kind, user, **values)

    async def _send(
        self, session: WriteSession, kind: MailKind, user: User, *, to: str | None = None, **values: str
    ) -> UUID | None:
        return await self._mails.queue(session, kind, to or user.email, user_id=user.id, handle=user.handle, **values)


def _moment(user: User) -> str:
    """The change that is being written, of which there is one in a transaction."""
    return user.updated_at.isoformat()


def _time(at: datetime) -> str:
    return f"{at:%d %B %Y, %H:%M} UTC"
