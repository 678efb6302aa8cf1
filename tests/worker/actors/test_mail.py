"""Mails that are files in a folder go after some days."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

from services.core.kit.database import Database
from services.core.kit.tables import utc_now
from services.core.mail.settings import MailDelivery, MailSettings
from services.worker.actors.mail import periodic
from services.worker.broker import JobBroker
from services.worker.runtime import Runtime


async def test_each_hour_the_old_ones_go(
    database: Database, runtime: Runtime, broker: JobBroker, tmp_path: Path
) -> None:
    assert periodic(runtime, broker) == ()
    folder = MailSettings(delivery=MailDelivery.FOLDER, folder=tmp_path, folder_days=7)
    (task,) = periodic(replace(runtime, settings=runtime.settings.replace(folder)), broker)
    old, new = (tmp_path / f"{utc_now() - timedelta(days=days):%Y%m%dT%H%M%S}-notice-{uuid4()}.eml" for days in (8, 6))
    for file in (old, new):
        file.touch()
    async with database.write() as session:
        assert await task.run(session) == 1
    assert (old.exists(), new.exists()) == (False, True)
