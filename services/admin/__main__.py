"""The command line of the people who run a site.

    fractafrag admin COMMAND [--json] [--yes] [--as NAME]       in the API's image
    make admin ARGS="COMMAND"                                   beside a site on this machine

Every command says what it did, asks before it destroys something, and is noted in the audit log with the user of the
system who ran it.

Exit status: 0 done, 1 refused, or something is wrong, 2 wrong usage, 3 not confirmed, 4 PostgreSQL, Redis or the store
cannot be reached: try again.
"""

import argparse
import asyncio
import json
import sys

from pydantic import ValidationError

from services.admin import accounts, desires, jobs, ledger, payments, secrets, upkeep
from services.admin.command import Command, Outcome, open_site
from services.admin.settings import AdminSettings
from services.core.kit.errors import FractafragError, UnavailableError
from services.core.kit.observability import configure_logging

COMMANDS: dict[str, Command] = {
    command.name: command
    for module in (accounts, desires, jobs, ledger, payments, secrets, upkeep)
    for command in module.COMMANDS
}
REFUSED, NOT_CONFIRMED, UNREACHABLE = 1, 3, 4


def main() -> int:
    """Run the command and return its exit status."""
    options = parser().parse_args()
    try:
        settings = AdminSettings()
    except ValidationError as error:
        sys.stderr.write(f"{error}\n")
        return REFUSED
    configure_logging("admin", "ERROR")
    return asyncio.run(run(options, settings))


async def run(options: argparse.Namespace, settings: AdminSettings) -> int:
    """Ask, do it, say it."""
    command = COMMANDS[options.command]
    question = command.question(options)
    if question is not None and not options.yes and not _confirmed(question):
        sys.stderr.write("Nothing was done. --yes answers for you.\n")
        return NOT_CONFIRMED
    try:
        async with open_site(settings, options.operator) as site:
            outcome = await command.run(site, options)
    except UnavailableError as error:
        return _fail(options, UNREACHABLE, error.code, error.detail)
    except FractafragError as error:
        return _fail(options, REFUSED, error.code, error.detail)
    except OSError as error:
        return _fail(options, REFUSED, "file", str(error))
    _say(options, outcome)
    return 0 if outcome.is_well else REFUSED


def parser() -> argparse.ArgumentParser:
    """All commands with their arguments."""
    root = argparse.ArgumentParser(prog="fractafrag", description="Fractafrag, from a shell.")
    areas = root.add_subparsers(dest="area", required=True)
    area = areas.add_parser("admin", help="run a site")
    commands = area.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for command in COMMANDS.values():
        one = commands.add_parser(command.name, help=command.help, description=command.help)
        one.add_argument("--json", action="store_true", help="answer as one JSON object")
        one.add_argument("--yes", action="store_true", help="do not ask")
        one.add_argument("--as", dest="operator", metavar="NAME", help="your name, for the audit log")
        command.arguments(one)
    return root


def _confirmed(question: str) -> bool:
    if not sys.stdin.isatty():
        return False
    sys.stderr.write(f"{question} [y/N] ")
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def _say(options: argparse.Namespace, outcome: Outcome) -> None:
    if options.json:
        sys.stdout.write(json.dumps({"ok": outcome.is_well, "command": options.command, **outcome.data}, default=str))
        sys.stdout.write("\n")
    else:
        sys.stdout.writelines(f"{line}\n" for line in outcome.lines)


def _fail(options: argparse.Namespace, status: int, code: str, detail: str) -> int:
    if options.json:
        sys.stdout.write(json.dumps({"ok": False, "command": options.command, "code": code, "detail": detail}) + "\n")
    else:
        sys.stderr.write(f"{detail}\n")
    return status


if __name__ == "__main__":
    sys.exit(main())
