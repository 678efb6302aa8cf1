"""`python -m services.standalone.accounts`: an operator's changes to an account of the site that runs here.

    python -m services.standalone.accounts set-plan HANDLE free|pro
    python -m services.standalone.accounts set-role HANDLE user|moderator|admin

It finds the running site by its data folder (`FRACTAFRAG_HOME`), or by `FRACTAFRAG_DATABASE_URL`.
"""

import argparse
import asyncio
import os
import sys
from pathlib import Path

from services.core.accounts import admin
from services.core.accounts.models import Plan
from services.core.identity.permissions import Role
from services.core.kit.database import Database
from services.core.kit.errors import FractafragError
from services.core.kit.settings import DatabaseSettings
from services.standalone.layout import DEFAULT_HOME, running_environment


def main() -> int:
    """Do one change; the exit status is 1 when it could not be done."""
    parser = argparse.ArgumentParser(prog="python -m services.standalone.accounts")
    actions = parser.add_subparsers(dest="action", required=True)
    plan = actions.add_parser("set-plan", help="give a user a plan")
    plan.add_argument("handle")
    plan.add_argument("plan", type=Plan, choices=list(Plan))
    role = actions.add_parser("set-role", help="give a user a role")
    role.add_argument("handle")
    role.add_argument("role", type=Role, choices=list(Role))
    options = parser.parse_args()
    try:
        asyncio.run(_change(_database_url(), options))
    except (FractafragError, LookupError) as error:
        print(error, file=sys.stderr)
        return 1
    print(f"{options.handle}: done")
    return 0


async def _change(url: str, options: argparse.Namespace) -> None:
    database = Database(DatabaseSettings(url=url, pool_size=1), application="accounts")
    try:
        async with database.write() as session:
            if options.action == "set-plan":
                await admin.set_plan(session, options.handle, options.plan)
            else:
                await admin.set_role(session, options.handle, options.role)
    finally:
        await database.dispose()


def _database_url() -> str:
    home = Path(os.environ.get("FRACTAFRAG_HOME") or DEFAULT_HOME)
    try:
        environment = {**os.environ, **running_environment(home)}
    except FileNotFoundError:
        environment = dict(os.environ)
    if "FRACTAFRAG_DATABASE_URL" not in environment:
        raise LookupError(f"No site runs on {home}; start it with `make run`.")
    return environment["FRACTAFRAG_DATABASE_URL"]


if __name__ == "__main__":
    sys.exit(main())
