"""The mails of a development site in the browser: for this machine alone, and never in production."""

from email.message import EmailMessage
from pathlib import Path

import httpx2
import pytest

from services.core.kit.settings import Environment
from services.core.mail.settings import MailDelivery, MailSettings
from services.standalone.mailbox import Mailbox, mailbox_of


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    mail = EmailMessage()
    mail["Subject"], mail["To"] = "A <b>reset</b>", "ada@example.org"
    mail.set_content("text")
    mail.add_alternative('<a href="http://localhost:8000/reset#x">Set it</a>', subtype="html")
    (tmp_path / "one.eml").write_bytes(mail.as_bytes())
    (tmp_path / "secret.txt").write_text("no mail")
    return tmp_path


async def get(folder: Path, path: str, *, client: str = "127.0.0.1", **headers: str) -> httpx2.Response:
    transport = httpx2.ASGITransport(Mailbox(folder), client=(client, 5000))
    async with httpx2.AsyncClient(transport=transport, base_url="http://localhost:8000") as http:
        return await http.get(path, headers=headers)


async def test_mails_are_listed_and_shown_without_scripts(folder: Path) -> None:
    listed = await get(folder, "/mailbox")
    assert 'href="/mailbox/one"' in listed.text
    assert "A &lt;b&gt;reset&lt;/b&gt;" in listed.text
    shown = await get(folder, "/mailbox/one")
    assert "srcdoc=" in shown.text
    assert "allow-scripts" not in shown.text
    assert "default-src 'none'" in shown.headers["content-security-policy"]


@pytest.mark.parametrize("path", ["/mailbox/secret", "/mailbox/secret.txt", "/mailbox/..%2Fone", "/mailbox/%2e%2e"])
async def test_nothing_but_mails_is_shown(folder: Path, path: str) -> None:
    assert (await get(folder, path)).status_code == 404


@pytest.mark.parametrize(
    ("client", "headers"),
    [("192.0.2.7", {}), ("127.0.0.1", {"Host": "evil.example"}), ("127.0.0.1", {"X-Forwarded-For": "192.0.2.7"})],
)
async def test_it_answers_to_this_machine_alone(folder: Path, client: str, headers: dict[str, str]) -> None:
    assert (await get(folder, "/mailbox", client=client, **headers)).status_code == 404


def test_it_is_there_only_where_it_was_asked_for_and_never_in_production(folder: Path) -> None:
    asked = MailSettings(delivery=MailDelivery.FOLDER, folder=folder, mailbox=True)
    assert mailbox_of(asked, Environment.DEVELOPMENT) is not None
    assert mailbox_of(asked, Environment.PRODUCTION) is None
    assert mailbox_of(asked.model_copy(update={"mailbox": False}), Environment.DEVELOPMENT) is None
    with pytest.raises(ValueError, match="for development alone"):
        asked.check_production()
