"""Passkeys (WebAuthn): credentials that a device or a password manager keeps, bound to the site's public address.

Every passkey is discoverable and verifies its user, by finger, face or PIN: it is two factors at once and needs neither
a handle nor a password. The relying party is the host of the public address, and the origin is that address, so a page
elsewhere gets signatures that are worth nothing here. Attestation is not asked for: which maker's device somebody
has is nothing to us.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import sqlalchemy.exc
import structlog
import webauthn
from sqlalchemy import Select, delete, select
from sqlmodel import col
from webauthn.authentication.verify_authentication_response import VerifiedAuthentication
from webauthn.helpers import base64url_to_bytes, options_to_json_dict
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    AuthenticatorTransport,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from services.core.factors.models import Challenge, Passkey
from services.core.kit.database import ReadSession, WriteSession
from services.core.kit.errors import ConflictError, InvalidInputError, NotFoundError, UnauthorizedError
from services.core.kit.settings import SiteSettings
from services.core.kit.tables import utc_now

log = structlog.get_logger("passkeys")

MOST = 20
_TRANSPORTS = [transport.value for transport in AuthenticatorTransport]


class BadPasskeyError(InvalidInputError):
    """What the browser sent is no passkey for this site and this challenge."""

    code = "bad_passkey"
    title = "This passkey was not accepted"


class PasskeyRefusedError(UnauthorizedError):
    """The passkey is unknown, or its signature does not hold; the answer does not say which."""

    code = "passkey_refused"
    title = "This passkey does not open an account here"


class TooManyPasskeysError(ConflictError):
    """The account has as many as it may."""

    code = "too_many_passkeys"
    title = f"An account has at most {MOST} passkeys"


class PasskeyKnownError(ConflictError):
    """The credential is registered here already."""

    code = "passkey_known"
    title = "This passkey is registered here already"


@dataclass(frozen=True, slots=True)
class RelyingParty:
    """This site, as authenticators know it."""

    id: str
    origin: str
    name: str

    @classmethod
    def of(cls, site: SiteSettings) -> "RelyingParty":
        """By the public address."""
        address = urlsplit(site.public_url)
        return cls(address.hostname or "localhost", f"{address.scheme}://{address.netloc}", site.name)

    def options_to_add(
        self, user_id: UUID, handle: str, display_name: str, challenge: bytes, known: Sequence[Passkey]
    ) -> dict[str, Any]:
        """What `navigator.credentials.create` takes, as JSON."""
        options = webauthn.generate_registration_options(
            rp_id=self.id,
            rp_name=self.name,
            user_id=user_id.bytes,
            user_name=handle,
            user_display_name=display_name,
            challenge=challenge,
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.REQUIRED,
                require_resident_key=True,
                user_verification=UserVerificationRequirement.REQUIRED,
            ),
            exclude_credentials=[_descriptor(passkey) for passkey in known],
        )
        return dict(options_to_json_dict(options))

    def options_to_use(self, challenge: bytes, allowed: Sequence[Passkey] = ()) -> dict[str, Any]:
        """What `navigator.credentials.get` takes, as JSON; without `allowed` any passkey for this site."""
        options = webauthn.generate_authentication_options(
            rp_id=self.id,
            challenge=challenge,
            allow_credentials=[_descriptor(passkey) for passkey in allowed],
            user_verification=UserVerificationRequirement.REQUIRED,
        )
        return dict(options_to_json_dict(options))

    def added(self, challenge: Challenge, credential: dict[str, Any], *, user_id: UUID, name: str) -> Passkey:
        """The passkey that the browser made for this challenge; raises `BadPasskeyError`."""
        try:
            verified = webauthn.verify_registration_response(
                credential=credential,
                expected_challenge=challenge.challenge,
                expected_rp_id=self.id,
                expected_origin=self.origin,
                require_user_verification=True,
            )
        except Exception as error:  # a stranger's bytes go through JSON, CBOR, COSE and X.509: any of them may object
            log.info("passkey_not_added", cause=type(error).__name__)
            raise BadPasskeyError from error
        return Passkey(
            user_id=user_id,
            credential_id=verified.credential_id,
            public_key=verified.credential_public_key,
            sign_count=verified.sign_count,
            transports=_transports(credential),
            name=name,
            backed_up=verified.credential_backed_up,
        )

    def used(self, challenge: Challenge, credential: dict[str, Any], passkey: Passkey) -> VerifiedAuthentication:
        """What the signature says; raises `PasskeyRefusedError`, also when the count of its uses went back."""
        try:
            return webauthn.verify_authentication_response(
                credential=credential,
                expected_challenge=challenge.challenge,
                expected_rp_id=self.id,
                expected_origin=self.origin,
                credential_public_key=passkey.public_key,
                credential_current_sign_count=passkey.sign_count,
                require_user_verification=True,
            )
        except Exception as error:  # as above
            log.info("passkey_refused", cause=type(error).__name__)
            raise PasskeyRefusedError from error


async def of_user(session: ReadSession, user_id: UUID) -> Sequence[Passkey]:
    """The user's passkeys, the oldest first."""
    mine = select(Passkey).where(col(Passkey.user_id) == user_id)
    return (await session.scalars(mine.order_by(col(Passkey.created_at), col(Passkey.id)))).all()


