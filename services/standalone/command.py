"""`python -m services.standalone.command MODULE ARGUMENTS`: runs a module beside the site that runs here.

It gets the environment of the site's own processes, so it reaches the same database and queues:

    python -m services.standalone.command services.admin admin health
"""

import os
import sys
from pathlib import Path

from services.standalone.layout import DEFAULT_HOME, running_environment


def main() -> int:
    """Become the command; comes back only when it cannot."""
    if len(sys.argv) < 2:
        print("Say what to run: python -m services.standalone.command MODULE ARGUMENTS", file=sys.stderr)
        return 2
    home = Path(os.environ.get("FRACTAFRAG_HOME") or DEFAULT_HOME)
    try:
        environment = running_environment(home)
    except FileNotFoundError:
        print(f"No site runs on {home}; start it with `make run`.", file=sys.stderr)
        return 1
    return os.execve(sys.executable, [sys.executable, "-m", *sys.argv[1:]], environment)  # noqa: S606 -- the person's command


if __name__ == "__main__":
    sys.exit(main())
