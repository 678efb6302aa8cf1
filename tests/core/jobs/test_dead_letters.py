"""Dead letters are kept once, listed, and sent again once."""

from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select

from services.core.jobs.dead_letters import add_dead_letter, count_open, open_letters, retry_dead_letters
from services.core.jobs.models import OutboxMessage
from services.core.kit.database import WriteSession


async def dead_letter(session: WriteSession, message_id: UUID | None = None, **fields: Any) -> UUID:
    row = {"actor": "feed.update_taste", "queue": "default", "payload": {"user_id": "u"}, "request_id": "r1"}
    chosen = message_id or uuid4()
    await add_dead_letter(session, message_id=chosen, **{**row, "error": "KeyError", **fields})
    return chosen


async def test_a_message_is_kept_once_with_its_last_error(session: WriteSession) -> None:
    message_id = await dead_letter(session)
    await dead_letter(session, message_id, error="x" * 500)
    (letter,) = await open_letters(session)
    assert (letter.message_id, len(letter.error), letter.payload) == (message_id, 200, {"user_id": "u"})


async def test_a_letter_goes_back_into_the_outbox_under_its_own_id(session: WriteSession) -> None:
    message_id = await dead_letter(session)
    await dead_letter(session)
    assert await retry_dead_letters(session, message_id) == 1
    row = (await session.scalars(select(OutboxMessage))).one()
    assert (row.message_id, row.actor, row.queue) == (message_id, "feed.update_taste", "default")
    assert (row.payload, row.request_id) == ({"user_id": "u"}, "r1")
    assert await count_open(session) == 1


async def test_asking_twice_sends_once(session: WriteSession) -> None:
    message_id = await dead_letter(session)
    assert await retry_dead_letters(session, message_id) == 1
    assert await retry_dead_letters(session, message_id) == 0
    assert await retry_dead_letters(session, uuid4()) == 0
    assert len((await session.scalars(select(OutboxMessage))).all()) == 1


async def test_all_open_letters_may_be_sent_at_once(session: WriteSession) -> None:
    for _ in range(3):
        await dead_letter(session)
    assert await retry_dead_letters(session) == 3
    assert await open_letters(session) == []


async def test_a_message_that_fails_again_is_open_again(session: WriteSession) -> None:
    message_id = await dead_letter(session)
    await retry_dead_letters(session)
    await dead_letter(session, message_id)
    assert await count_open(session) == 1
    assert await retry_dead_letters(session) == 1, "it is still in the outbox, and is not put there twice"
    assert len((await session.scalars(select(OutboxMessage))).all()) == 1
