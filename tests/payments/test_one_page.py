"""A pledge is paid once: two pages that are open at the same time could both be paid."""

import random
from collections.abc import AsyncIterator
from uuid import uuid4

import pytest

from services.core.kit.database import Database
from services.core.payments.errors import AlreadyPaidError
from services.core.payments.pages import Purchase
from services.core.payments.settings import PaymentSettings
from tests.factories import make_user
from tests.payments.site import Site
from tests.payments.times import moved
from tests.stripe.scene import FakeStripe
from tests.stripe.server import KEY


@pytest.fixture
async def site(database: Database, stripe_fake: FakeStripe) -> AsyncIterator[Site]:
    """A site that takes money, at a time that the test moves."""
    settings = PaymentSettings.model_validate({"provider": "stripe", "stripe_secret_key": KEY})
    async with moved(database, stripe_fake.world) as time:
        yield Site(database, stripe_fake, time, random.Random(0), settings)


async def purchase(site: Site) -> Purchase:
    """Something to be paid."""
    async with site.database.write() as session:
        user = await make_user(session)
    common = {"amount": 2_000, "currency": "USD", "title": "A work", "purpose": "desire:1"}
    return Purchase(subject=f"pledge:{uuid4()}", user_id=user.id, **common)  # type: ignore[arg-type]


async def test_a_page_that_was_paid_unheard_of_is_not_followed_by_another(site: Site) -> None:
    wanted = await purchase(site)
    await site.money.pages.open(wanted)
    (session,) = site.fake.world.of("checkout.session")
    assert site.fake.pay(session["id"]) == "complete"
    # No event comes, and its time is over.
    await site.time.pass_(2 * 3_600)
    with pytest.raises(AlreadyPaidError):
        await site.money.pages.open(wanted)
    assert len(site.fake.world.of("checkout.session")) == 1


async def test_a_page_is_ended_before_another_is_opened(site: Site) -> None:
    wanted = await purchase(site)
    await site.money.pages.open(wanted)
    await site.time.pass_(59 * 60)
    assert [each["status"] for each in site.fake.world.of("checkout.session")] == ["open"]
    await site.money.pages.open(wanted)
    assert [each["status"] for each in site.fake.world.of("checkout.session")] == ["expired", "open"]
