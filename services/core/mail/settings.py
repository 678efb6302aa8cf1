"""Settings of mail: what API and worker share (`FRACTAFRAG_MAIL_*`), and the worker's way out (`FRACTAFRAG_SMTP_*`)."""

from email.errors import HeaderParseError
from email.headerregistry import Address
from enum import StrEnum
from pathlib import Path

from pydantic import Field, SecretStr, field_validator

from services.core.kit.secret_box import KeyRingSettings
from services.core.kit.settings import DomainSettings


class MailDelivery(StrEnum):
    """How mails leave: not at all, as files in a folder, or by an SMTP server."""

    NONE = "none"
    FOLDER = "folder"
    SMTP = "smtp"


class MailSettings(KeyRingSettings):
    """The keys that seal mails between their writing and their sending, and how they are sent."""

    GROUP = "mail"

    delivery: MailDelivery = MailDelivery.NONE
    folder: Path | None = None
    # After so many days a file in the folder goes.
    folder_days: int = Field(30, ge=1, le=3_650)
    # Show what is in the folder at /mailbox, to this machine alone.
    mailbox: bool = False
    # Address that mails come from; by default no-reply@ the site's host.
    sender: str | None = None

    @field_validator("sender")
    @classmethod
    def _address(cls, value: str | None) -> str | None:
        if not value:
            return None
        try:
            return Address(addr_spec=value).addr_spec
        except (HeaderParseError, ValueError, IndexError) as error:
            raise ValueError("this is no address") from error

    def check_production(self) -> None:
        """Refuse to send mails without keys of one's own, and to show them to anybody."""
        if self.mailbox:
            raise ValueError(f"{self.variable('mailbox')} is for development alone")
        if self.delivery is not MailDelivery.NONE:
            self.own_ring()


class SmtpSecurity(StrEnum):
    """How the connection is protected: STARTTLS is demanded, never hoped for."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


class SmtpSettings(DomainSettings):
    """The server that takes our mails. Only the worker reads them."""

    GROUP = "smtp"

    host: str = ""
    port: int = Field(587, ge=1, le=65_535)
    security: SmtpSecurity = SmtpSecurity.STARTTLS
    username: str = ""
    password: SecretStr = SecretStr("")
    # Authorities that the server's certificate is checked against, where not the system's.
    ca_file: Path | None = None
    timeout_seconds: float = Field(20.0, ge=1, le=40)
