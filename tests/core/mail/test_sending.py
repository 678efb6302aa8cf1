"""A mail from its row to a real server: sent once, refused, deferred, given up; and what is left of it."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from pydantic import SecretStr
from sqlalchemy import select, update

from services.core.jobs.models import OutboxMessage
from services.core.kit.database import Database
from services.core.kit.secret_box import UnknownKeyError
from services.core.kit.settings import SiteSettings
from services.core.kit.tables import utc_now
from services.core.mail import repository
from services.core.mail.delivery import FolderDelivery
from services.core.mail.kinds import NOTICE, RESET_PASSWORD
from services.core.mail.models import Mail, MailState
from services.core.mail.sending import Courier, MailWaitsError
from services.core.mail.service import MailOffError, MailQueue
from services.core.mail.settings import MailDelivery, MailSettings, SmtpSecurity, SmtpSettings
from services.core.mail.unsubscribe import UnknownSubscriptionError, Unsubscribing
from services.core.privacy.deletion import delete_account
from services.core.privacy.retention import delete_old_rows
from tests.factories import make_user
from tests.fixtures.smtp import PASSWORD, USER, Mailbox, text_of
from tests.fixtures.worker import eventually

SETTINGS = MailSettings(delivery=MailDelivery.SMTP)
ADDRESS, LINK = "ada@example.org", "/reset#the-one-time-token"
NOTICED = {"handle": "ada", "heading": "A fork", "body": "Bob forked Tide.", "link": "/s/1"}


def smtp(port: int) -> SmtpSettings:
    return SmtpSettings(host="127.0.0.1", port=port, security=SmtpSecurity.NONE, timeout_seconds=5)


@pytest.fixture
def courier(database: Database) -> Callable[..., Courier]:
    def made(settings: SmtpSettings, mail: MailSettings = SETTINGS) -> Courier:
        return Courier(database, mail, settings, SiteSettings(public_url="https://shaders.example"))

    return made


async def queued(database: Database) -> UUID:
    """A mail that waits."""
    async with database.write() as session:
        user = await make_user(session)
        mail_id = await MailQueue(SETTINGS).queue(
            session, RESET_PASSWORD, ADDRESS, user_id=user.id, handle="ada", link=LINK
        )
    assert mail_id is not None
    return mail_id


async def row(database: Database, mail_id: UUID) -> Mail:
    async with database.read() as session:
        found = await repository.mail_by_id(session, mail_id)
    assert found is not None
    return found


async def test_a_waiting_mail_shows_neither_address_nor_link(database: Database) -> None:
    mail = await row(database, await queued(database))
    async with database.read() as session:
        job = (await session.scalars(select(OutboxMessage))).one()
    assert job.payload == {"mail_id": str(mail.id)}
    for text in (mail.model_dump_json(warnings=False), job.model_dump_json(warnings=False)):
        assert ADDRESS not in text
        assert "one-time" not in text


async def test_a_mail_is_sent_once_and_forgotten(
    database: Database, courier: Callable[..., Courier], mailbox: Mailbox
) -> None:
    mail_id = await queued(database)
    for _ in range(2):
        await courier(smtp(mailbox.port)).send(mail_id)
    (message,) = mailbox.messages
    assert message["To"] == ADDRESS
    assert "https://shaders.example/reset#the-one-time-token" in text_of(message)
    mail = await row(database, mail_id)
    assert (mail.state, mail.sealed) == (MailState.SENT, None)


async def test_two_workers_with_one_mail_send_it_once(
    database: Database, courier: Callable[..., Courier], mailbox: Mailbox
) -> None:
    mail_id, sender = await queued(database), courier(smtp(mailbox.port))
    mailbox.accepting.clear()
    first = asyncio.create_task(sender.send(mail_id))
    await eventually(lambda: bool(mailbox.messages))
    with pytest.raises(MailWaitsError):
        await courier(smtp(mailbox.port)).send(mail_id)
    mailbox.accepting.set()
    await first
    assert len(mailbox.messages) == 1


async def test_a_server_behind_tls_and_a_sign_in_takes_it(
    database: Database, courier: Callable[..., Courier], guarded_mailbox: tuple[Mailbox, Path]
) -> None:
    mailbox, authority = guarded_mailbox
    mail_id = await queued(database)
    own = SmtpSettings(
        host="127.0.0.1", port=mailbox.port, username=USER, password=SecretStr(PASSWORD), timeout_seconds=2
    )
    with pytest.raises(MailWaitsError):  # Its authority is not one of the system's.
        await courier(own).send(mail_id)
    with pytest.raises(MailWaitsError):
        await courier(own.model_copy(update={"ca_file": authority, "username": "eve"})).send(mail_id)
    assert mailbox.messages == []
    await courier(own.model_copy(update={"ca_file": authority})).send(mail_id)
    assert len(mailbox.messages) == 1


async def test_what_the_server_never_takes_ends(
    database: Database, courier: Callable[..., Courier], mailbox: Mailbox
) -> None:
    mail_id = await queued(database)
    mailbox.replies = ["550 no such user here"]
    await courier(smtp(mailbox.port)).send(mail_id)
    mail = await row(database, mail_id)
    assert (mail.state, mail.reply_code, mail.sealed) == (MailState.REFUSED, 550, None)


async def test_what_the_server_takes_later_waits_longer_each_time(
    database: Database, courier: Callable[..., Courier], mailbox: Mailbox
) -> None:
    mail_id, sender = await queued(database), courier(smtp(mailbox.port))
    mailbox.replies = ["451 come again"] * 2
    pauses = []
    for _ in range(2):
        with pytest.raises(MailWaitsError) as error:
            await sender.send(mail_id)
        pauses.append(error.value.pause or 0)
    assert 0 < pauses[0] < pauses[1]
    await sender.send(mail_id)
    assert (await row(database, mail_id)).state == MailState.SENT


async def test_a_server_that_is_down_loses_nothing_until_the_mail_is_worth_nothing(
    database: Database, courier: Callable[..., Courier], mailbox: Mailbox, unused_tcp_port: int
) -> None:
    mail_id = await queued(database)
    with pytest.raises(MailWaitsError):
        await courier(smtp(unused_tcp_port)).send(mail_id)
    assert (await row(database, mail_id)).state == MailState.QUEUED
    async with database.write() as session:
        await session.execute(update(Mail).values(expires_at=utc_now() - timedelta(seconds=1)))
    await courier(smtp(mailbox.port)).send(mail_id)
    mail = await row(database, mail_id)
    assert (mail.state, mail.sealed, mailbox.messages) == (MailState.EXPIRED, None, [])


async def test_a_mail_whose_key_is_gone_is_kept_until_it_is_back(
    database: Database, courier: Callable[..., Courier], mailbox: Mailbox
) -> None:
    mail_id = await queued(database)
    other = MailSettings(delivery=MailDelivery.SMTP, keys=SecretStr("other:" + "A" * 43))
    with pytest.raises(UnknownKeyError):
        await courier(smtp(mailbox.port), other).send(mail_id)
    await courier(smtp(mailbox.port)).send(mail_id)
    assert len(mailbox.messages) == 1


async def test_without_a_server_mails_are_files_that_the_log_names(
    database: Database, courier: Callable[..., Courier], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mail_id = await queued(database)
    folder = MailSettings(delivery=MailDelivery.FOLDER, folder=tmp_path / "mail")
    await courier(SmtpSettings(), folder).send(mail_id)
    (file,) = (tmp_path / "mail").iterdir()
    assert "one-time-token" in file.read_text()
    assert file.stat().st_mode & 0o777 == 0o600
    logged = capsys.readouterr().out
    assert file.name in logged
    assert ADDRESS not in logged
    assert "one-time" not in logged


async def test_old_mails_leave_the_folder_and_nothing_else_does(
    database: Database, courier: Callable[..., Courier], tmp_path: Path
) -> None:
    folder = tmp_path / "mail"
    settings = MailSettings(delivery=MailDelivery.FOLDER, folder=folder)
    assert await FolderDelivery(folder).tidy(utc_now()) == 0
    old, new = [await queued(database) for _ in range(2)]
    async with database.write() as session:
        (await session.get_one(Mail, old)).created_at = utc_now() - timedelta(days=31)
    for mail_id in (old, new):
        await courier(SmtpSettings(), settings).send(mail_id)
    (folder / "20200101T000000-kept by hand.eml").touch()
    assert await FolderDelivery(folder).tidy(utc_now() - timedelta(days=30)) == 1
    assert sorted(file.name[-8:-4] for file in folder.iterdir()) == sorted([str(new)[-4:], "hand"])


async def test_a_site_that_sends_no_mail_says_so(database: Database) -> None:
    async with database.write() as session:
        with pytest.raises(MailOffError):
            await MailQueue(MailSettings()).queue_decoy(session, RESET_PASSWORD, ADDRESS, handle="", link="/")


async def test_a_decoy_is_never_sent(database: Database, courier: Callable[..., Courier], mailbox: Mailbox) -> None:
    async with database.write() as session:
        await MailQueue(SETTINGS).queue_decoy(session, RESET_PASSWORD, ADDRESS, handle="x", link=LINK)
        mail = (await session.scalars(select(Mail))).one()
        job = (await session.scalars(select(OutboxMessage))).one()
    assert (mail.state, mail.sealed, job.payload) == (MailState.DECOY, None, {"mail_id": str(mail.id)})
    await courier(smtp(mailbox.port)).send(mail.id)
    assert mailbox.messages == []


async def test_a_link_ends_one_topic_for_one_user(database: Database) -> None:
    unsubscribing, mails = Unsubscribing(SETTINGS), MailQueue(SETTINGS)
    async with database.write() as session:
        ada, bob = await make_user(session), await make_user(session)
        assert await unsubscribing.unsubscribe(session, unsubscribing.token(ada.id, "fork")) == "fork"
        for broken in ("", "v1.development.AAAA", unsubscribing.token(ada.id, "vote")[:-2] + "xx"):
            with pytest.raises(UnknownSubscriptionError):
                await unsubscribing.unsubscribe(session, broken)
        sent = {
            (user.handle, topic): await mails.queue(session, NOTICE, ADDRESS, user_id=user.id, topic=topic, **NOTICED)
            for user in (ada, bob)
            for topic in ("fork", "vote")
        }
        assert [name for name, mail_id in sent.items() if mail_id is None] == [(ada.handle, "fork")]
        security = await mails.queue(session, RESET_PASSWORD, ADDRESS, user_id=ada.id, handle="ada", link=LINK)
        assert security is not None
        await repository.opt_in(session, ada.id, "fork")
        assert await repository.opted_out(session, ada.id) == []


async def test_a_deleted_account_gets_no_mail_and_old_rows_go(database: Database) -> None:
    mail_id = await queued(database)
    user_id = (await row(database, mail_id)).user_id or uuid4()
    async with database.write() as session:
        await repository.opt_out(session, user_id, "fork")
        await delete_account(session, user_id)
    mail = await row(database, mail_id)
    assert (mail.state, mail.sealed) == (MailState.DROPPED, None)
    async with database.write() as session:
        assert await repository.opted_out(session, user_id) == []
        await session.execute(update(Mail).values(created_at=utc_now() - timedelta(days=31)))
        assert await delete_old_rows(session) == 1
