"""A worker that is killed with -9 while it sends: `python -m tests.core.payments.killed_process POINT=CALL_ID ...`.

Each life is a forked process that sends one call and dies at a point: `intent` before the provider is asked, `call`
after it has done it, `record` after that was written into the mirror. It prints how many lives ended by a kill.
"""

import asyncio
import os
import sys
from collections.abc import Callable
from typing import Any
from uuid import UUID

from services.core import domains
from services.core.kit.database import Database
from services.core.payments.sending import Sender
from services.core.payments.service import Payments
from services.core.payments.settings import PaymentSettings
from services.worker.settings import WorkerSettings
from tests.fixtures.lives import die

POINTS: dict[str, tuple[str, bool]] = {"intent": ("_do", False), "call": ("_do", True), "record": ("_record", True)}


def _dying(step: Callable[..., Any], *, after: bool) -> Callable[..., Any]:
    async def run(*values: Any) -> None:
        if after:
            await step(*values)
        die()

    return run


async def live(point: str, call_id: UUID) -> None:
    """Send one call, as far as that goes."""
    name, after = POINTS[point]
    setattr(Sender, name, _dying(getattr(Sender, name), after=after))
    settings = WorkerSettings()
    database = Database(settings.database, application="killed")
    payments = Payments.open(database, settings.of(PaymentSettings), settings.site.public_url)
    await payments.money.sender.send(call_id)


def main(lives: list[str]) -> None:
    """Live and die."""
    assert domains.DOMAINS
    import services.core.payments.stripe_provider  # noqa: F401 -- once for all lives

    killed = 0
    for each in lives:
        point, _, call_id = each.partition("=")
        child = os.fork()
        if child == 0:
            asyncio.run(live(point, UUID(call_id)))
            os._exit(0)
        killed += os.WIFSIGNALED(os.waitpid(child, 0)[1])
    print(f"killed {killed}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
