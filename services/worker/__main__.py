"""The worker's command line.

    python -m services.worker [--queues default,render] [--threads 16]
    python -m services.worker dead-letters list
    python -m services.worker dead-letters redrive (--all | ID)

Exit status: 0 done, 1 something failed, 2 wrong usage.
"""

import argparse
import asyncio
import signal
import sys
from uuid import UUID

from services.core.jobs.dead_letters import open_letters, retry_dead_letters
from services.core.kit.database import Database
from services.core.kit.errors import UnavailableError
from services.core.kit.observability import configure_logging
from services.worker.run import serve
from services.worker.settings import WorkerSettings


def main(arguments: list[str] | None = None) -> int:
    """Run the command and return its exit status."""
    options = _parser().parse_args(arguments)
    settings = WorkerSettings()
    try:
        if options.command == "dead-letters":
            return asyncio.run(_dead_letters(settings, options))
        return asyncio.run(_work(settings, options))
    except UnavailableError:
        sys.stderr.write("PostgreSQL cannot be reached; see FRACTAFRAG_DATABASE_URL\n")
        return 1
    except OSError as error:
        sys.stderr.write(f"The worker's health port cannot be opened: {error.strerror}\n")
        return 1


async def _work(settings: WorkerSettings, options: argparse.Namespace) -> int:
    configure_logging("worker", settings.log_level)
    changed = {name: value for name in ("queues", "threads") if (value := getattr(options, name)) is not None}
    settings.worker = type(settings.worker).model_validate({**settings.worker.model_dump(), **changed})
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stopping.set)
    return await serve(settings, stopping)


async def _dead_letters(settings: WorkerSettings, options: argparse.Namespace) -> int:
    database = Database(settings.database, application="dead-letters")
    try:
        if options.action == "list":
            return await _list(database)
        async with database.write() as session:
            sent = await retry_dead_letters(session, options.id)
        sys.stdout.write(f"{sent} sent again\n")
        return 0 if sent or options.id is None else 1
    finally:
        await database.dispose()


async def _list(database: Database) -> int:
    async with database.read() as session:
        letters = await open_letters(session)
    for letter in letters:
        at = letter.failed_at.isoformat(timespec="seconds")
        sys.stdout.write(f"{letter.message_id}  {at}  {letter.actor}  {letter.error}  {letter.payload}\n")
    if not letters:
        sys.stdout.write("no dead letters\n")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m services.worker", description="Run jobs.")
    parser.add_argument("--queues", help="comma-separated; default: FRACTAFRAG_WORKER_QUEUES")
    parser.add_argument("--threads", type=int, help="jobs at once; default: FRACTAFRAG_WORKER_THREADS")
    commands = parser.add_subparsers(dest="command")
    letters = commands.add_parser("dead-letters", help="messages that failed for good")
    actions = letters.add_subparsers(dest="action", required=True)
    actions.add_parser("list", help="print those that were not sent again, the newest first")
    again = actions.add_parser("redrive", help="send them again")
    which = again.add_mutually_exclusive_group(required=True)
    which.add_argument("--all", action="store_true")
    which.add_argument("id", nargs="?", type=UUID)
    return parser


if __name__ == "__main__":
    sys.exit(main())
