"""Codes of an app (TOTP, RFC 6238): six digits, a new one every 30 seconds, from a secret that both sides know.

The code of the step before and of the next is taken too, as clocks differ. A code counts once: the step of the last one
is kept under the row's lock, and no code of it or of an earlier step counts after it.
"""

import hmac
from datetime import datetime
from uuid import UUID

import pyotp
import segno
import structlog
from sqlalchemy import delete, select
from sqlmodel import col

from services.core.factors.models import Totp
from services.core.kit.database import ReadSession, WriteSession
from services.core.kit.errors import ConflictError, UnavailableError
from services.core.kit.secret_box import SecretBox, SecretBoxError

log = structlog.get_logger("totp")

_STEP_SECONDS = 30
_DRIFT = (0, -1, 1)


class TotpOnError(ConflictError):
    """An app is set up already."""

    code = "totp_on"
    title = "A code app is set up for this account; remove it first"


class TotpSecrets:
    """Makes the secrets of apps and checks their codes; `site` is what the app shows beside a code."""

    def __init__(self, box: SecretBox, site: str) -> None:
        self._box = box
        self._site = site

    async def begin(self, session: WriteSession, user_id: UUID, account: str) -> tuple[str, str]:
        """A new secret that does not count yet, and its otpauth address; the user's row is locked.

        Raises `TotpOnError`.
        """
        if await is_on(session, user_id):
            raise TotpOnError
        await remove(session, user_id)
        secret = pyotp.random_base32()
        session.add(Totp(user_id=user_id, sealed=self._box.seal(secret.encode(), belongs_to=place_of(user_id))))
        await session.flush()
        return secret, pyotp.TOTP(secret).provisioning_uri(name=account, issuer_name=self._site)

    async def confirm(self, session: WriteSession, user_id: UUID, code: str, now: datetime) -> bool:
        """Have the secret count from now on if the code is right."""
        row = await _lock(session, user_id)
        if row is None or row.confirmed_at is not None or not self._take(row, code, now):
            return False
        row.confirmed_at = now
        return True

    async def use(self, session: WriteSession, user_id: UUID, code: str, now: datetime) -> bool:
        """Whether the code is right, and the first of its step."""
        row = await _lock(session, user_id)
        return row is not None and row.confirmed_at is not None and self._take(row, code, now)

    def _take(self, row: Totp, code: str, now: datetime) -> bool:
        step = self._step_of(row, code, now)
        if step is None or step <= row.last_step:
            return False
        row.last_step = step
        return True

    def _step_of(self, row: Totp, code: str, now: datetime) -> int | None:
        try:
            secret = self._box.open(row.sealed, belongs_to=place_of(row.user_id)).decode()
        except SecretBoxError as error:
            log.error("totp_unreadable", cause=str(error))  # noqa: TRY400 -- the traceback says no more
            raise UnavailableError("Codes cannot be checked at the moment; a recovery code works") from error
        app, present = pyotp.TOTP(secret), int(now.timestamp()) // _STEP_SECONDS
        # All are compared, so that the time tells nothing.
        right = [step for step in (present + drift for drift in _DRIFT) if _same(app.generate_otp(step), code)]
        return max(right, default=None)


async def is_on(session: ReadSession, user_id: UUID) -> bool:
    """Whether an app is set up and confirmed."""
    found = select(col(Totp.user_id)).where(col(Totp.user_id) == user_id, col(Totp.confirmed_at).is_not(None))
    return (await session.scalars(found)).one_or_none() is not None


async def remove(session: WriteSession, user_id: UUID) -> None:
    """Forget the app."""
    await session.execute(delete(Totp).where(col(Totp.user_id) == user_id))


def picture_of(uri: str) -> str:
    """The address as a QR code: a data URI of an SVG, black on white so that every camera reads it."""
    return segno.make(uri, error="m").svg_data_uri(scale=4, border=4, dark="#000", light="#fff")


async def _lock(session: WriteSession, user_id: UUID) -> Totp | None:
    statement = select(Totp).where(col(Totp.user_id) == user_id).with_for_update()
    return (await session.scalars(statement.execution_options(populate_existing=True))).one_or_none()


def _same(expected: str, code: str) -> bool:
    return hmac.compare_digest(expected.encode(), code.encode(errors="replace"))


def place_of(user_id: UUID) -> str:
    return f"totp:{user_id}"
