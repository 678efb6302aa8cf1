"""Random walks over the whole of payments: at their end nothing is lost, kept, or paid twice."""

import os
from typing import Any

import pytest

from services.core.kit.database import Database
from tests.payments.times import moved
from tests.payments.walk import Walk
from tests.stripe.scene import FakeStripe

SEEDS, STEPS = int(os.environ.get("WALK_SEEDS", "1")), int(os.environ.get("WALK_STEPS", "100"))
# From where seeds count; `make chaos-payments` walks others than the suite.
FIRST = int(os.environ.get("WALK_FIRST", "0"))
_WAYS: dict[str, dict[str, Any]] = {
    "any": {},
    "dropped": {"drops": True},
    "twice in reverse, of an old version": {"twice_in_reverse": True, "version": "2024-06-20"},
}


async def walked(database: Database, fake: FakeStripe, seed: int, steps: int, **how: Any) -> Walk:
    """A walk to its end."""
    async with moved(database, fake.world) as time:
        walk = await Walk.begin(database, fake, time, seed, **how)
        for number in range(steps):
            if number == steps // 2:
                walk.site.rotate()
            await walk.step()
        await walk.end()
        if wrong := await walk.wrong():
            pytest.fail("\n".join(wrong), pytrace=False)
    return walk


@pytest.mark.slow
@pytest.mark.parametrize("way", _WAYS)
@pytest.mark.parametrize("seed", range(FIRST, FIRST + SEEDS))
async def test_a_random_walk_ends_well(database: Database, stripe_fake: FakeStripe, seed: int, way: str) -> None:
    await walked(database, stripe_fake, seed, STEPS, **_WAYS[way])
