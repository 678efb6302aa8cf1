"""The next version of the images: today's, with another version number and one more migration.

Interface: `build_next(folder)` builds and loads them with the command FRACTAFRAG_E2E_BUILD (it takes DIR -t NAME) and
gives their tag. The migration only adds a table and notes in it each time that it ran.
"""

import os
import re
import shlex
from pathlib import Path

from tests.e2e.cluster.commands import ROOT, run

NEXT_VERSION, NEXT_TAG = "0.1.1-e2e", "0.1.1-e2e"
# Each component's image, and whether it holds the core with the migrations.
IMAGES = {"api": True, "worker": True, "mcp": False, "web": False, "renderer": False}
MIGRATION = '''"""what an end-to-end test adds

Revision: after {revision}
"""

from alembic import op

revision = "e2e0001"
down_revision = "{revision}"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Expand."""
    op.execute("CREATE TABLE e2e_migration_runs (at timestamptz NOT NULL DEFAULT clock_timestamp())")
    op.execute("INSERT INTO e2e_migration_runs SELECT clock_timestamp() FROM pg_sleep(1)")


def downgrade() -> None:
    """Undo."""
    op.execute("DROP TABLE e2e_migration_runs")
'''


def newest_revision() -> str:
    """The revision that no other one follows."""
    texts = [path.read_text() for path in (ROOT / "migrations" / "versions").glob("*.py")]
    revisions = {found[1] for text in texts if (found := re.search(r'^revision = "(.+)"', text, re.MULTILINE))}
    followed = {found[1] for text in texts if (found := re.search(r'^down_revision = "(.+)"', text, re.MULTILINE))}
    (newest,) = revisions - followed
    return newest


def today() -> str:
    """The tag of the images that are installed."""
    chart = (ROOT / "charts" / "fractafrag" / "Chart.yaml").read_text()
    own = re.search(r'^appVersion: "?([^"\s]+)', chart, re.MULTILINE)
    assert own
    return os.environ.get("FRACTAFRAG_E2E_TAG") or own[1]


def build_next(folder: Path) -> str:
    """The tag of the next images, which are on the nodes now."""
    command = shlex.split(os.environ["FRACTAFRAG_E2E_BUILD"])
    (folder / "2999_12_31_2359_next.py").write_text(MIGRATION.format(revision=newest_revision()))
    (folder / "version.py").write_text(f'"""The next version."""\n\nVERSION = "{NEXT_VERSION}"\n')
    for name, has_core in IMAGES.items():
        lines = [f"FROM docker.io/fractafrag/{name}:{today()}"]
        if has_core:
            lines.append("COPY 2999_12_31_2359_next.py /app/migrations/versions/")
            lines.append("COPY version.py /app/services/core/kit/version.py")
        lines.append(f'LABEL org.opencontainers.image.version="{NEXT_VERSION}"')
        place = folder / name
        place.mkdir()
        for file in ("2999_12_31_2359_next.py", "version.py"):
            (place / file).write_bytes((folder / file).read_bytes())
            (place / file).chmod(0o644)
        (place / "Dockerfile").write_text("\n".join(lines) + "\n")
        run([*command, str(place), "-t", f"docker.io/fractafrag/{name}:{NEXT_TAG}"])
    return NEXT_TAG
