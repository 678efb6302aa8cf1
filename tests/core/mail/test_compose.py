"""What each mail says, in both forms."""

from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from uuid import UUID

import pytest

from services.core.kit.settings import SiteSettings
from services.core.mail.compose import Composer
from services.core.mail.kinds import ALL_KINDS, NOTICE, RESET_PASSWORD, MailKind
from tests.fixtures.smtp import text_of

SITE = SiteSettings(public_url="https://shaders.example", name="Shaders & more")
MAIL = UUID("0b7d8f0e-0000-4000-8000-000000000001")


def composed(kind: MailKind, values: dict[str, str], **options: str) -> EmailMessage:
    """The message as the other side reads it."""
    message = Composer(SITE).compose(
        kind, values, mail_id=MAIL, recipient="ada@example.org", date=datetime(2026, 11, 30, tzinfo=UTC), **options
    )
    return message_from_bytes(message.as_bytes(), policy=policy.default)


def raw(kind: MailKind, values: dict[str, str], unsubscribe: str) -> str:
    """The message as it goes over the wire."""
    date = datetime(2026, 11, 30, tzinfo=UTC)
    options = {"mail_id": MAIL, "recipient": "ada@example.org", "date": date, "unsubscribe": unsubscribe}
    return Composer(SITE).compose(kind, values, **options).as_bytes().decode()  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", ALL_KINDS, ids=lambda kind: kind.name)
def test_every_kind_says_all_it_is_given_in_both_forms(kind: MailKind) -> None:
    values = {name: f"<{name}> & so on" for name in kind.values} | {"link": "/there#the-token"}
    message = composed(kind, {name: values[name] for name in kind.values})
    plain, html = text_of(message), text_of(message, "html")
    for name in kind.values - {"link", "heading"}:
        assert f"<{name}> & so on" in " ".join(plain.split())
        assert f"&lt;{name}&gt; &amp; so on" in html
        assert f"<{name}>" not in html
    if "link" in kind.values:
        assert "https://shaders.example/there#the-token" in plain.split()
        assert 'href="https://shaders.example/there#the-token"' in html
    assert "Shaders & more" in plain
    assert "{" not in plain + message["Subject"]
    assert message["Subject"].strip()


def test_a_mail_can_be_told_from_others_and_is_known_to_be_automatic() -> None:
    message = composed(RESET_PASSWORD, {"handle": "ada", "link": "/reset#x"})
    assert message["Message-ID"] == f"<{MAIL}@shaders.example>"
    assert message["From"] == "Shaders & more <no-reply@shaders.example>"
    assert message["To"] == "ada@example.org"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["List-Unsubscribe"] is None


def test_one_click_ends_what_is_no_matter_of_security() -> None:
    token = "v1.key." + "x" * 180
    values = {"handle": "ada", "heading": "A fork", "body": "Bob forked Tide.", "link": "/s/1"}
    message = composed(NOTICE, values, unsubscribe=token)
    # Not folded, and not in encoded words: a program has to find the address in it.
    address = f"<https://shaders.example/api/v1/mail/unsubscribe/{token}>"
    assert f"List-Unsubscribe: {address}\r\n" in raw(NOTICE, values, token)
    assert message["List-Unsubscribe"] == f"<https://shaders.example/api/v1/mail/unsubscribe/{token}>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert f"https://shaders.example/unsubscribe#{token}" in text_of(message)


def test_what_a_stranger_typed_begins_no_header_and_no_paragraph() -> None:
    heading = "A fork\r\nBcc: eve@example.org\r\n\r\nPay here"
    message = composed(NOTICE, {"handle": "ada\n\nSend money", "heading": heading, "body": "b", "link": "/s/1"})
    assert message["Bcc"] is None
    assert message["Subject"] == "A fork Bcc: eve@example.org Pay here"
    assert "Hello ada Send money," in text_of(message)


@pytest.mark.parametrize("link", ["https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)", "s/1"])
def test_a_mail_leads_nowhere_but_to_the_site(link: str) -> None:
    with pytest.raises(ValueError, match="path of the site"):
        composed(RESET_PASSWORD, {"handle": "ada", "link": link})
