"""The list of works in gallery/gallery.toml, read and checked.

`load(folder)` raises `CatalogueError` with a sentence when the list makes no sense: a file that is missing, a fork of a
work that comes later, an author who is not listed.
"""

import hashlib
import tomllib
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

FOLDER = Path(__file__).resolve().parents[3] / "gallery"


class CatalogueError(ValueError):
    """The list makes no sense."""


class Entry(BaseModel):
    """A table of the list; an unknown key is a mistake."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Author(Entry):
    """A demo author."""

    handle: str
    display_name: str
    bio: str = ""


class Version(Entry):
    """One version's file in the folder."""

    file: str
    note: str = ""


class Work(Entry):
    """A work, in the order of publication. Without `versions` it has one: `<slug>.frag`."""

    slug: str
    title: str
    description: str = ""
    author: str
    dialect: str
    tags: tuple[str, ...] = ()
    licence: str = "CC0-1.0"
    ai_label: str = "ai-generated"
    visibility: str = "public"
    still_time: float | None = None
    fork_of: str | None = None
    versions: tuple[Version, ...] = ()

    @property
    def files(self) -> tuple[Version, ...]:
        """Its versions, the oldest first; always at least one."""
        return self.versions or (Version(file=f"{self.slug}.frag"),)


class Catalogue(Entry):
    """The whole list."""

    authors: tuple[Author, ...]
    works: tuple[Work, ...]

    def voters(self, work: Work) -> list[str]:
        """The authors who like this work: always the same ones, and never its own."""
        others = [author.handle for author in self.authors if author.handle != work.author]
        return [handle for handle in others if hashlib.sha256(f"{handle} {work.slug}".encode()).digest()[0] < 110]


def load(folder: Path = FOLDER) -> Catalogue:
    """The list of `folder`."""
    try:
        catalogue = Catalogue.model_validate(tomllib.loads((folder / "gallery.toml").read_text()))
    except (OSError, tomllib.TOMLDecodeError, ValidationError) as error:
        raise CatalogueError(f"{folder}/gallery.toml cannot be read: {error}") from error
    handles = {author.handle for author in catalogue.authors}
    published: set[str] = set()
    for work in catalogue.works:
        if work.author not in handles:
            raise CatalogueError(f"{work.slug}: the author {work.author} is not listed")
        if work.slug in published:
            raise CatalogueError(f"{work.slug} is listed twice")
        if work.fork_of is not None and work.fork_of not in published:
            raise CatalogueError(f"{work.slug}: {work.fork_of} has to come before its fork")
        for version in work.files:
            if not (folder / version.file).is_file():
                raise CatalogueError(f"{work.slug}: {version.file} is missing")
        published.add(work.slug)
    return catalogue