async def add(session: WriteSession, passkey: Passkey) -> None:
    """Keep a new one; the user's row is locked. Raises `TooManyPasskeysError` and `PasskeyKnownError`.

    The latter also for the later of two accounts that add one credential at once.
    """
    if len(await of_user(session, passkey.user_id)) >= MOST:
        raise TooManyPasskeysError
    session.add(passkey)
    try:
        await session.flush()
    except sqlalchemy.exc.IntegrityError as error:
        if "uq_passkeys_credential_id" in str(error.orig):
            raise PasskeyKnownError from error
        raise


async def owner_of(session: ReadSession, credential: dict[str, Any]) -> UUID | None:
    """Whose passkey the credential says it is."""
    passkey = (await session.scalars(_named(credential))).one_or_none()
    return passkey.user_id if passkey is not None else None


async def use(
    session: WriteSession,
    party: RelyingParty,
    challenge: Challenge,
    credential: dict[str, Any],
    *,
    user_id: UUID,
) -> None:
    """Write down that the user's passkey signed this challenge; raises `PasskeyRefusedError`.

    Its row stays locked, so that two answers with one count do not both pass.
    """
    statement = _named(credential).where(col(Passkey.user_id) == user_id).with_for_update()
    passkey = (await session.scalars(statement.execution_options(populate_existing=True))).one_or_none()
    if passkey is None or not _says(passkey, credential):
        raise PasskeyRefusedError
    verified = party.used(challenge, credential, passkey)
    passkey.sign_count, passkey.backed_up = verified.new_sign_count, verified.credential_backed_up
    passkey.last_used_at = utc_now()


async def own(session: WriteSession, user_id: UUID, passkey_id: UUID) -> Passkey:
    """One of the user's, locked; raises `NotFoundError`."""
    statement = select(Passkey).where(col(Passkey.id) == passkey_id, col(Passkey.user_id) == user_id)
    passkey = (await session.scalars(statement.with_for_update())).one_or_none()
    if passkey is None:
        raise NotFoundError("You have no passkey with this id")
    return passkey


async def remove(session: WriteSession, user_id: UUID) -> None:
    """Forget all of the user's."""
    await session.execute(delete(Passkey).where(col(Passkey.user_id) == user_id))


def _says(passkey: Passkey, credential: dict[str, Any]) -> bool:
    """Whether the authenticator names the passkey's owner, where it names anybody."""
    response = credential.get("response")
    handle = response.get("userHandle") if isinstance(response, dict) else None
    return handle is None or _bytes(handle) == passkey.user_id.bytes


def _named(credential: dict[str, Any]) -> Select[Passkey]:
    return select(Passkey).where(col(Passkey.credential_id) == (_bytes(credential.get("id")) or b""))


def _bytes(text: object) -> bytes | None:
    try:
        return base64url_to_bytes(text) if isinstance(text, str) else None
    except ValueError:
        return None


def _transports(credential: dict[str, Any]) -> list[str]:
    """Those that we know of the ones that the browser names."""
    response = credential.get("response")
    named = response.get("transports") if isinstance(response, dict) else None
    return [name for name in _TRANSPORTS if name in named] if isinstance(named, list) else []


def _descriptor(passkey: Passkey) -> PublicKeyCredentialDescriptor:
    transports = [AuthenticatorTransport(name) for name in passkey.transports]
    return PublicKeyCredentialDescriptor(id=passkey.credential_id, transports=transports or None)
