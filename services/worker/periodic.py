"""The periodic tasks of this installation."""

from datetime import timedelta

from services.core.accounts.settings import PurgeSettings
from services.core.domains import domain_modules
from services.core.kit.database import WriteSession
from services.core.ledger.check import check
from services.core.privacy.purge import purge_batch
from services.core.privacy.retention import delete_old_rows
from services.worker import actors
from services.worker.broker import JobBroker
from services.worker.runtime import Runtime
from services.worker.scheduler import Periodic


def periodic_tasks(runtime: Runtime, broker: JobBroker) -> tuple[Periodic, ...]:
    """Every task with its period: retention for all domains, the ledger's check, and each domain's own."""
    days = runtime.settings.of(PurgeSettings).deleted_days

    async def purge(session: WriteSession) -> int:
        done = await purge_batch(session, days)
        return done.shaders + done.traces + done.accounts

    async def compare(session: WriteSession) -> int:
        return (await check(session)).count

    tasks = [
        Periodic("housekeeping.delete_old_rows", timedelta(minutes=5), delete_old_rows),
        Periodic("housekeeping.purge", timedelta(minutes=1), purge),
        Periodic("ledger.check", timedelta(hours=1), compare),
    ]
    for module in domain_modules(actors.__name__):
        if hasattr(module, "periodic"):
            tasks += module.periodic(runtime, broker)
    return tuple(tasks)
