"""What Prometheus is told of what waits."""

from datetime import timedelta

from services.core.kit.database import Database
from services.core.kit.tables import utc_now
from services.core.mail.models import Mail, MailState
from services.worker.broker import JobBroker
from services.worker.gauges import MAIL_OLDEST, update_gauges


async def oldest(database: Database, broker: JobBroker) -> float:
    await update_gauges(database, broker)
    (sample,) = next(iter(MAIL_OLDEST.collect())).samples
    return sample.value


async def test_only_a_mail_that_is_not_sent_yet_waits(database: Database, broker: JobBroker) -> None:
    now = utc_now()
    assert await oldest(database, broker) == 0
    ages = {MailState.SENT: 9, MailState.DECOY: 8, MailState.EXPIRED: 7, MailState.QUEUED: 2}
    async with database.write() as session:
        for state, hours in ages.items():
            at = now - timedelta(hours=hours)
            session.add(Mail(kind="verify_address", state=state, created_at=at, expires_at=now))
    assert 2 * 3600 <= await oldest(database, broker) < 3 * 3600
