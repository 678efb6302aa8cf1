"""The periodic tasks of this installation."""

import asyncio
from datetime import timedelta

from services.core.kit.database import WriteSession
from services.core.privacy.retention import delete_old_rows
from services.core.renders.jobs import RENDER_STILL
from services.core.renders.reconcile import resend_lost
from services.worker.broker import JobBroker
from services.worker.scheduler import Periodic
from services.worker.settings import WorkerGroup


def periodic_tasks(broker: JobBroker, settings: WorkerGroup) -> tuple[Periodic, ...]:
    """Every task with its period."""
    stale_after = timedelta(seconds=settings.stale_seconds)

    async def reconcile(session: WriteSession) -> int:
        depth = await asyncio.to_thread(broker.depth, RENDER_STILL.queue)
        return await resend_lost(session, in_redis=sum(depth.values()), stale_after=stale_after)

    return (
        Periodic("renders.resend_lost", timedelta(seconds=5), reconcile),
        Periodic("housekeeping.delete_old_rows", timedelta(minutes=5), delete_old_rows),
    )
