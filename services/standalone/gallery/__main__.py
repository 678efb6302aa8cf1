"""`python -m services.standalone.gallery HOME ADDRESS [FOLDER]`: publishes works on the site that runs at ADDRESS.

Started by the supervisor. Its log's events are sentences, which the supervisor shows on the terminal.
"""

import argparse
import asyncio
import sys
import time
from pathlib import Path

import httpx2
import structlog

from services.core.accounts import admin
from services.core.accounts.models import Plan
from services.core.kit.database import Database
from services.core.kit.observability import configure_logging
from services.core.kit.settings import DatabaseSettings, ProcessSettings
from services.standalone.gallery.catalogue import FOLDER, CatalogueError, load
from services.standalone.gallery.drawing import Drawing, sign_in
from services.standalone.gallery.seeding import Seeding
from services.standalone.gallery.visitor import RefusedError, Visitor
from services.standalone.home import Home

_PROGRESS_SECONDS = 5.0
_WATCH_SECONDS = 3.0
# Where nothing has moved for so long it is looked at less often.
_LIVELY_SECONDS, _IDLE_SECONDS = 60.0, 15.0
log = structlog.get_logger("gallery")


class GallerySettings(ProcessSettings):
    """What it reads: the database, to give its authors a plan. All else goes through the API."""

    database: DatabaseSettings = DatabaseSettings()


def main() -> int:
    """Publish what is missing, and watch until it is drawn."""
    parser = argparse.ArgumentParser(prog="python -m services.standalone.gallery")
    parser.add_argument("home", type=Path)
    parser.add_argument("address")
    parser.add_argument("folder", type=Path, nargs="?", default=FOLDER, help="a folder with a gallery.toml")
    options = parser.parse_args()
    settings = GallerySettings()
    configure_logging("gallery", settings.log_level)
    try:
        asyncio.run(_run(Home(options.home), options.address, options.folder, settings))
    except (CatalogueError, RefusedError) as error:
        log.error("the gallery could not be published", cause=str(error))  # noqa: TRY400 -- no trace for a person
        return 1
    return 0


async def _run(home: Home, address: str, folder: Path, settings: GallerySettings) -> None:
    catalogue = load(folder)
    database = Database(settings.database, application="gallery")

    async def entitle(handle: str) -> None:
        async with database.write() as session:
            await admin.set_plan(session, handle, Plan.PRO)
            # Nobody reads the authors' mail, and they are ours.
            await admin.confirm_address(session, handle)

    async with httpx2.AsyncClient(base_url=address, timeout=30) as client:
        authors = {
            author.handle: Visitor(client, author.handle, home.secret(f"gallery-{author.handle}"))
            for author in catalogue.authors
        }
        seeding = Seeding(catalogue, folder, home.folder / "gallery.json", authors)
        if not seeding.is_complete:
            _say(f"{len(catalogue.works)} works are being published in the background")
            await seeding.run(entitle, _Paced())
        if not seeding.is_drawn:
            await _watch(seeding, authors, address)
    await database.dispose()


async def _watch(seeding: Seeding, authors: dict[str, Visitor], address: str) -> None:
    """Say how the drawing goes, until everything is drawn, or what could not be was tried often enough."""
    say, before, moved_at = _Paced(), -1, time.monotonic()
    await sign_in(authors.values())
    drawing = Drawing(authors, address, _say)
    while not await drawing.look():
        if drawing.drawn != before:
            before, moved_at = drawing.drawn, time.monotonic()
            say(f"{drawing.drawn} of {drawing.total} works drawn")
        await asyncio.sleep(_WATCH_SECONDS if time.monotonic() - moved_at < _LIVELY_SECONDS else _IDLE_SECONDS)
    _say(drawing.sentence())
    if drawing.drawn == drawing.total:
        seeding.remember_drawn()


def _say(sentence: str) -> None:
    """One sentence as a log line, and so on the terminal."""
    log.info(sentence)


class _Paced:
    """Says how far it is, at most every few seconds."""

    def __init__(self) -> None:
        self._last = time.monotonic()

    def __call__(self, sentence: str) -> None:
        if time.monotonic() - self._last >= _PROGRESS_SECONDS:
            self._last = time.monotonic()
            _say(sentence)


if __name__ == "__main__":
    sys.exit(main())
