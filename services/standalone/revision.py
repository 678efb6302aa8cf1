"""`python -m services.standalone.revision "add tags"`: a migration from what the models say beyond the migrations.

It works on an empty database of its own, so no site and no data are needed.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

from services.standalone.layout import REPOSITORY
from services.standalone.postgres import EmbeddedPostgres


def main() -> int:
    """Write the migration; the exit status is alembic's."""
    message = " ".join(sys.argv[1:]).strip()
    if not message:
        print('Say what the migration does: make revision MESSAGE="add tags"', file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as folder:
        server = EmbeddedPostgres(Path(folder) / "postgres", options={"fsync": "off"})
        server.start()
        try:
            return _alembic(server.url(), "upgrade", "head") or _alembic(
                server.url(), "revision", "--autogenerate", "-m", message
            )
        finally:
            server.stop()


def _alembic(url: str, *arguments: str) -> int:
    command = [sys.executable, "-m", "alembic", "-c", str(REPOSITORY / "pyproject.toml"), "-x", f"url={url}"]
    return subprocess.run([*command, *arguments], check=False).returncode  # noqa: S603 -- the command is ours


if __name__ == "__main__":
    sys.exit(main())
