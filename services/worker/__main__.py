"""The worker's command line.

    python -m services.worker [--queues default,render] [--threads 16]

Exit status: 0 done, 1 something failed, 2 wrong usage.
"""

import argparse
import asyncio
import signal
import sys

from services.core.kit.errors import UnavailableError
from services.core.kit.observability import configure_logging
from services.core.payments.service import MoneyLeftError
from services.worker.run import serve
from services.worker.settings import WorkerSettings


def main(arguments: list[str] | None = None) -> int:
    """Run the command and return its exit status."""
    options = _parser().parse_args(arguments)
    settings = WorkerSettings()
    try:
        return asyncio.run(_work(settings, options))
    except MoneyLeftError as error:
        sys.stderr.write(f"{error}\n")
        return 1
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


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m services.worker", description="Run jobs.")
    parser.add_argument("--queues", help="comma-separated; default: FRACTAFRAG_WORKER_QUEUES")
    parser.add_argument("--threads", type=int, help="jobs at once; default: FRACTAFRAG_WORKER_THREADS")
    return parser


if __name__ == "__main__":
    sys.exit(main())
