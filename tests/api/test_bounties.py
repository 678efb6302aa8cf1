"""Bounties over HTTP, in points: who may do what, what is answered to whom, and what a key may pledge."""

import asyncio
from collections import Counter
from typing import Any
from uuid import UUID, uuid4

import httpx2
import pytest
from sqlalchemy import update
from sqlmodel import col

from services.api.settings import ApiSettings
from services.core.accounts.models import User
from services.core.bounties import looking
from services.core.identity.permissions import Role
from services.core.kit.database import Database
from services.core.kit.tables import utc_now
from services.core.payments.settings import PaymentSettings
from tests.api.keys import make_key
from tests.api.test_desires import DESIRES, code_of, embedder_by_hand, read, wish, work_of
from tests.core.bounties.scenes import THANKS
from tests.core.desires.boards import FIRE, RAIN
from tests.fixtures.accounts import log_in, sign_up, with_token

__all__ = ["embedder_by_hand"]

PLEDGES, DECISIONS = "/api/v1/pledges", "/api/v1/pledge-decisions"
FOUR = {"amount": 4, "currency": "THX"}
Json = dict[str, Any]
Client = httpx2.AsyncClient


@pytest.fixture
def settings(settings: ApiSettings) -> ApiSettings:
    return settings.replace(THANKS)


async def person(client: Client, database: Database, handle: str, role: Role = Role.USER) -> Client:
    """Signed in, with a confirmed address."""
    await sign_up(client, handle)
    async with database.write() as session:
        known = {"email_verified_at": utc_now(), "role": role}
        await session.execute(update(User).where(col(User.handle) == handle).values(known))
    return with_token(client, (await log_in(client, handle))["access_token"])


async def pledge(client: Client, desire_id: str, body: Json = FOUR, *, key: str | None = None) -> httpx2.Response:
    headers = {} if key is None else {"Idempotency-Key": key}
    return await client.post(f"{DESIRES}/{desire_id}/pledges", json=body, headers=headers)


async def made(client: Client, desire_id: str) -> str:
    answer = await pledge(client, desire_id)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def bounty(client: Client, desire_id: str) -> Json:
    answer = await client.get(f"{DESIRES}/{desire_id}/bounty")
    assert answer.status_code == 200, answer.text
    found: Json = answer.json()
    return found


async def answered(client: Client, database: Database, handle: str, desire_id: str) -> str:
    work = await work_of(database, handle)
    answer = await client.post(f"{DESIRES}/{desire_id}/fulfilments", json={"shader_id": work})
    assert answer.status_code == 201, answer.text
    await looking.look(database, THANKS, desire_id, utc_now())
    return str(answer.json()["id"])


