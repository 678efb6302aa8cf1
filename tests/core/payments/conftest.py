"""A site that takes money, with the fake of Stripe."""

from typing import TYPE_CHECKING

import pytest

from services.core.kit.database import Database

if TYPE_CHECKING:
    from tests.core.payments.scene import Till
    from tests.stripe.scene import FakeStripe


@pytest.fixture
async def till(database: Database, stripe_fake: "FakeStripe") -> "Till":
    """A till whose provider is a fake in this process."""
    from tests.core.payments.scene import Till

    return await Till.open(database, stripe_fake)
