"""Relays that are killed with -9 in the worst moments: `python -m tests.worker.relay_process LIVES SEED`.

Each life is a forked process that runs the real relay and kills itself at random: after some rows of a batch have gone
to Redis, after the last one and before the commit, or at any time at all. It prints how many lives ended by a kill.
"""

import asyncio
import random
import sys
import threading
from typing import Any

from sqlalchemy import Row

from services.core.kit.observability import configure_logging
from services.worker import relay as module
from services.worker.relay import Relay
from services.worker.run import build_broker
from services.worker.runtime import Runtime
from services.worker.settings import WorkerSettings
from tests.fixtures.lives import die, live_and_die


class DyingRelay(Relay):
    """A relay that dies after `rows` rows have gone to Redis."""

    rows = 0

    def _send(self, rows: list[Row[Any]]) -> None:
        for row in rows:
            super()._send([row])
            self.rows -= 1
            if self.rows <= 0:
                die()


async def _live(chance: random.Random) -> None:
    runtime = Runtime.open(WorkerSettings())
    relay = DyingRelay(runtime, build_broker(runtime))
    relay.rows = chance.randint(1, 3 * module.BATCH)
    if chance.random() < 0.3:
        threading.Timer(chance.uniform(0, 0.3), die).start()
    await asyncio.wait_for(relay.run(), 30)


def main(lives: int, seed: int) -> None:
    """Live and die."""
    configure_logging("relay", "ERROR")
    module.BATCH = 20
    live_and_die(_live, lives, seed)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