class TestTheStory:
    async def test_from_the_pledge_to_reputation(self, client: Client, database: Database) -> None:
        ada, bob, eve = [await person(client, database, name) for name in ("ada", "bob", "eve")]
        rain = (await wish(ada, database))["id"]
        first = await pledge(bob, rain, key="one")
        again = await pledge(bob, rain, key="one")
        assert (first.status_code, again.json()) == (201, first.json())
        one = first.json()
        assert (one["state"], one["money"]) == ("active", {**FOUR, "text": "4 THX"})
        assert "30 days" in one["terms"]
        found = await bounty(client, rain)
        assert (found["state"], found["total"]["amount"], found["people"]) == ("open", 4, 1)
        assert [(each["by"]["handle"], each["paid_to"]) for each in found["pledges"]] == [("bob", None)]
        assert (await read(client, rain))["bounty"]["total"]["amount"] == 4
        await answered(eve, database, "eve", rain)
        refused = await bob.post(f"{PLEDGES}/{one['id']}/withdraw")
        assert await code_of(refused) == (409, "pledge_in_review")
        assert "until" in refused.json()
        (attempt,) = (await bounty(bob, rain))["attempts"]
        assert (attempt["state"], attempt["net"]["amount"], attempt["author"]["handle"]) == ("submitted", 4, "eve")
        accepted = await bob.post(f"{PLEDGES}/{one['id']}/accept", json={})
        assert (accepted.json()["state"], accepted.json()["paid_to"]["handle"]) == ("released", "eve")
        events = [each["event"] for each in accepted.json()["history"]]
        assert events == ["created", "paid", "answered", "accepted", "released", "sent"]
        found = await bounty(client, rain)
        assert (found["state"], found["total"]["amount"], found["paid"]["amount"]) == ("settled", 0, 4)
        assert [(each["by"]["handle"], each["paid_to"]["handle"]) for each in found["pledges"]] == [("bob", "eve")]
        assert (await client.get("/api/v1/users/eve")).json()["reputation"] == 4
        assert (await bob.get("/api/v1/points")).json() == {"left": 6, "reputation": 0}
        assert (await eve.get("/api/v1/points")).json() == {"left": 10, "reputation": 4}

    async def test_an_export_has_what_one_pledged_and_earned(self, client: Client, database: Database) -> None:
        ada, bob, eve = [await person(client, database, name) for name in ("ada", "bob", "eve")]
        rain = (await wish(ada, database))["id"]
        one = await made(bob, rain)
        await answered(eve, database, "eve", rain)
        await bob.post(f"{PLEDGES}/{one}/accept", json={})
        his, hers = [(await each.get("/api/v1/users/me/export")).json() for each in (bob, eve)]
        assert [(each["id"], len(each["history"])) for each in his["pledges"]] == [(one, 6)]
        assert [(each["id"], each["amount"]) for each in hers["pledges_for_answers"]] == [(one, 4)]
        assert (his["pledges_for_answers"], hers["pledges"]) == ([], [])

    async def test_the_board_by_bounty_has_the_most_first(self, client: Client, database: Database) -> None:
        ada, bob = await person(client, database, "ada"), await person(client, database, "bob")
        rain, fire = (await wish(ada, database))["id"], (await wish(ada, database, FIRE))["id"]
        await wish(ada, database, "a quiet harbour in thick fog at dawn")
        await pledge(bob, rain, {**FOUR, "amount": 1})
        await pledge(bob, fire, {**FOUR, "amount": 5})
        first = (await client.get(DESIRES, params={"sort": "bounty", "limit": 1})).json()
        rest = (await client.get(DESIRES, params={"sort": "bounty", "cursor": first["next_cursor"]})).json()
        items = first["items"] + rest["items"]
        assert [(each["id"], each["bounty"]["total"]["amount"]) for each in items] == [(fire, 5), (rain, 1)]


