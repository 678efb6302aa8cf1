"""Which stored pictures may be served, and which nothing needs any more.

An object's name says only what is in it, so who may have it is asked of what shows it: the versions of the shaders
that everybody may see, or those that the user of a link may see (core/identity/picture_links.py). The same bytes may
be in several shaders; one of them is enough.

Whoever records a name stores the object under the name's lock, in the same transaction (`store_picture`); the purge
deletes under it. So an object is never deleted between its storing and its recording.
"""

from collections.abc import Sequence
from datetime import timedelta
from functools import cache
from typing import cast
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, String, func, literal, or_, select, text
from sqlmodel import col

from services.contracts.renderer import Kept
from services.core.accounts.models import User
from services.core.identity.caller import Caller
from services.core.identity.permissions import Permission, Role
from services.core.identity.picture_links import PictureLinks
from services.core.kit.database import Database, ReadSession, WriteSession
from services.core.kit.statements import Prepared, placeholder
from services.core.kit.storage import ObjectStore, content_name, original_name
from services.core.kit.tables import utc_now
from services.core.shaders.models import Render, Shader
from services.core.shaders.visibility import version_visible_to

KINDS = ("still", "preview", "kept")
EXTENSION = "webp"
# The word of the copy that other sites show for a link.
SHARE = "share"
UNUSED_FOR = timedelta(hours=1)
# One part a minute: the whole store is looked through in about four hours.
PARTS = 256
MOST_AT_ONCE = 500


class PictureAccess:
    """Answers who may have a picture."""

    def __init__(self, database: Database, links: PictureLinks) -> None:
        self._database = database
        self._links = links

    async def visible(self, names: Sequence[str], query: str = "") -> set[str]:
        """Those of `names` that may be served: to everybody, or to who has the link with this `query` to each."""
        if not query:
            return await self._shown(names, None)
        shown: set[str] = set()
        for name in names:
            user_id = self._links.user_of(name, query)
            caller = await self._caller(user_id) if user_id is not None else None
            shown |= await self._shown([name], caller) if caller is not None else set()
        return shown

    async def _caller(self, user_id: UUID) -> Caller | None:
        async with self._database.read() as session:
            user = await session.get(User, user_id)
        if user is None or user.deleted_at is not None or user.suspended_at is not None:
            return None
        return Caller(user.id, user.handle, Role(user.role))

    async def _shown(self, names: Sequence[str], caller: Caller | None) -> set[str]:
        inspects = caller is not None and caller.may(Permission.INSPECT_SHADERS)
        statement = _shown(known=caller is not None, inspects=inspects)
        user_id = caller.user_id if caller is not None else None
        rows = await self._database.rows(
            statement.sql, *statement.values(names=list(names), caller_id=user_id), keep_plan=True
        )
        return {row["name"] for row in rows}


async def store_picture(session: WriteSession, store: ObjectStore, kind: str, data: bytes) -> str:
    """Store a picture and give its name, which has to be recorded in the transaction of `session`."""
    await _lock(session, content_name(kind, data, EXTENSION))
    return await store.put(kind, data, EXTENSION)


async def store_kept(session: WriteSession, store: ObjectStore, kept: Kept) -> str:
    """Store a kept still in all its sizes and give the name of the largest; as for `store_picture`."""
    largest, *smaller = kept.sizes
    name = await store_picture(session, store, "kept", largest.data)
    for picture in smaller:
        await store.put_copy(name, str(picture.width), picture.data, EXTENSION)
    await store.put_copy(name, SHARE, kept.share.data, "jpg")
    return name


async def purge_pictures(session: WriteSession, store: ObjectStore, part: int) -> int:
    """Delete what no shader names from one of the `PARTS` of the store, and return how much it was.

    A deleted shader names nothing. Objects younger than `UNUSED_FOR` are left alone.
    """
    before, deleted = utc_now() - UNUSED_FOR, 0
    for kind in KINDS:
        old = await store.names(f"{kind}/{part % PARTS:02x}", before=before)
        copies: dict[str, list[str]] = {}
        for name in old:
            copies.setdefault(original_name(name), []).append(name)
        unnamed = sorted(copies.keys() - await _named(session, list(copies))) if old else []
        for name in unnamed[:MOST_AT_ONCE]:
            await _lock(session, name)
            if not await _named(session, [name]):
                for each in copies[name]:
                    await store.delete(each)
                deleted += len(copies[name])
    return deleted


async def _lock(session: WriteSession, name: str) -> None:
    await session.execute(
        text("SELECT pg_advisory_xact_lock(hashtextextended('picture:' || :name, 0))"), {"name": name}
    )


async def _named(session: ReadSession, names: Sequence[str]) -> set[str]:
    candidates = func.unnest(literal(list(names), ARRAY(String))).column_valued("name")
    statement = select(candidates).where(_in_use(candidates, col(Shader.deleted_at).is_(None)))
    return set(await session.scalars(statement))


@cache
def _shown(*, known: bool, inspects: bool) -> Prepared:
    """The names that one kind of caller may see, whose id comes with each call."""
    role = Role.MODERATOR if inspects else Role.USER
    caller = Caller(cast("UUID", placeholder("caller_id")), "", role) if known else None
    candidates = func.unnest(placeholder("names", ARRAY(String))).column_valued("name")
    return Prepared.of(select(candidates).where(_in_use(candidates, version_visible_to(caller, col(Render.version)))))


def _in_use(name: ColumnElement[str], condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether a version for which `condition` (on its shader and its render) holds has a picture of this name."""
    versions = select(1).select_from(Render).join(Shader, col(Shader.id) == col(Render.shader_id)).where(condition)
    return or_(
        *(
            versions.where(column == name).exists()
            for column in (col(Render.still_name), col(Render.preview_name), col(Render.kept_name))
        )
    )
