"""Commands about jobs and pictures."""

from argparse import ArgumentParser, Namespace
from datetime import timedelta
from uuid import UUID

from sqlmodel import col

from services.admin.command import Command, Outcome, Site, whole_number
from services.core.jobs.dead_letters import open_letters, retry_dead_letters
from services.core.kit.errors import NotFoundError
from services.core.kit.tables import utc_now
from services.core.moderation.suspending import user_id_of
from services.core.renders.redraw import RedrawFilter, redraw
from services.core.shaders.models import Render


async def _letters(site: Site, options: Namespace) -> Outcome:
    async with site.database.read() as session:
        letters = await open_letters(session, limit=options.limit)
    lines = [
        f"{each.message_id}  {each.failed_at:%Y-%m-%dT%H:%M:%SZ}  {each.actor}  {each.error}  {each.payload}"
        for each in letters
    ]
    return Outcome(lines or ["no dead letters"], {"letters": [each.model_dump(mode="json") for each in letters]})


async def _redrive(site: Site, options: Namespace) -> Outcome:
    async with site.database.write() as session:
        sent = await retry_dead_letters(session, options.id)
        if options.id is not None and sent == 0:
            raise NotFoundError("There is no such dead letter, or it was sent again already")
        await site.note(session, "jobs.redriven", f"letter:{options.id or 'all'}", count=sent)
    return Outcome([f"{sent} sent again"], {"sent": sent})


def _redrive_arguments(parser: ArgumentParser) -> None:
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument("--all", action="store_true")
    which.add_argument("id", nargs="?", type=UUID)


def _redraw_arguments(parser: ArgumentParser) -> None:
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument("--all", action="store_true", help="those that have their pictures, too")
    which.add_argument("--failed", action="store_true", help="stills and loops that could not be drawn")
    parser.add_argument("--backend", help="only what this one has drawn, such as swiftshader")
    parser.add_argument("--days", type=whole_number, default=0, help="only what was drawn at least so many days ago")
    parser.add_argument("--author", type=str.lower, metavar="HANDLE")
    parser.add_argument("--shader", metavar="ID")


async def _redraw(site: Site, options: Namespace) -> Outcome:
    """In batches: what is asked for once is not taken again, as it has changed since the beginning."""
    before, count = utc_now() - timedelta(days=options.days), 0
    async with site.database.write() as session:
        author_id = await user_id_of(session, options.author) if options.author else None
        details = {name: getattr(options, name) for name in ("all", "backend", "days", "author", "shader")}
        await site.note(session, "shaders.redrawn", f"shader:{options.shader or 'many'}", **details)
    wanted = RedrawFilter(shader_id=options.shader, author_id=author_id, backend=options.backend, ready=options.all)
    while True:
        async with site.database.write() as session:
            taken = await redraw(session, wanted, col(Render.updated_at) < before)
        count += taken
        if taken == 0:
            return Outcome([f"{count} are drawn again"], {"redrawn": count})


def _letters_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--limit", type=whole_number, default=100)


COMMANDS = (
    Command("dead-letters", "list jobs that failed for good, the newest first", _letters, _letters_arguments),
    Command("redrive", "send dead letters again", _redrive, _redrive_arguments),
    Command(
        "redraw",
        "draw the newest version of shaders again",
        _redraw,
        _redraw_arguments,
        lambda options: "Draw all of these again? The renderers may need hours." if options.all else None,
    ),
)
