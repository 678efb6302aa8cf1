"""Commands that purge, and that look."""

import time
from argparse import ArgumentParser, Namespace
from collections.abc import Awaitable
from typing import Any

from redis.exceptions import RedisError
from sqlalchemy import text
from sqlmodel import col, select

from services.admin.command import Command, Outcome, Site, whole_number
from services.core.accounts.settings import PurgeSettings
from services.core.audit.models import AuditEntry
from services.core.kit.errors import UnavailableError
from services.core.kit.migrations import schema_of
from services.core.kit.tables import utc_now
from services.core.privacy.purge import Purged, purge_batch
from services.core.privacy.retention import delete_old_rows
from services.core.renders.pictures import PARTS, purge_pictures

_LATE_SECONDS = 60.0
_COUNTS = """
    SELECT
        (SELECT count(*) FROM dead_letters WHERE redriven_at IS NULL) AS dead_letters,
        (SELECT count(*) FROM outbox WHERE run_at < now()) AS jobs_due,
        (SELECT coalesce(extract(epoch FROM now() - min(run_at)), 0)::float FROM outbox WHERE run_at < now())
            AS oldest_job_seconds,
        (SELECT count(*) FROM renders WHERE status IN ('pending', 'rendering')) AS pictures_waiting,
        (SELECT count(*) FROM renders WHERE status = 'failed') AS pictures_failed,
        (SELECT count(*) FROM mails WHERE state = 'queued') AS mails_waiting,
        (SELECT count(*) FROM reports WHERE resolved_at IS NULL) AS reports_open,
        (SELECT count(*) FROM shaders WHERE review_asked_at IS NOT NULL AND hidden_at IS NULL AND deleted_at IS NULL
            AND visibility IN ('public', 'unlisted')) AS shaders_to_review,
        (SELECT count(*) FROM users WHERE deleted_at IS NULL) AS accounts,
        (SELECT count(*) FROM users WHERE suspended_at IS NOT NULL) AS accounts_suspended,
        (SELECT count(*) FROM shaders WHERE listed) AS shaders_listed,
        (SELECT count(*) FROM shaders WHERE deleted_at IS NOT NULL AND purged_at IS NULL) AS shaders_to_purge
"""


async def _purge(site: Site, options: Namespace) -> Outcome:
    days = site.settings.of(PurgeSettings).deleted_days if options.days is None else options.days
    async with site.database.write() as session:
        await site.note(session, "site.purged", "site:", days=days)
    total, rows, pictures = Purged(), 0, 0
    while True:
        async with site.database.write() as session:
            done, old = await purge_batch(session, days), await delete_old_rows(session)
        total, rows = total + done, rows + old
        if not done and old == 0:
            break
    for part in range(PARTS):
        while True:
            async with site.database.write() as session:
                deleted = await purge_pictures(session, site.store, part)
            pictures += deleted
            if deleted == 0:
                break
    line = f"{total.shaders} shaders, {total.accounts} accounts, {rows} old rows and {pictures} pictures are gone"
    return Outcome([line], {"shaders": total.shaders, "accounts": total.accounts, "rows": rows, "pictures": pictures})


def _purge_arguments(parser: ArgumentParser) -> None:
    said = "what was deleted so many days ago; by default as the setting says"
    parser.add_argument("--days", type=whole_number, help=said)


async def _health(site: Site, _: Namespace) -> Outcome:
    checks = {
        "postgresql": await _time(site.database.ping()),
        "redis": await _time(site.redis.ping()),
        "store": await _time(site.store.names("still/00", before=utc_now())),
    }
    found: dict[str, Any] = {"checks": checks}
    problems = [f"{name} is down: {answer}" for name, answer in checks.items() if isinstance(answer, str)]
    if not isinstance(checks["postgresql"], str):
        counts, schema = await _counts(site), await _schema(site)
        found |= {"counts": counts, "schema": schema}
        problems += _problems(counts, schema)
    lines = [f"{name}: {answer}{' ms' if isinstance(answer, float) else ''}" for name, answer in checks.items()]
    lines += [f"{name.replace('_', ' ')}: {value}" for name, value in found.get("counts", {}).items()]
    lines += [f"PROBLEM: {problem}" for problem in problems] or ["all is well"]
    return Outcome(lines, {**found, "problems": problems}, is_well=not problems)


def _problems(counts: dict[str, Any], schema: dict[str, Any]) -> list[str]:
    found = []
    if not schema["fits"]:
        found.append(f"the schema is at {schema['revision']}, this code knows {schema['newest']}: migrate")
    if counts["dead_letters"]:
        found.append(f"{counts['dead_letters']} jobs failed for good: fractafrag admin dead-letters")
    if counts["oldest_job_seconds"] > _LATE_SECONDS:
        found.append(f"a job has waited for {counts['oldest_job_seconds']:.0f} s to be handed out: does a worker run?")
    return found


async def _counts(site: Site) -> dict[str, Any]:
    async with site.database.read() as session:
        return dict((await session.execute(text(_COUNTS))).mappings().one())


async def _schema(site: Site) -> dict[str, Any]:
    revision, newest, fits = await schema_of(site.database)
    return {"revision": revision, "newest": newest, "fits": fits}


async def _time(asked: Awaitable[object]) -> float | str:
    """Milliseconds until the answer, or what was wrong."""
    began = time.perf_counter()
    try:
        await asked
    except (UnavailableError, RedisError, OSError) as error:
        return type(error).__name__
    return round((time.perf_counter() - began) * 1000, 1)


async def _audit(site: Site, options: Namespace) -> Outcome:
    statement = select(AuditEntry).order_by(col(AuditEntry.at).desc(), col(AuditEntry.id).desc()).limit(options.limit)
    if options.subject:
        statement = statement.where(col(AuditEntry.subject) == options.subject)
    async with site.database.read() as session:
        entries = (await session.scalars(statement)).all()
    lines = [
        f"{each.at:%Y-%m-%dT%H:%M:%SZ}  {each.actor or f'user:{each.actor_id}'}  {each.action}  {each.subject}"
        f"  {each.details}"
        for each in entries
    ]
    return Outcome(lines or ["nothing"], {"entries": [each.model_dump(mode="json") for each in entries]})


def _audit_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--limit", type=whole_number, default=50)
    parser.add_argument("--subject", help="such as user:<uuid>")


COMMANDS = (
    Command(
        "purge",
        "delete for good what was deleted long ago, and pictures that nothing names",
        _purge,
        _purge_arguments,
        lambda options: "Delete for good what was deleted? Nobody can bring it back.",
    ),
    Command("health", "say how the site is; exit status 1 when something is wrong", _health),
    Command("audit", "list what moderators and operators did, the newest first", _audit, _audit_arguments),
)
