"""What the owner of an account hears of passkeys and codes by mail, and what taking an address back undoes."""

import httpx2
import pytest

from services.core.accounts.notices import FactorChange
from tests.api.test_account_mails import confirmed, follow, token_in
from tests.api.test_passkeys import answer_to, ask, offer
from tests.api.test_second_factor import code_of, second_step, ticket_of
from tests.fixtures.accounts import PASSWORD
from tests.fixtures.authenticator import Authenticator
from tests.fixtures.mail import Post
from tests.fixtures.smtp import Mailbox, text_of

ADDRESS = "ada@example.org"


@pytest.fixture
def client(mail_client: httpx2.AsyncClient) -> httpx2.AsyncClient:
    """A client of a site that sends mail."""
    return mail_client


async def test_what_changes_is_told_and_so_are_wrong_codes_after_the_password(
    client: httpx2.AsyncClient, mailbox: Mailbox, post: Post
) -> None:
    ada = await confirmed(client, mailbox, post)
    await offer(ada, Authenticator())
    secret = (await ada.post("/api/v1/auth/totp")).json()["secret"]
    codes = (await ada.post("/api/v1/auth/totp/confirm", json={"code": code_of(secret, 0)})).json()["codes"]
    assert (await second_step(client, await ticket_of(client), codes[0])).status_code == 200
    ticket = await ticket_of(client)
    for number in range(4):
        await second_step(client, ticket, f"{number:06}")
    await post()
    told = " ".join(" ".join(text_of(message) for message in mailbox.of(ADDRESS)).split())
    for change in (FactorChange.PASSKEY_ADDED, FactorChange.CODES_ON, FactorChange.RECOVERY_CODE_USED):
        assert change.value in told
    assert "wrong codes" not in told
    await second_step(client, ticket, "000004")
    await post()
    assert "wrong codes" in " ".join(text_of(mailbox.of(ADDRESS)[-1]).split())
    notices = (await ada.get("/api/v1/notices")).text
    assert "One of your recovery codes was used" in notices
    assert "wrong codes" in notices


async def test_taking_the_address_back_removes_the_passkey_that_a_thief_added(
    client: httpx2.AsyncClient, mailbox: Mailbox, post: Post
) -> None:
    stolen, passkey = await confirmed(client, mailbox, post), Authenticator()
    await offer(stolen, passkey)
    await stolen.patch("/api/v1/users/me", json={"email": "thief@example.org", "current_password": PASSWORD})
    await post()
    await follow(client, "email/confirm", token_in(mailbox.of("thief@example.org")[-1], "confirm-address"))
    asked = await ask(client)
    assert (await answer_to(client, asked, passkey.get(asked["options"]))).status_code == 200
    await post()
    back = token_in(mailbox.of(ADDRESS)[-1], "revert-address")
    assert (await follow(client, "email/revert", back)).status_code == 204
    asked = await ask(client)
    assert (await answer_to(client, asked, passkey.get(asked["options"]))).status_code == 401
