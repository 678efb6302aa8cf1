"""`python -m services.standalone`: the whole site on this machine, until Ctrl-C."""

import argparse
import os
import sys
from pathlib import Path

from services.standalone.home import HomeError
from services.standalone.layout import DEFAULT_HOME
from services.standalone.patience import StartError
from services.standalone.supervisor import Supervisor


def main() -> int:
    """Run the supervisor; the exit status is 0 after a clean stop and 1 when the site could not be brought up."""
    parser = argparse.ArgumentParser(
        prog="python -m services.standalone",
        description="Runs Fractafrag on this machine. PORT (8000), HOST (127.0.0.1) and FRACTAFRAG_HOME (.data) say"
        " where; docs/operations/one-machine.md lists every setting.",
    )
    parser.add_argument("--verbose", action="store_true", help="show the logs of all processes here")
    options = parser.parse_args()
    try:
        supervisor = Supervisor(
            home=Path(os.environ.get("FRACTAFRAG_HOME") or DEFAULT_HOME),
            host=os.environ.get("HOST") or "127.0.0.1",
            port=_port(os.environ.get("PORT") or "8000"),
            environment=os.environ,
            verbose=options.verbose,
        )
        supervisor.run()
    except (HomeError, StartError) as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    return 0


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 0 <= int(text) <= 65_535:
        raise StartError(f"PORT must be a number up to 65535, not {text!r}.")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
