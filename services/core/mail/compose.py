"""From a kind and its values to a message: one wording for text and HTML, one layout for each.

A kind's template gives plain sentences; paragraphs are divided by empty lines. `layout.txt` and `layout.html` put them
down, the second escapes all of it. A link is a path of our own site behind its public address, so no mail leads
anywhere else. Values are single lines: what a stranger typed can begin no header and no paragraph.
"""

from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import format_datetime
from functools import cache
from urllib.parse import urlsplit
from uuid import UUID

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from services.core.kit.settings import SiteSettings
from services.core.mail.kinds import MailKind

# Links are long words, which a shorter line would break into encoded pieces. SMTP takes up to 998 bytes.
_LINE = 900


@dataclass(frozen=True, slots=True)
class Letter:
    """What one mail says; `action` is the words on its link."""

    subject: str
    paragraphs: tuple[str, ...]
    after: tuple[str, ...]
    action: str
    link: str


@cache
def _templates() -> Environment:
    # Words are plain text and are escaped by the HTML layout, where they are put down.
    return Environment(
        loader=PackageLoader("services.core.mail"),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def write_letter(kind: MailKind, values: dict[str, str], site: SiteSettings) -> Letter:
    """The words of a mail; raises `ValueError` for a link that is no path of the site."""
    lines = {name: " ".join(value.split()) for name, value in values.items()}
    words = vars(_templates().get_template(f"{kind.name}.jinja").make_module({**lines, "site": site.name}))
    return Letter(
        subject=" ".join(str(words["subject"]).split()),
        paragraphs=_paragraphs(str(words["text"])),
        after=_paragraphs(str(words.get("after", ""))),
        action=str(words.get("action", "")),
        link=_absolute(site, lines["link"]) if "link" in lines else "",
    )


def _paragraphs(text: str) -> tuple[str, ...]:
    return tuple(" ".join(part.split()) for part in text.split("\n\n") if part.strip())


def _absolute(site: SiteSettings, path: str) -> str:
    parts = urlsplit(path)
    if not path.startswith("/") or parts.scheme or parts.netloc:
        raise ValueError("a mail leads to a path of the site")
    return site.public_url.rstrip("/") + path


@dataclass(frozen=True, slots=True)
class Composer:
    """Makes messages that come from `site`; without `sender` from no-reply@ its host."""

    site: SiteSettings
    sender: str | None = None

    @property
    def _host(self) -> str:
        return urlsplit(self.site.public_url).hostname or "localhost"

    @property
    def address(self) -> str:
        """What mails come from."""
        return self.sender or f"no-reply@{self._host}"

    def compose(
        self,
        kind: MailKind,
        values: dict[str, str],
        *,
        mail_id: UUID,
        recipient: str,
        date: datetime,
        unsubscribe: str | None = None,
    ) -> EmailMessage:
        """The message. Its Message-ID is the row's id, so that a mail which was sent twice can be seen to be one."""
        letter = write_letter(kind, values, self.site)
        policy = SMTP if recipient.isascii() else SMTPUTF8
        message = EmailMessage(policy=policy.clone(max_line_length=_LINE))
        message["From"] = Address(display_name=self.site.name, addr_spec=self.address)
        message["To"] = Address(addr_spec=recipient)
        message["Subject"] = letter.subject
        message["Date"] = format_datetime(date)
        message["Message-ID"] = f"<{mail_id}@{self._host}>"
        message["Auto-Submitted"] = "auto-generated"
        leave = ""
        if unsubscribe is not None:
            leave = _absolute(self.site, f"/unsubscribe#{unsubscribe}")
            message["List-Unsubscribe"] = f"<{_absolute(self.site, f'/api/v1/mail/unsubscribe/{unsubscribe}')}>"
            message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        given = {"letter": letter, "site": self.site, "leave": leave}
        message.set_content(_templates().get_template("layout.txt").render(given))
        message.add_alternative(_templates().get_template("layout.html").render(given), subtype="html")
        return message
