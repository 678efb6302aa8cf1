"""What a notice is: told once, grown, chosen, mailed, forgotten; and what votes tell."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, update
from sqlmodel import col

from services.core.accounts.recipients import recipient_of
from services.core.jobs.models import OutboxMessage
from services.core.kit.database import Database, ReadSession, WriteSession
from services.core.kit.settings import SiteSettings
from services.core.mail import repository as mails
from services.core.mail.models import Mail
from services.core.mail.sending import Courier
from services.core.mail.service import MailQueue
from services.core.mail.settings import MailDelivery, MailSettings, SmtpSecurity, SmtpSettings
from services.core.moderation.notices import HIDDEN
from services.core.notices import service
from services.core.notices.choices import SecurityKindError, Way, choose, settings_of
from services.core.notices.jobs import MAIL_NOTICE
from services.core.notices.kinds import all_kinds
from services.core.notices.mailing import NoticePost
from services.core.notices.models import Notice
from services.core.notices.schemas import NoticePublic, ReadInput
from services.core.privacy.deletion import delete_account
from services.core.registry.notices import MailTiming
from services.core.shaders.notices import FORKED
from services.core.votes.notices import is_milestone
from services.core.votes.schemas import VoteValue
from tests.factories import make_shader, make_user, vote
from tests.fixtures.smtp import Mailbox, text_of

SETTINGS = MailSettings(delivery=MailDelivery.SMTP)
ADA = uuid4()


async def forked(
    session: WriteSession, user_id: UUID = ADA, *, fork: str = "f1", who: str = "bob", by: UUID | None = None
) -> bool:
    values = {"title": "Tide", "who": who, "fork": fork}
    return await service.tell(session, FORKED, user_id, about="tide", occasion=fork, values=values, by=by)


async def inbox(session: ReadSession, user_id: UUID = ADA, *, unread: bool = False) -> list[NoticePublic]:
    return (await service.page(session, user_id, unread=unread, kind=None, cursor=None, limit=50)).items


async def test_likes_of_one_collapse_until_they_are_read(session: WriteSession) -> None:
    for fork in ("f1", "f2", "f2", "f3"):
        await forked(session, fork=fork, who=f"maker-of-{fork}")
    (grown,) = await inbox(session)
    assert (grown.text, grown.link) == ("“Tide” was forked 3 times, last by maker-of-f3", "/s/tide")
    page = await service.page(session, ADA, unread=True, kind="forked", cursor=None, limit=50)
    assert (await service.mark_read(session, ADA, ReadInput(until=page.since))).unread == 0
    await forked(session, fork="f4", who="eve")
    assert [(item.text, item.link) for item in await inbox(session, unread=True)] == [("eve forked “Tide”", "/s/f4")]
    assert len(await inbox(session)) == 2


async def test_reading_until_a_place_leaves_what_came_later(session: WriteSession) -> None:
    await forked(session)
    seen = await service.page(session, ADA, unread=False, kind=None, cursor=None, limit=50)
    await forked(session, fork="f2")
    assert (await service.mark_read(session, ADA, ReadInput(until=seen.since))).unread == 1


async def test_nobody_reads_the_notices_of_others(session: WriteSession) -> None:
    await forked(session)
    (notice,) = await inbox(session)
    await service.mark_read(session, uuid4(), ReadInput(ids=[notice.id]))
    assert len(await inbox(session, unread=True)) == 1


async def test_nobody_is_told_what_they_did_themselves(session: WriteSession) -> None:
    assert not await forked(session, by=ADA)
    assert await inbox(session) == []


class TestVotes:
    @pytest.mark.parametrize(
        ("people", "told"), [(0, False), (1, True), (2, False), (10, True), (11, False), (20, True), (90, True)]
    )
    def test_the_first_and_tens_are_worth_a_word(self, people: int, told: bool) -> None:
        assert is_milestone(people) is told

    def test_ever_rounder_numbers_are(self) -> None:
        told = [people for people in range(3001) if is_milestone(people)]
        assert told == [1, *range(10, 100, 10), *range(100, 1000, 100), 1000, 2000, 3000]

    async def test_an_author_is_not_told_of_each_vote(self, session: WriteSession) -> None:
        author = await make_user(session)
        shader = await make_shader(session, author=author, title="Tide")
        for _ in range(12):
            voter = await make_user(session)
            for value in (VoteValue.UP, VoteValue.DOWN, VoteValue.UP):
                await vote(session, voter, shader.id, value)
        (notice,) = await inbox(session, author.id)
        assert (notice.text, notice.count) == ("10 people voted for “Tide”", 2)


class TestChoices:
    async def test_who_wants_to_hear_nothing_hears_nothing(self, session: WriteSession) -> None:
        await choose(session, ADA, "forked", Way(page=False, mail=MailTiming.NONE))
        assert not await forked(session)

    async def test_security_cannot_be_silenced(self, session: WriteSession) -> None:
        with pytest.raises(SecurityKindError):
            await choose(session, ADA, "password_changed", Way(page=False, mail=MailTiming.NONE))

    async def test_a_link_in_a_mail_outweighs_a_choice_until_the_next(self, session: WriteSession) -> None:
        await mails.opt_out(session, ADA, "digest")
        await mails.opt_out(session, ADA, "hidden")
        assert {
            item.mail for item in await settings_of(session, ADA) if item.kind in {"forked", "voted", "hidden"}
        } == {MailTiming.NONE}
        await choose(session, ADA, "forked", Way(page=True, mail=MailTiming.DIGEST))
        after = {item.kind: item.mail for item in await settings_of(session, ADA)}
        assert (after["forked"], after["voted"], after["hidden"]) == ("digest", "none", "none")


def test_every_kind_has_words_and_a_path() -> None:
    for kind in all_kinds().values():
        values = {name: f"<{name}>" for name in kind.values}
        for count in (1, 12):
            assert kind.sentence(values, count).strip()
            assert kind.link("7YkQm2Xb4Ra", values, count).startswith("/")


class TestMails:
    @pytest.fixture
    def post(self, database: Database) -> NoticePost:
        return NoticePost(database, MailQueue(SETTINGS), recipient_of, digest_hour=7)

    async def test_a_mail_at_once_is_written_once_and_ends_by_one_click(
        self, database: Database, post: NoticePost, mailbox: Mailbox
    ) -> None:
        async with database.write() as session:
            ada = await make_user(session, handle="ada")
            values = {"kind": "shader", "title": "Tide", "reason": "It strobes."}
            await service.tell(session, HIDDEN, ada.id, about="tide", occasion="1", values=values)
            job = (
                await session.scalars(select(OutboxMessage).where(col(OutboxMessage.actor) == MAIL_NOTICE.name))
            ).one()
            notice = (await session.scalars(select(Notice))).one()
        assert job.payload == {"notice_id": str(notice.id)}
        for _ in range(2):
            await post.mail(notice.id)
        async with database.read() as session:
            (mail,) = (await session.scalars(select(Mail))).all()
        smtp = SmtpSettings(host="127.0.0.1", port=mailbox.port, security=SmtpSecurity.NONE)
        await Courier(database, SETTINGS, smtp, SiteSettings(public_url="https://shaders.example")).send(mail.id)
        (message,) = mailbox.messages
        assert "A moderator hid “Tide”: It strobes." in text_of(message)
        assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert mail.topic == "hidden"

    async def test_a_daily_mail_has_what_is_unread_and_was_told_before_its_hour(
        self, database: Database, post: NoticePost, mailbox: Mailbox
    ) -> None:
        day = date(2026, 11, 30)
        seven = datetime(2026, 11, 30, 7, tzinfo=UTC)
        async with database.write() as session:
            ada, bob = await make_user(session), await make_user(session)
            for user in (ada, bob):
                await forked(session, user.id)
            await service.mark_read(session, bob.id, ReadInput(ids=[(await inbox(session, bob.id))[0].id]))
            await session.execute(update(Notice).values(told_at=seven - timedelta(hours=1)))
        async with database.write() as session:
            assert await post.begin_digests(session, seven - timedelta(minutes=1)) == 0
            assert await post.begin_digests(session, seven) == 1
            assert await post.begin_digests(session, seven + timedelta(hours=1)) == 0
        async with database.write() as session:  # What comes after it waits for the next day.
            await forked(session, ada.id, fork="f2", who="eve • mallory")
            await session.execute(update(Notice).values(told_at=seven + timedelta(hours=2)))
        for _ in range(2):
            await post.mail_digest(ada.id, day)
        async with database.write() as session:
            assert await post.begin_digests(session, seven + timedelta(hours=3)) == 0
            (mail,) = (await session.scalars(select(Mail))).all()
        smtp = SmtpSettings(host="127.0.0.1", port=mailbox.port, security=SmtpSecurity.NONE)
        await Courier(database, SETTINGS, smtp, SiteSettings(public_url="https://shaders.example")).send(mail.id)
        assert "“Tide” was forked 2 times, last by eve · mallory." in text_of(mailbox.messages[0])
        assert (mail.kind, mail.topic) == ("digest", "digest")

    async def test_where_no_mail_leaves_none_is_written(self, database: Database) -> None:
        off = NoticePost(database, MailQueue(MailSettings()), recipient_of, digest_hour=0)
        async with database.write() as session:
            ada = await make_user(session)
            values = {"kind": "shader", "title": "Tide", "reason": "It strobes"}
            await service.tell(session, HIDDEN, ada.id, about="tide", occasion="1", values=values)
            await forked(session, ada.id)
            notice = (await session.scalars(select(Notice).where(col(Notice.kind) == "hidden"))).one()
            assert await off.begin_digests(session) == 0
        await off.mail(notice.id)


async def test_a_name_goes_with_its_account(session: WriteSession) -> None:
    bob, eve = await make_user(session), await make_user(session)
    await forked(session, fork="f1", who="bob", by=bob.id)
    await delete_account(session, bob.id)
    assert await inbox(session) == []
    for fork in ("f2", "f3"):
        await forked(session, fork=fork, who="eve", by=eve.id)
    await forked(session, eve.id)
    await delete_account(session, eve.id)
    assert [item.text for item in await inbox(session)] == ["“Tide” was forked 2 times, last by somebody"]
    assert await inbox(session, eve.id) == []
