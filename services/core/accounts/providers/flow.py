"""Signing in with a provider, and linking one to an account. Each method is a whole request, or the rest of one.

    begin -> the browser goes to the provider and comes back -> finish
      finish: the identity is known       -> signed in
              it is to be linked           -> linked to who asked for that, in the same browser and still signed in
              its verified address is known -> `known`: sign in to that account once, then `confirm` links it
              else                          -> `new`: `register` makes the account, with a handle of one's choice

An address that the provider does not call verified is never compared with those of accounts: it is only a proposal for
the form. `finish` works once for each `begin` (a mark in Redis), asks the provider outside of transactions, and what is
between the steps is sealed in the browser's cookie (steps.py).
"""

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from services.core.accounts import identities, repository, service
from services.core.accounts.mails import AccountMails
from services.core.accounts.models import LinkedIdentity, User
from services.core.accounts.providers.profile import Profile, propose_handle
from services.core.accounts.providers.protocol import Answer, Provider
from services.core.accounts.providers.schemas import Next, ProviderRegistration
from services.core.accounts.providers.steps import (
    ATTEMPT_LIVES,
    PENDING_LIVES,
    Attempt,
    Pending,
    SignInOverError,
)
from services.core.accounts.schemas import Tokens
from services.core.accounts.seals import Sealed, Seals
from services.core.accounts.sign_in import Device, SignIn
from services.core.accounts.ways_in import WaysIn
from services.core.identity.caller import Caller
from services.core.kit.database import Database, WriteSession
from services.core.kit.errors import ConflictError, FractafragError, NotFoundError
from services.core.kit.redis.guard import RedisGuard
from services.core.kit.tables import utc_now

T = TypeVar("T", bound=Sealed)


class SignInCancelledError(FractafragError):
    """The person, or the provider, did not go through with it."""

    status = 400
    code = "sign_in_cancelled"
    title = "You did not sign in there"


class OtherAccountError(ConflictError):
    """The account that is signed in is not the one that the provider's address belongs to."""

    code = "other_account"
    title = "This is not the account with that address"


@dataclass(frozen=True, slots=True)
class Finished:
    """What to do next: with tokens when signed in; with a `pending` for the cookie when known or new."""

    next: Next
    return_to: str
    tokens: Tokens | None = None
    pending: str | None = None
    profile: Profile | None = None
    handle: str = ""


