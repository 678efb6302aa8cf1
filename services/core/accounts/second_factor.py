"""Codes as a second factor: an app that makes them, recovery codes for who has lost it, and the step after a password.

With an app set up a right password gives a ticket in place of a session (`SignIn.log_in`), and a code opens it. Only
who knows the password hears that a code is needed: hiding that would mean asking everybody for one. So a ticket whose
five tries were all wrong is told to the owner by mail, as somebody knows the password. Each method is a whole request.
"""

import asyncio
from uuid import UUID

from services.core.accounts import proofs, repository
from services.core.accounts.mails import AccountMails
from services.core.accounts.models import User
from services.core.accounts.notices import FactorChange
from services.core.accounts.schemas import AppSecret, Tokens
from services.core.accounts.sign_in import Device, SignIn
from services.core.factors import challenges, recovery, totp
from services.core.factors.models import Purpose
from services.core.factors.totp import TotpSecrets
from services.core.identity.caller import Caller
from services.core.kit.database import Database, WriteSession
from services.core.kit.errors import ConflictError, InvalidInputError, UnauthorizedError
from services.core.kit.tables import utc_now

_DIGITS = 6


class WrongCodeError(InvalidInputError):
    """The code is wrong, was used, or is over."""

    code = "wrong_code"
    title = "This code is wrong or was used before"


class NoAppError(ConflictError):
    """There is no app whose codes could be recovered."""

    code = "totp_off"
    title = "No code app is set up for this account"


class SecondFactor:
    """What users do with codes."""

    def __init__(self, database: Database, secrets: TotpSecrets, sign_in: SignIn, mails: AccountMails) -> None:
        self._database = database
        self._secrets = secrets
        self._sign_in = sign_in
        self._mails = mails

    async def begin(self, caller: Caller) -> AppSecret:
        """A secret for an app; it counts when `confirm` has seen a code of it. Raises `TotpOnError`."""
        async with self._database.write() as session:
            user = await _locked(session, caller.user_id)
            secret, uri = await self._secrets.begin(session, user.id, user.handle)
        return AppSecret(secret=secret, uri=uri, picture=await asyncio.to_thread(totp.picture_of, uri))

    async def confirm(self, caller: Caller, code: str) -> list[str]:
        """Ask for codes from now on; gives ten recovery codes. Raises `WrongCodeError`."""
        async with self._database.write() as session:
            user = await _locked(session, caller.user_id)
            if not await self._secrets.confirm(session, user.id, _plain(code), utc_now()):
                raise WrongCodeError
            codes = await recovery.replace(session, user.id)
            await self._mails.tell_changed_factors(session, user, FactorChange.CODES_ON)
        return codes

    async def turn_off(self, caller: Caller) -> None:
        """Ask for no codes any more; raises `NoAppError`."""
        async with self._database.write() as session:
            user = await _locked(session, caller.user_id)
            if not await totp.is_on(session, user.id):
                raise NoAppError
            await forget(session, user)
            await self._mails.tell_changed_factors(session, user, FactorChange.CODES_OFF)

    async def new_codes(self, caller: Caller) -> list[str]:
        """Ten recovery codes in place of the earlier ones; raises `NoAppError`."""
        async with self._database.write() as session:
            user = await _locked(session, caller.user_id)
            if not await totp.is_on(session, user.id):
                raise NoAppError
            codes = await recovery.replace(session, user.id)
            await self._mails.tell_changed_factors(session, user, FactorChange.NEW_RECOVERY_CODES)
        return codes

    async def user_of(self, ticket: UUID, secret: str) -> UUID | None:
        """Whose ticket it is, with one try less; raises `ChallengeOverError`."""
        async with self._database.write() as session:
            return (await challenges.count_try(session, Purpose.SECOND_STEP, ticket, holder=secret)).user_id

    async def log_in(self, user_id: UUID | None, ticket: UUID, secret: str, code: str, device: Device) -> Tokens:
        """A session for a ticket that `user_of` has counted; raises `WrongCodeError` and `ChallengeOverError`."""
        async with self._database.write() as session:
            user = await repository.lock_user(session, user_id) if user_id is not None else None
            if user is None:
                raise challenges.ChallengeOverError
            if await self._accepts(session, user, code):
                await challenges.take(session, Purpose.SECOND_STEP, ticket, holder=secret)
                return await self._sign_in.open(session, user, device)
            if await challenges.is_used_up(session, ticket):
                await self._mails.tell_guessed_code(session, user)
        raise WrongCodeError

    async def prove(self, caller: Caller, code: str) -> None:
        """Write down that the caller has shown a code; raises `WrongCodeError`."""
        async with self._database.write() as session:
            user = await _locked(session, caller.user_id)
            if not await self._accepts(session, user, code):
                raise WrongCodeError
            await proofs.note(session, caller)

    async def _accepts(self, session: WriteSession, user: User, code: str) -> bool:
        plain = _plain(code)
        if len(plain) == _DIGITS:
            return await self._secrets.use(session, user.id, plain, utc_now())
        if not await totp.is_on(session, user.id) or not await recovery.use(session, user.id, plain):
            return False
        await self._mails.tell_changed_factors(session, user, FactorChange.RECOVERY_CODE_USED)
        return True


async def forget(session: WriteSession, user: User) -> None:
    """Remove app and recovery codes, and what waits for a code; `user` is locked."""
    await totp.remove(session, user.id)
    await recovery.remove(session, user.id)
    await challenges.end(session, user.id)


async def _locked(session: WriteSession, user_id: UUID) -> User:
    user = await repository.lock_user(session, user_id)
    if user is None:
        raise UnauthorizedError
    return user


def _plain(code: str) -> str:
    return "".join(sign for sign in code if sign.isalnum())
