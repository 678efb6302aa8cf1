"""What a suspended author can still say: the link in the mail about it, and nothing more."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta

import httpx2
import pytest
from sqlalchemy import update
from sqlmodel import col

from services.core.accounts.models import AccountLink, LinkPurpose
from services.core.kit.database import Database
from services.core.kit.tables import utc_now
from services.core.moderation.models import Decision
from tests.api.test_account_mails import token_in
from tests.api.test_decisions import QUEUE, decide, items
from tests.api.test_shaders import PATH
from tests.api.test_suspension import confirm_all, published, signed_up
from tests.fixtures.accounts import log_in, register_moderator, with_token
from tests.fixtures.database import waits_for_a_lock
from tests.fixtures.mail import Post
from tests.fixtures.smtp import Mailbox, text_of

ROUTE = "/api/v1/moderation/by-link"
SUSPEND = {"reason": "Spam"}


@pytest.fixture
def client(mail_client: httpx2.AsyncClient) -> httpx2.AsyncClient:
    """A client of a site that sends mail."""
    return mail_client


@pytest.fixture
async def ada(client: httpx2.AsyncClient, database: Database) -> httpx2.AsyncClient:
    """An author whose address is confirmed."""
    return with_token(client, (await signed_up(client, database, "ada"))["access_token"])


@pytest.fixture
async def judge(client: httpx2.AsyncClient, database: Database) -> httpx2.AsyncClient:
    """A moderator."""
    await register_moderator(client, database)
    await confirm_all(database)
    return with_token(client, (await log_in(client, "judge"))["access_token"])


@dataclass(frozen=True, slots=True)
class Scene:
    """Ada, whoever decides about her works, and what she has to answer with: no more than her mails."""

    client: httpx2.AsyncClient
    ada: httpx2.AsyncClient
    judge: httpx2.AsyncClient
    database: Database
    mailbox: Mailbox
    post: Post

    async def suspended(self) -> tuple[str, str, str]:
        """The id of the work for which she is suspended, the id of that decision, and the mail's token."""
        work = await published(self.ada, self.database, "Tide")
        return work, (await decide(self.judge, work, "suspend"))["id"], await self.token()

    async def token(self) -> str:
        """What the newest mail to Ada that has such a link holds."""
        await self.post()
        mails = [mail for mail in self.mailbox.of("ada@example.org") if "/answer#" in text_of(mail)]
        return token_in(mails[-1], "answer")

    async def answer(self, token: str, decision: str, text: str = "It is mine") -> httpx2.Response:
        return await self.client.post(f"{ROUTE}/answer", json={"token": token, "decision_id": decision, "text": text})

    async def look(self, token: str) -> httpx2.Response:
        return await self.client.post(f"{ROUTE}/decisions", json={"token": token})


@pytest.fixture
def scene(
    client: httpx2.AsyncClient,
    ada: httpx2.AsyncClient,
    judge: httpx2.AsyncClient,
    database: Database,
    mailbox: Mailbox,
    post: Post,
) -> Scene:
    return Scene(client, ada, judge, database, mailbox, post)


async def test_each_decision_is_answered_once_without_a_sign_in(scene: Scene) -> None:
    first, second = [await published(scene.ada, scene.database, title) for title in ("Tide", "Foam")]
    hidden = await decide(scene.judge, first, "hide", "A copy")
    suspended = await decide(scene.judge, second, "suspend", "Another copy")
    token = await scene.token()
    found = (await scene.look(token)).json()["items"]
    assert [(each["title"], each["action"], each["reason"]) for each in found] == [
        ("Foam", "suspend", "Another copy"),
        ("Tide", "hide", "A copy"),
    ]
    assert {each["moderator"] for each in found} == {None}, "the author does not learn by whom"

    done = await scene.answer(token, suspended["id"])
    assert (done.status_code, done.json()["answer"], done.json()["answerable"]) == (200, "It is mine", False)
    again = await scene.answer(token, suspended["id"], "And more")
    assert (again.status_code, again.json()["code"]) == (409, "not_answerable")
    assert [each["id"] for each in (await scene.look(token)).json()["items"]] == [hidden["id"]]
    (case,) = await items(scene.judge, QUEUE)
    assert (case["shader"]["id"], case["answered"]["answer"], case["history"]["suspended"]) == (
        second,
        "It is mine",
        True,
    )
    assert (await scene.answer(token, hidden["id"])).status_code == 200
    for over in (await scene.look(token), await scene.answer(token, hidden["id"])):
        assert (over.status_code, over.json()["code"]) == (410, "link_over")


async def test_the_link_is_for_its_author_and_for_nothing_else(scene: Scene) -> None:
    bob = with_token(scene.client, (await signed_up(scene.client, scene.database, "bob"))["access_token"])
    bobs = await decide(scene.judge, await published(bob, scene.database, "Foam"), "hide")
    _, decision, token = await scene.suspended()
    assert (await scene.answer(token, bobs["id"])).status_code == 404
    other = await scene.client.post(
        "/api/v1/auth/password/reset", json={"token": token, "password": "nine moons over Rome"}
    )
    assert other.json()["code"] == "link_over"
    assert (await scene.answer("x" * 43, decision)).json()["code"] == "link_over"
    assert (await with_token(scene.client, token).get("/api/v1/users/me")).status_code == 401
    cross = await scene.client.post(
        f"{ROUTE}/answer",
        json={"token": token, "decision_id": decision, "text": "x"},
        headers={"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"},
    )
    assert cross.json()["code"] == "cross_site"
    async with scene.database.read() as session:
        assert (await session.get_one(Decision, decision)).answer is None


@pytest.mark.parametrize("end", ["restore", "decided", "again", "month"])
async def test_when_it_ends(end: str, scene: Scene) -> None:
    work, decision, token = await scene.suspended()
    if end == "restore":
        await scene.judge.post("/api/v1/users/ada/restore")
    elif end == "decided":
        await decide(scene.judge, work, "keep", "We were wrong")
        assert (await scene.look(token)).json()["items"] == []
        assert (await scene.answer(token, decision)).json()["code"] == "not_answerable"
        return
    elif end == "again":
        await scene.judge.post("/api/v1/users/ada/suspend", json={"reason": "Spam in forty descriptions"})
        assert len((await scene.look(await scene.token())).json()["items"]) == 1
    else:
        async with scene.database.write() as session:
            mine = col(AccountLink.purpose) == LinkPurpose.ANSWER
            earlier = col(AccountLink.expires_at) - timedelta(days=30)
            await session.execute(update(AccountLink).where(mine).values(expires_at=earlier))
    assert (await scene.answer(token, decision)).json()["code"] == "link_over"


async def test_who_has_nothing_to_answer_gets_no_link(scene: Scene) -> None:
    assert (await scene.judge.post("/api/v1/users/ada/suspend", json=SUSPEND)).status_code == 204
    await scene.post()
    assert "/answer#" not in "".join(text_of(mail) for mail in scene.mailbox.of("ada@example.org"))
    assert "Spam" in text_of(scene.mailbox.of("ada@example.org")[-1])


async def test_an_answer_and_a_decision_at_once_come_one_after_the_other(scene: Scene) -> None:
    work, decision, token = await scene.suspended()
    async with scene.database.write() as session:
        await session.execute(update(Decision).where(col(Decision.shader_id) == work).values(superseded_at=utc_now()))
        late = asyncio.create_task(scene.answer(token, decision))
        await waits_for_a_lock(scene.database)
    assert (await late).json()["code"] == "not_answerable"
    assert (await scene.judge.get(f"{PATH}/{work}")).status_code == 200