class ProviderSignIn:
    """Leads through a sign-in with one of `providers`."""

    def __init__(
        self,
        database: Database,
        guard: RedisGuard,
        providers: Mapping[str, Provider],
        seals: Seals,
        sign_in: SignIn,
        mails: AccountMails,
        ways: WaysIn,
        site: str,
    ) -> None:
        self._database = database
        self._guard = guard
        self._providers = providers
        self._seals = seals
        self._sign_in = sign_in
        self._mails = mails
        self._ways = ways
        self._site = site.rstrip("/")

    async def begin(self, name: str, return_to: str, caller: Caller | None = None) -> tuple[str, str]:
        """Where the browser goes, and what it keeps meanwhile; with a caller it is to be linked to them."""
        provider = self._provider(name)
        attempt = Attempt(
            ends_at=utc_now() + ATTEMPT_LIVES,
            provider=name,
            state=secrets.token_urlsafe(32),
            nonce=secrets.token_urlsafe(32),
            verifier=secrets.token_urlsafe(48),
            return_to=return_to,
            user_id=caller.user_id if caller else None,
        )
        url = await provider.authorization_url(attempt, self.redirect_uri(name))
        return url, self._seals.seal(attempt)

    async def finish(
        self, name: str, answer: Answer | None, state: str, kept: str | None, device: Device, caller: Caller | None
    ) -> Finished:
        """What comes of the provider's answer (None: it gave an error). Raises as `Provider.profile`."""
        provider = self._provider(name)
        attempt = self._opened(Attempt, kept)
        if attempt.provider != name or not hmac.compare_digest(attempt.state, state):
            raise SignInOverError
        if attempt.user_id is not None and (caller is None or caller.user_id != attempt.user_id):
            raise SignInOverError
        await self._spend(state)
        if answer is None:
            raise SignInCancelledError(
                f"{provider.config.label} says that you did not go on. Begin again when you like"
            )
        profile = await provider.profile(attempt, answer, self.redirect_uri(name))
        async with self._database.write() as session:
            if attempt.user_id is not None:
                await self._link(session, attempt.user_id, profile, provider.config.label)
                return Finished(Next.LINKED, attempt.return_to)
            return await self._enter(session, attempt, profile, device)

    async def register(
        self, kept: str | None, registration: ProviderRegistration, device: Device
    ) -> tuple[Tokens, str]:
        """A new account for who came back, signed in, and where they wanted to go. Raises as `SignIn.register`.

        Who asks again, as the answer was lost, is signed in to the account that there is.
        """
        self._sign_in.require_registration()
        pending = self._opened(Pending, kept)
        async with self._database.write() as session:
            tokens = await self._sign_in_known(session, pending.profile, device)
            if tokens is None:
                user = await self._new_user(session, pending.profile, registration)
                tokens = await self._sign_in.open(session, user, device, is_new=True)
            return tokens, pending.return_to

    async def confirm(self, kept: str | None, caller: Caller) -> str:
        """Link who came back to the account with their address, now signed in; gives where they wanted to go."""
        pending = self._opened(Pending, kept)
        async with self._database.write() as session:
            user = await self._locked(session, caller.user_id)
            if user.email != pending.profile.verified_email:
                raise OtherAccountError("Sign in to the account with the address that the provider knows")
            user.email_verified_at = user.email_verified_at or utc_now()
            await self._add(session, user, pending.profile, self._provider(pending.provider).config.label)
        return pending.return_to

    async def unlink(self, caller: Caller, identity_id: UUID) -> None:
        """Unlink the caller's identity; raises `NotFoundError` and `LastWayInError`."""
        async with self._database.write() as session:
            user = await self._locked(session, caller.user_id)
            removed = await identities.remove(session, user.id, identity_id)
            if removed is None:
                raise NotFoundError("This is not linked to your account")
            await self._ways.keep_one(session, user)
            await self._mails.tell_way_in(session, user, self.label_of(removed.issuer), removed.id, added=False)

    def label_of(self, issuer: str) -> str:
        """What the provider is called; its host where it is not configured any more."""
        labels = {provider.config.issuer: provider.config.label for provider in self._providers.values()}
        return labels.get(issuer) or issuer.removeprefix("https://")

    def redirect_uri(self, name: str) -> str:
        """The page that the provider sends the browser back to: one for each provider."""
        return f"{self._site}/sign-in/with/{name}"

    async def _new_user(self, session: WriteSession, profile: Profile, registration: ProviderRegistration) -> User:
        email = registration.email or profile.verified_email
        if email is None:
            raise service.AddressMissingError
        user = User(
            handle=registration.handle,
            email=email,
            email_verified_at=utc_now() if email == profile.verified_email else None,
            display_name=registration.display_name or registration.handle,
        )
        session.add(user)
        await service.flush_unique(session, user)
        await identities.add(session, _identity(user.id, profile, user.created_at))
        if self._sign_in.holds_back(user):
            await self._mails.ask_to_verify(session, user)
        return user

    async def _enter(self, session: WriteSession, attempt: Attempt, profile: Profile, device: Device) -> Finished:
        """Sign in who is known; else keep who it is, for the next step."""
        tokens = await self._sign_in_known(session, profile, device)
        if tokens is not None:
            return Finished(Next.SIGNED_IN, attempt.return_to, tokens=tokens)
        address = profile.verified_email
        is_known = address is not None and await repository.user_by_login(session, address) is not None
        if not is_known:
            self._sign_in.require_registration()
        pending = Pending(
            ends_at=utc_now() + PENDING_LIVES, provider=attempt.provider, profile=profile, return_to=attempt.return_to
        )
        return Finished(
            Next.KNOWN if is_known else Next.NEW,
            attempt.return_to,
            pending=self._seals.seal(pending),
            profile=profile,
            handle="" if is_known else await propose_handle(session, profile),
        )

    async def _sign_in_known(self, session: WriteSession, profile: Profile, device: Device) -> Tokens | None:
        """A session of who this is linked to; raises `SuspendedError` and `SignInOverError`."""
        identity = await identities.find(session, profile.issuer, profile.subject)
        if identity is None:
            return None
        user = await self._locked(session, identity.user_id)
        # It may have been unlinked before the lock was ours.
        identity = await identities.find(session, profile.issuer, profile.subject)
        if identity is None or identity.user_id != user.id:
            raise SignInOverError
        identity.last_used_at = utc_now()
        return await self._sign_in.open(session, user, device)

    async def _link(self, session: WriteSession, user_id: UUID, profile: Profile, label: str) -> None:
        await self._add(session, await self._locked(session, user_id), profile, label)

    async def _add(self, session: WriteSession, user: User, profile: Profile, label: str) -> None:
        """Link it, unless that was done before; raises `IdentityTakenError` where it is another's."""
        found = await identities.find(session, profile.issuer, profile.subject)
        if found is not None and found.user_id == user.id:
            return
        if found is not None:
            raise identities.IdentityTakenError
        identity = _identity(user.id, profile, utc_now())
        await identities.add(session, identity)
        await self._mails.tell_way_in(session, user, label, identity.id, added=True)

    async def _locked(self, session: WriteSession, user_id: UUID) -> User:
        """The user, held; raises `SuspendedError`, also to a request that was let in before the suspension."""
        user = await repository.lock_user(session, user_id)
        if user is None:
            raise SignInOverError
        service.refuse_suspended(user)
        return user

    def _opened(self, kind: type[T], kept: str | None) -> T:
        value = self._seals.open(kind, kept)
        if value is None:
            raise SignInOverError
        return value

    async def _spend(self, state: str) -> None:
        """Raise `SignInOverError` the second time, and `UnavailableError` without Redis."""
        key = f"signin:state:{hashlib.sha256(state.encode()).hexdigest()}"
        is_first = await self._guard.call(lambda client: client.set(key, "1", nx=True, ex=ATTEMPT_LIVES))
        if not is_first:
            raise SignInOverError

    def _provider(self, name: str) -> Provider:
        found = self._providers.get(name)
        if found is None:
            raise NotFoundError("This site has no such provider")
        return found


def _identity(user_id: UUID, profile: Profile, at: datetime) -> LinkedIdentity:
    return LinkedIdentity(
        user_id=user_id,
        issuer=profile.issuer,
        subject=profile.subject,
        email=profile.email,
        linked_at=at,
        last_used_at=at,
    )
