"""Mails by the real worker process: killed with -9 it loses none, and no log holds an address or a link."""

import asyncio
from collections import Counter
from pathlib import Path

import httpx2
import pytest
import redis.asyncio
from sqlalchemy import select
from sqlmodel import col

from services.api.settings import ApiSettings
from services.core.kit.database import Database
from services.core.mail.kinds import RESET_PASSWORD
from services.core.mail.models import Mail, MailState
from services.core.mail.service import MailQueue
from services.core.mail.settings import MailDelivery, MailSettings, SmtpSecurity, SmtpSettings
from services.core.renders.settings import RendererClientSettings
from tests.api.test_account_mails import NEW_PASSWORD, follow, token_in
from tests.factories import make_user
from tests.fixtures.accounts import sign_up
from tests.fixtures.forks import ForkedProcess
from tests.fixtures.processes import Process, environment
from tests.fixtures.smtp import Mailbox
from tests.fixtures.worker import eventually, quick_worker

MAILS = 30
pytestmark = pytest.mark.slow


@pytest.fixture
def worker(mail_settings: ApiSettings, mailbox: Mailbox, tmp_path: Path) -> Process:
    """A worker process with the test's servers, not started."""
    settings = quick_worker(mail_settings, RendererClientSettings())
    smtp = SmtpSettings(host="127.0.0.1", port=mailbox.port, security=SmtpSecurity.NONE)
    own = settings.replace(MailSettings(delivery=MailDelivery.SMTP), smtp)
    return ForkedProcess("worker", ["-m", "services.worker"], environment(own), tmp_path)


async def states(database: Database) -> Counter[str]:
    async with database.read() as session:
        return Counter(await session.scalars(select(col(Mail.state))))


async def test_a_worker_that_is_killed_loses_no_mail(
    worker: Process, database: Database, redis_client: redis.asyncio.Redis, mailbox: Mailbox
) -> None:
    mails = MailQueue(MailSettings(delivery=MailDelivery.SMTP))
    async with database.write() as session:
        user = await make_user(session)
        for number in range(MAILS):
            values = {"handle": "ada", "link": "/reset#x"}
            await mails.queue(session, RESET_PASSWORD, f"m{number}@example.org", user_id=user.id, **values)
    worker.start()
    try:
        for kill_after in (1, MAILS // 2):
            await eventually(lambda least=kill_after: len(mailbox.messages) >= least, within=40)
            await asyncio.to_thread(worker.kill)
            async with database.write() as session:
                # A dead worker's claim ends by itself after a minute; the test does not wait for it.
                for mail in await session.scalars(select(Mail).where(col(Mail.state) == MailState.QUEUED)):
                    mail.claimed_until = None
            worker.start()

        async def all_sent() -> bool:
            return (await states(database))[MailState.SENT] == MAILS

        await eventually(all_sent, within=60)
    finally:
        await asyncio.to_thread(worker.kill)
    ids = {message["Message-ID"] for message in mailbox.messages}
    assert len(ids) == MAILS
    # Each kill may have found so many mails between the server's yes and our note of it.
    assert len(mailbox.messages) - MAILS <= 2 * 4


async def test_no_log_holds_an_address_a_link_or_a_password(
    worker: Process,
    mail_client: httpx2.AsyncClient,
    mailbox: Mailbox,
    capfd: pytest.CaptureFixture[str],
) -> None:
    mailbox.replies = ["451 <ada@example.org> come again", "550 no <ada@example.org> here"]
    worker.start()
    try:
        await sign_up(mail_client, "ada")
        for expected in (1, 2):
            await mail_client.post("/api/v1/auth/password/forgot", json={"email": "ada@example.org"})
            await mail_client.post("/api/v1/auth/password/forgot", json={"email": "nobody@example.org"})
            await eventually(lambda least=expected: len(mailbox.messages) >= least, within=40)
        token = token_in([message for message in mailbox.messages if "new password" in message["Subject"]][-1], "reset")
        assert (await follow(mail_client, "password/reset", token, password=NEW_PASSWORD)).status_code == 204
        assert (await follow(mail_client, "password/reset", token, password=NEW_PASSWORD)).status_code == 410
        await eventually(lambda: any("has changed" in message["Subject"] for message in mailbox.messages), within=40)
    finally:
        await asyncio.to_thread(worker.kill)
    logs = worker.text() + "".join(capfd.readouterr())
    assert "mail ended" in logs
    assert "mail waits" in logs
    for secret in ("ada@example.org", "nobody@example.org", "example.org", token, NEW_PASSWORD, "come again"):
        assert secret not in logs
