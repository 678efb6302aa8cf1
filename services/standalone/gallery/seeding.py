"""Publishing the gallery: what is there is found, what is missing is published, so it can be stopped at any moment.

What has been published is kept in a small file (slug to id). The moment between the site's answer and that file is
covered twice: by the `Idempotency-Key`, and by a look at the author's works by title before anything is published. A
work that somebody deleted later stays deleted.
"""

import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import structlog

from services.standalone.gallery.catalogue import Catalogue, Work
from services.standalone.gallery.drawing import works_of
from services.standalone.gallery.visitor import RefusedError, Visitor
from services.standalone.home import write_private

# No slug: what is kept under it is a mark, as under "".
_DRAWN = " drawn"
Progress = Callable[[str], None]
log = structlog.get_logger("gallery")


class Seeding:
    """One run over `catalogue`; `memory` is the file of what has been published."""

    def __init__(self, catalogue: Catalogue, folder: Path, memory: Path, authors: dict[str, Visitor]) -> None:
        self.catalogue = catalogue
        self.folder = folder
        self.memory = memory
        self.authors = authors
        self.published: dict[str, str] = json.loads(memory.read_text()) if memory.exists() else {}

    @property
    def is_complete(self) -> bool:
        """Whether an earlier run did all of it."""
        return self.published.get("") == self._mark()

    @property
    def is_drawn(self) -> bool:
        """Whether all of it had its pictures once."""
        return self.published.get(_DRAWN) == self._mark()

    async def run(self, entitle: Callable[[str], Awaitable[None]], progress: Progress) -> None:
        """Sign the authors up, publish and vote. `entitle` lets an author publish without a limit."""
        works: dict[str, dict[str, str]] = {}
        for author in self.catalogue.authors:
            visitor = self.authors[author.handle]
            await visitor.register(author.display_name)
            await entitle(author.handle)
            if visitor.held_back:
                await visitor.sign_in()
            await visitor.call("PATCH", "/api/v1/users/me", {"bio": author.bio})
            works[author.handle] = await _works_by_title(visitor)
        for number, work in enumerate(self.catalogue.works, 1):
            if work.slug not in self.published:
                shader_id = works[work.author].get(work.title) or await self._publish(work)
                await self._set_still_time(work, shader_id)
                self._remember(work.slug, shader_id)
            await self._add_versions(work)
            progress(f"{number} of {len(self.catalogue.works)} works published")
        for work in self.catalogue.works:
            await self._vote(work)
        self._remember("", self._mark())

    def remember_drawn(self) -> None:
        """All of it has its pictures."""
        self._remember(_DRAWN, self._mark())

    async def _publish(self, work: Work) -> str:
        fields: dict[str, Any] = {
            "source": (self.folder / work.files[0].file).read_text(),
            "title": work.title,
            "description": work.description,
            "tags": list(work.tags),
            "licence": work.licence,
            "ai_label": work.ai_label,
            "visibility": work.visibility,
        }
        key, author = f"gallery-{work.slug}", self.authors[work.author]
        if work.fork_of is None:
            order = {**fields, "still_time": work.still_time}
            return str((await author.call("POST", "/api/v1/shaders", order, key=key))["id"])
        path = f"/api/v1/shaders/{self.published[work.fork_of]}/forks"
        return str((await author.call("POST", path, fields, key=key))["id"])

    async def _set_still_time(self, work: Work, shader_id: str) -> None:
        """A fork begins with its parent's; a change has the still taken again, so only a real one is made."""
        path, author = f"/api/v1/shaders/{shader_id}", self.authors[work.author]
        if work.fork_of is not None and (await author.call("GET", path))["still_time"] != work.still_time:
            await author.call("PATCH", path, {"still_time": work.still_time})

    async def _add_versions(self, work: Work) -> None:
        path, author = f"/api/v1/shaders/{self.published[work.slug]}", self.authors[work.author]
        if len(work.files) == 1:
            return
        try:
            newest = int((await author.call("GET", path))["version"])
        except RefusedError as error:
            if error.status != 404:
                raise
            return
        for number, version in enumerate(work.files[newest:], newest + 1):
            edit = {
                "source": (self.folder / version.file).read_text(),
                "based_on": number - 1,
                "note": version.note,
            }
            await author.call("POST", f"{path}/versions", edit, key=f"gallery-{work.slug}-{number}")

    async def _vote(self, work: Work) -> None:
        for handle in self.catalogue.voters(work):
            try:
                path = f"/api/v1/shaders/{self.published[work.slug]}/vote"
                await self.authors[handle].call("PUT", path, {"value": "up"})
            except RefusedError as error:
                log.warning("not voted", slug=work.slug, code=error.code)

    def _remember(self, slug: str, shader_id: str) -> None:
        self.published[slug] = shader_id
        write_private(self.memory, json.dumps(self.published))

    def _mark(self) -> str:
        """What is complete: a longer list, or a new version of a work, begins a new run."""
        return ",".join(f"{work.slug}:{len(work.files)}" for work in self.catalogue.works)


async def _works_by_title(visitor: Visitor) -> dict[str, str]:
    return {work["title"]: work["id"] for work in await works_of(visitor)}
