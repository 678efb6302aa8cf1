"""The ways out: an SMTP server, or a folder.

A delivery takes one message and returns when the other side has it for good. `RefusedError` says that it never will,
`NotNowError` that the same may go well later. Neither holds a text of the server's, which may quote the address.
"""

import asyncio
import re
import ssl
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Protocol

import aiosmtplib
import structlog

from services.core.mail.settings import MailDelivery, MailSettings, SmtpSecurity, SmtpSettings

_PERMANENT = range(500, 600)
# The names that sending.py gives begin with the time.
_OURS = re.compile(r"\d{8}T\d{6}-[a-z_]+-[0-9a-f-]{36}\.eml")

log = structlog.get_logger("mail")


class RefusedError(Exception):
    """The other side never takes this mail."""

    def __init__(self, reply_code: int) -> None:
        super().__init__(str(reply_code))
        self.reply_code = reply_code


class NotNowError(Exception):
    """The other side does not take it now. With a `reply_code` it was reached and said so."""

    def __init__(self, why: str, reply_code: int | None = None) -> None:
        super().__init__(why)
        self.reply_code = reply_code


class Delivery(Protocol):
    """Takes a message from `sender` to `recipient`; `name` has no address in it and is the same for the same mail."""

    async def deliver(self, message: EmailMessage, *, sender: str, recipient: str, name: str) -> None:
        """Return when it is delivered; raises `RefusedError` and `NotNowError`."""


@dataclass(frozen=True, slots=True)
class FolderDelivery:
    """Each mail is a file that only its owner may read; the log names it."""

    folder: Path

    async def deliver(self, message: EmailMessage, *, sender: str, recipient: str, name: str) -> None:
        """Write the file, whole or not at all."""
        file = self.folder / f"{name}.eml"
        try:
            await asyncio.to_thread(self._write, file, message.as_bytes())
        except OSError as error:
            raise NotNowError(type(error).__name__) from None
        log.info("mail written", file=str(file))

    async def tidy(self, before: datetime) -> int:
        """Delete the mails that were written before then; gives how many. Other files in the folder stay."""
        return await asyncio.to_thread(self._tidy, f"{before.astimezone(UTC):%Y%m%dT%H%M%S}")

    def _tidy(self, before: str) -> int:
        old = [file for file in self.folder.glob("*.eml") if _OURS.fullmatch(file.name) and file.name < before]
        for file in old:
            # Whoever reads the folder may have deleted it meanwhile.
            file.unlink(missing_ok=True)
        return len(old)

    def _write(self, file: Path, content: bytes) -> None:
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with NamedTemporaryFile(dir=self.folder, prefix=".", delete=False) as part:
            part.write(content)
        Path(part.name).replace(file)


@dataclass(frozen=True, slots=True)
class SmtpDelivery:
    """A connection for each mail; certificates are checked."""

    settings: SmtpSettings

    async def deliver(self, message: EmailMessage, *, sender: str, recipient: str, name: str) -> None:
        """Hand the message to the server."""
        try:
            await self._send(message, sender, recipient)
        except aiosmtplib.SMTPRecipientsRefused as error:
            raise _of_reply(error.recipients[0].code) from None
        except (aiosmtplib.SMTPAuthenticationError, aiosmtplib.SMTPSenderRefused) as error:
            # It is us whom it does not want, which whoever runs the site can change.
            raise NotNowError(type(error).__name__, error.code) from None
        except aiosmtplib.SMTPDataError as error:
            raise _of_reply(error.code) from None
        except (aiosmtplib.SMTPException, OSError, ssl.SSLError) as error:
            raise NotNowError(type(error).__name__) from None

    async def _send(self, message: EmailMessage, sender: str, recipient: str) -> None:
        smtp = self.settings
        await aiosmtplib.send(
            message,
            sender=sender,
            recipients=[recipient],
            hostname=smtp.host,
            port=smtp.port,
            username=smtp.username or None,
            password=smtp.password.get_secret_value() or None,
            use_tls=smtp.security is SmtpSecurity.TLS,
            start_tls=smtp.security is SmtpSecurity.STARTTLS,
            cert_bundle=str(smtp.ca_file) if smtp.ca_file else None,
            timeout=smtp.timeout_seconds,
        )


def _of_reply(code: int) -> RefusedError | NotNowError:
    return RefusedError(code) if code in _PERMANENT else NotNowError("deferred", code)


def delivery_of(settings: MailSettings, smtp: SmtpSettings) -> Delivery | None:
    """What the settings name; None where no mail leaves. Raises `ValueError` where they say not where to."""
    if settings.delivery is MailDelivery.FOLDER:
        if settings.folder is None:
            raise ValueError(
                f"{settings.variable('folder')} must be set where {settings.variable('delivery')} is folder"
            )
        return FolderDelivery(settings.folder)
    if settings.delivery is MailDelivery.SMTP:
        if not smtp.host:
            raise ValueError(f"{settings.variable('delivery')} is smtp: set {smtp.variable('host')}")
        return SmtpDelivery(smtp)
    return None
