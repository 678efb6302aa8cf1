"""A user's passkeys: added, named, removed, and what they open. Each method is a whole request.

A challenge is taken in a transaction of its own, so that an answer that was refused cannot be tried again.
"""

from typing import Any
from uuid import UUID

from services.core.accounts import proofs, repository, service
from services.core.accounts.mails import AccountMails
from services.core.accounts.notices import FactorChange
from services.core.accounts.schemas import Tokens
from services.core.accounts.sign_in import Device, SignIn
from services.core.accounts.ways_in import WaysIn
from services.core.factors import challenges, passkeys
from services.core.factors.models import Challenge, Passkey, Purpose
from services.core.factors.passkeys import PasskeyRefusedError, RelyingParty
from services.core.identity.caller import Caller
from services.core.kit.database import Database
from services.core.kit.errors import UnauthorizedError

Options = tuple[UUID, dict[str, Any]]


class Passkeys:
    """What users do with passkeys. `browser` is a secret that only the asking browser has."""

    def __init__(
        self, database: Database, party: RelyingParty, sign_in: SignIn, mails: AccountMails, ways: WaysIn
    ) -> None:
        self._database = database
        self._party = party
        self._sign_in = sign_in
        self._mails = mails
        self._ways = ways

    async def options_to_add(self, caller: Caller) -> Options:
        """A challenge, and what the browser takes to make a passkey."""
        async with self._database.write() as session:
            user = await service.current_user(session, caller.user_id)
            known = await passkeys.of_user(session, user.id)
            challenge = await challenges.issue(session, Purpose.ADD, holder=_holder(caller), user_id=user.id)
            options = self._party.options_to_add(user.id, user.handle, user.display_name, challenge.challenge, known)
            return challenge.id, options

    async def add(self, caller: Caller, challenge_id: UUID, credential: dict[str, Any], name: str) -> Passkey:
        """Keep the passkey that the browser made; raises `ChallengeOverError` and `BadPasskeyError`."""
        challenge = await self._take(Purpose.ADD, challenge_id, _holder(caller))
        passkey = self._party.added(challenge, credential, user_id=caller.user_id, name=name)
        async with self._database.write() as session:
            user = await repository.lock_user(session, caller.user_id)
            if user is None:
                raise UnauthorizedError
            await passkeys.add(session, passkey)
            await self._mails.tell_changed_factors(session, user, FactorChange.PASSKEY_ADDED)
        return passkey

    async def rename(self, caller: Caller, passkey_id: UUID, name: str) -> Passkey:
        """Give it another name; raises `NotFoundError`."""
        async with self._database.write() as session:
            passkey = await passkeys.own(session, caller.user_id, passkey_id)
            passkey.name = name
        return passkey

    async def remove(self, caller: Caller, passkey_id: UUID) -> None:
        """Forget it; raises `NotFoundError` and `LastWayInError`. Sessions that it opened go on."""
        async with self._database.write() as session:
            user = await repository.lock_user(session, caller.user_id)
            if user is None:
                raise UnauthorizedError
            await session.delete(await passkeys.own(session, user.id, passkey_id))
            await self._ways.keep_one(session, user)
            await self._mails.tell_changed_factors(session, user, FactorChange.PASSKEY_REMOVED)

    async def options_to_sign_in(self, browser: str) -> Options:
        """A challenge for whoever it will be; it names no credential, so it tells of no account."""
        async with self._database.write() as session:
            challenge = await challenges.issue(session, Purpose.SIGN_IN, holder=f"browser {browser}")
        return challenge.id, self._party.options_to_use(challenge.challenge)

    async def sign_in(self, browser: str, challenge_id: UUID, credential: dict[str, Any], device: Device) -> Tokens:
        """A session of the passkey's owner; raises `ChallengeOverError`, `PasskeyRefusedError`, `SuspendedError`."""
        challenge = await self._take(Purpose.SIGN_IN, challenge_id, f"browser {browser}")
        async with self._database.write() as session:
            # The user's row before the passkey's, as in `remove`.
            owner = await passkeys.owner_of(session, credential)
            user = await repository.share_user(session, owner) if owner is not None else None
            if user is None:
                raise PasskeyRefusedError
            await passkeys.use(session, self._party, challenge, credential, user_id=user.id)
            return await self._sign_in.open(session, user, device)

    async def options_to_prove(self, caller: Caller) -> Options:
        """A challenge for the caller's own passkeys."""
        async with self._database.write() as session:
            challenge = await challenges.issue(session, Purpose.PROVE, holder=_holder(caller), user_id=caller.user_id)
            known = await passkeys.of_user(session, caller.user_id)
        return challenge.id, self._party.options_to_use(challenge.challenge, known)

    async def prove(self, caller: Caller, challenge_id: UUID, credential: dict[str, Any]) -> None:
        """Write down that the caller has shown a passkey; raises as `sign_in` does."""
        challenge = await self._take(Purpose.PROVE, challenge_id, _holder(caller))
        async with self._database.write() as session:
            await passkeys.use(session, self._party, challenge, credential, user_id=caller.user_id)
            await proofs.note(session, caller)

    async def _take(self, purpose: Purpose, challenge_id: UUID, holder: str) -> Challenge:
        async with self._database.write() as session:
            return await challenges.take(session, purpose, challenge_id, holder=holder)


def _holder(caller: Caller) -> str:
    return f"session {caller.session_id}"