class TestContests:
    async def test_each_side_is_heard_and_the_operator_decides(self, client: Client, database: Database) -> None:
        ada, bob, eve = [await person(client, database, name) for name in ("ada", "bob", "eve")]
        judge = await person(client, database, "judge", Role.MODERATOR)
        root = await person(client, database, "mora", Role.ADMIN)
        rain = (await wish(ada, database))["id"]
        one = await made(bob, rain)
        await answered(eve, database, "eve", rain)
        told = await bob.post(f"{PLEDGES}/{one}/object", json={"reason": "It snows"})
        assert told.json()["state"] == "contested"
        again = await bob.post(f"{PLEDGES}/{one}/object", json={"reason": "Still"})
        assert await code_of(again) == (409, "pledge_decided")
        assert (await bounty(client, rain))["attempts"][0]["objections"] == []
        for reader in (bob, eve, ada, root):
            (attempt,) = (await bounty(reader, rain))["attempts"]
            assert [(each["by"]["handle"], each["reason"]) for each in attempt["objections"]] == [("bob", "It snows")]
        decision = {"pays": False, "reason": "It does snow"}
        for nobody in (bob, eve, ada, judge):
            assert (await nobody.get(f"{DECISIONS}/contested")).status_code == 403
            assert (await nobody.post(f"{DECISIONS}/{one}", json=decision)).status_code == 403
        (waiting,) = (await root.get(f"{DECISIONS}/contested")).json()["items"]
        assert (waiting["id"], waiting["by"]["handle"], waiting["objections"][0]["reason"]) == (one, "bob", "It snows")
        assert (await root.post(f"{DECISIONS}/{one}", json=decision)).status_code == 204
        assert await code_of(await root.post(f"{DECISIONS}/{one}", json=decision)) == (409, "pledge_decided")
        back = (await bob.get(f"{PLEDGES}/{one}")).json()
        assert (back["state"], back["reason"]) == ("refunded", "It does snow")

    async def test_changes_are_asked_for_once_by_the_desires_author(self, client: Client, database: Database) -> None:
        ada, bob, eve = [await person(client, database, name) for name in ("ada", "bob", "eve")]
        rain = (await wish(ada, database))["id"]
        await made(bob, rain)
        one = await answered(eve, database, "eve", rain)
        path, wanted = f"{DESIRES}/{rain}/fulfilments/{one}", {"wanted": "Slower rain"}
        assert await code_of(await bob.post(f"{path}/changes", json=wanted)) == (403, "not_yours")
        asked = await ada.post(f"{path}/changes", json=wanted)
        assert (asked.json()["attempts"][0]["state"], asked.json()["attempts"][0]["changes"]) == (
            "changes_asked",
            "Slower rain",
        )
        assert await code_of(await ada.post(f"{path}/changes", json=wanted)) == (409, "changes_asked")
        assert await code_of(await ada.post(f"{path}/decline")) == (409, "bounty_in_review")
        assert await code_of(await ada.post(f"{path}/changed")) == (403, "not_yours")
        assert (await eve.post(f"{path}/changed")).json()["attempts"][0]["state"] == "submitted"
        assert await code_of(await eve.post(f"{path}/changed")) == (409, "nothing_waits")

    async def test_one_answer_to_each_bounty_and_three_at_a_time(self, client: Client, database: Database) -> None:
        ada, bob, eve = [await person(client, database, name) for name in ("ada", "bob", "eve")]
        prompts = [RAIN, FIRE, "a quiet harbour in thick fog at dawn", "snow over pine trees in moonlight"]
        wishes = [(await wish(ada, database, each))["id"] for each in prompts]
        for each in wishes:
            await pledge(bob, each, {**FOUR, "amount": 1})
        for each in wishes[:3]:
            await answered(eve, database, "eve", each)
        for each in (wishes[0], wishes[3]):
            work = await work_of(database, "eve")
            answer = await eve.post(f"{DESIRES}/{each}/fulfilments", json={"shader_id": work})
            assert await code_of(answer) == (403, "answer_limit")


class TestRights:
    async def test_nobody_sees_or_moves_anothers_pledge(self, client: Client, database: Database) -> None:
        ada, bob = await person(client, database, "ada"), await person(client, database, "bob")
        rain = (await wish(ada, database))["id"]
        one = await made(bob, rain)
        steps = {"withdraw": None, "accept": {}, "object": {"reason": "No"}}
        for name in (one, str(uuid4())):
            assert (await ada.get(f"{PLEDGES}/{name}")).status_code == 404
            for step, body in steps.items():
                assert (await ada.post(f"{PLEDGES}/{name}/{step}", json=body)).status_code == 404
                assert (await client.post(f"{PLEDGES}/{name}/{step}", json=body)).status_code == 401
        assert (await ada.get(PLEDGES)).json()["items"] == []
        assert [each["id"] for each in (await bob.get(PLEDGES)).json()["items"]] == [one]

    async def test_what_is_refused_says_why(self, client: Client, database: Database) -> None:
        ada, bob = await person(client, database, "ada"), await person(client, database, "bob")
        rain = (await wish(ada, database))["id"]
        assert ((await bounty(client, rain))["refusal"], (await bounty(bob, rain))["refusal"]) == ("unauthorized", None)
        assert await code_of(await pledge(bob, "9TfKq4Zr2Wc")) == (404, "not_found")
        for wrong in ({"amount": 4, "currency": "USD"}, {"amount": 11, "currency": "THX"}):
            assert await code_of(await pledge(bob, rain, wrong)) == (422, "pledge_amount")
        for malformed in ({"amount": 4.0, "currency": "THX"}, {"amount": "4", "currency": "THX"}, {"amount": 4}):
            assert (await pledge(bob, rain, malformed)).status_code == 422
        assert (await pledge(bob, rain, {**FOUR, "amount": 7})).status_code == 201
        few = await pledge(bob, rain)
        assert (await code_of(few), few.json()["left"]) == ((409, "not_enough_points"), 3)
        await ada.post(f"{DESIRES}/{rain}/withdraw")
        assert await code_of(await pledge(ada, rain)) == (409, "desire_closed")


