"""Before payments are switched off, what nobody has answered goes back; a worker that can send nothing stays away."""

from typing import TYPE_CHECKING

import pytest

from services.contracts.bounties import PledgeState
from services.core.bounties.draining import drain
from services.core.bounties.models import Pledge
from services.core.kit.database import Database
from services.core.kit.tables import utc_now
from services.core.payments.service import MoneyLeftError, Payments
from services.core.payments.settings import PaymentSettings

if TYPE_CHECKING:
    from tests.stripe.scene import FakeStripe


async def test_unanswered_pledges_go_back_and_without_them_another_provider_may_be_chosen(
    database: Database, stripe_fake: "FakeStripe"
) -> None:
    from tests.core.bounties.shop import Shop

    shop, off = await Shop.open(database, stripe_fake), Payments(PaymentSettings(), None)
    await off.check_left(database)
    paid, unpaid = await shop.pledge(), await shop.pledge()
    await shop.pay(paid)
    with pytest.raises(MoneyLeftError, match=r"20\.00 USD .* drain"):
        await off.check_left(database)
    assert await drain(database, shop.settings, utc_now()) == 2
    await shop.follow(paid)
    async with database.read() as session:
        states = [(await session.get_one(Pledge, pledge_id)).state for pledge_id in (paid, unpaid)]
    assert states == [PledgeState.REFUNDED, PledgeState.VOID]
    await off.check_left(database)
    assert await drain(database, shop.settings, utc_now()) == 0
