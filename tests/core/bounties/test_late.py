"""Pledges that have waited too long are counted, each for its reason."""

from dataclasses import asdict
from typing import TYPE_CHECKING

from sqlalchemy import text

from services.core.bounties import measuring
from services.core.kit.database import Database

if TYPE_CHECKING:
    from tests.stripe.scene import FakeStripe


async def test_an_artist_who_could_be_paid_and_money_held_almost_too_long_are_counted(
    database: Database, stripe_fake: "FakeStripe"
) -> None:
    from tests.core.bounties.shop import Shop

    async def late() -> dict[str, int]:
        async with database.read() as session:
            return {why: count for why, count in asdict(await measuring.late(session)).items() if count}

    async def change(values: str) -> None:
        async with database.write() as session:
            await session.execute(text("UPDATE pledges SET " + values))  # noqa: S608 -- ours

    shop = await Shop.open(database, stripe_fake)
    pledge_id = await shop.paid()
    await shop.ready()
    await shop.answer()
    await shop.look(pledge_id)
    await shop.accept(pledge_id)
    assert await late() == {}
    days = "paid_at = now() - interval '70 days', hold_until = now() + interval '6 days'"
    await change(f"accepted_at = now() - interval '11 days', {days}")
    assert await late() == {"unpaid": 1, "held": 1}
    await change("state = 'releasing', moved_at = now() - interval '25 hours'")
    assert await late() == {"moving": 1}
    await change("state = 'refund_stuck'")
    assert await late() == {"stuck": 1}