class TestOff:
    @pytest.fixture
    def settings(self, settings: ApiSettings) -> ApiSettings:
        return settings.replace(PaymentSettings())

    async def test_without_payments_there_is_nothing(self, client: Client, database: Database) -> None:
        ada = await person(client, database, "ada")
        rain = (await wish(ada, database))["id"]
        for path in (f"{DESIRES}/{rain}/bounty", PLEDGES, "/api/v1/points"):
            assert await code_of(await ada.get(path)) == (404, "payments_off")
        assert await code_of(await ada.get(DESIRES, params={"sort": "bounty"})) == (404, "payments_off")
        assert await code_of(await pledge(ada, rain)) == (404, "payments_off")
        assert (await read(ada, rain))["bounty"] is None


class TestKeys:
    async def test_a_key_pledges_within_its_limits_only(self, client: Client, database: Database) -> None:
        ada, bob = await person(client, database, "ada"), await person(client, database, "bob")
        rain = (await wish(ada, database))["id"]
        key = await make_key(bob, "bounty")
        agent, limits = with_token(client, key["key"]), f"/api/v1/keys/{key['id']}/pledge-limits"
        assert await code_of(await pledge(agent, rain)) == (403, "key_pledge_limit")
        assert (await ada.put(limits, json={"per_pledge": 4, "per_day": 6, "in_all": 9})).status_code == 404
        given = await bob.put(limits, json={"per_pledge": 4, "per_day": 6, "in_all": 9})
        assert (given.status_code, given.json()["spent"]) == (200, 0)
        one = (await pledge(agent, rain)).json()["id"]
        assert await code_of(await pledge(agent, rain)) == (403, "key_pledge_limit")
        assert await code_of(await agent.post(f"{PLEDGES}/{one}/withdraw")) == (403, "sign_in_required")
        assert (await bob.post(f"{PLEDGES}/{one}/withdraw")).json()["state"] == "refunded"
        assert await code_of(await pledge(agent, rain)) == (403, "key_pledge_limit")
        assert (await pledge(agent, rain, {**FOUR, "amount": 2})).status_code == 201
        found = (await bob.get(limits)).json()
        assert (found["spent"], found["spent_today"]) == (6, 6)

    async def test_twenty_pledges_at_once_stay_within_the_keys_limits(self, client: Client, database: Database) -> None:
        ada, bob = await person(client, database, "ada"), await person(client, database, "bob")
        rain = (await wish(ada, database))["id"]
        key = await make_key(bob, "bounty")
        limits = f"/api/v1/keys/{key['id']}/pledge-limits"
        await bob.put(limits, json={"per_pledge": 1, "per_day": 7, "in_all": 100})
        agent = with_token(client, key["key"])
        answers = await asyncio.gather(*(pledge(agent, rain, {**FOUR, "amount": 1}) for _ in range(20)))
        assert Counter(each.status_code for each in answers) == {201: 7, 403: 13}
        assert (await bounty(client, rain))["total"]["amount"] == 7

    async def test_a_key_accepts_nothing_that_pledges_pay(self, client: Client, database: Database) -> None:
        ada, bob, eve = [await person(client, database, name) for name in ("ada", "bob", "eve")]
        rain = (await wish(ada, database))["id"]
        await made(bob, rain)
        one = UUID(await answered(eve, database, "eve", rain))
        agent = with_token(client, (await make_key(ada, "write"))["key"])
        path = f"{DESIRES}/{rain}/fulfilments/{one}/accept"
        assert await code_of(await agent.post(path)) == (403, "person_decides")
        assert (await ada.post(path)).json()["state"] == "accepted"
