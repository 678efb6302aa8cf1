"""What an account may keep: drafts, versions, bytes."""

import asyncio

import pytest
from sqlalchemy import select
from sqlmodel import col

from services.contracts.shaders import Visibility
from services.core.identity.caller import Caller
from services.core.kit.database import Database, WriteSession
from services.core.kit.errors import ForbiddenError
from services.core.kit.settings import LimitSettings
from services.core.shaders import usage, write
from services.core.shaders.models import Shader
from services.core.shaders.schemas import ShaderCreate, ShaderUpdate, VersionCreate, VersionRestore
from services.core.shaders.usage import DraftLimitError, StorageLimitError, VersionLimitError
from tests.factories import SOURCE, caller_of, make_user

FEW = LimitSettings(drafts_per_account=2, versions_per_shader=3, bytes_per_account=10_000)


async def keep(session: WriteSession, caller: Caller, visibility: Visibility, source: str = SOURCE) -> Shader:
    new = ShaderCreate(source=source, title="A study", licence="CC0-1.0", visibility=visibility)
    return await write.create(session, caller, new, FEW)


async def test_drafts_and_private_shaders_are_counted_and_published_and_deleted_ones_are_not(
    session: WriteSession,
) -> None:
    caller = caller_of(await make_user(session))
    await keep(session, caller, Visibility.PUBLIC)
    first = await keep(session, caller, Visibility.DRAFT)
    second = await keep(session, caller, Visibility.PRIVATE)
    with pytest.raises(DraftLimitError) as refused:
        await keep(session, caller, Visibility.DRAFT)
    assert refused.value.extra == {"used": 2, "limit": 2}
    await write.change(session, caller, first.id, ShaderUpdate(visibility=Visibility.PUBLIC), FEW)
    await keep(session, caller, Visibility.DRAFT)
    await write.delete(session, caller, second.id)
    await keep(session, caller, Visibility.DRAFT)
    assert (await usage.usage_of(session, caller.user_id, FEW)).drafts.used == 2


async def test_a_shader_has_so_many_versions(session: WriteSession) -> None:
    caller = caller_of(await make_user(session))
    shader = await keep(session, caller, Visibility.DRAFT)
    for number in (1, 2):
        edit = VersionCreate(source=f"{SOURCE}// {number}\n", based_on=number)
        assert await write.add_edit(session, caller, shader.id, edit, FEW) == (number + 1, True)
    assert (await write.add_edit(session, caller, shader.id, edit, FEW))[1] is False, "the same again adds nothing"
    with pytest.raises(VersionLimitError):
        await write.add_edit(session, caller, shader.id, VersionCreate(source=f"{SOURCE}//\n", based_on=3), FEW)
    with pytest.raises(VersionLimitError):
        await write.restore(session, caller, shader.id, VersionRestore(version=1), FEW)


async def test_sources_and_pictures_take_room_until_they_are_deleted(session: WriteSession) -> None:
    caller = caller_of(await make_user(session))
    shader = await keep(session, caller, Visibility.DRAFT)
    await usage.add_picture(session, shader.id, 1, 9_000)
    found = (await usage.usage_of(session, caller.user_id, FEW)).bytes
    assert (found.used, found.limit) == (9_000 + len(SOURCE), 10_000)
    long = f"{SOURCE}//{'x' * 900}\n"
    for add in (
        keep(session, caller, Visibility.DRAFT, long),
        write.add_edit(session, caller, shader.id, VersionCreate(source=long, based_on=1), FEW),
    ):
        with pytest.raises(StorageLimitError):
            await add
    await write.delete(session, caller, shader.id)
    await keep(session, caller, Visibility.DRAFT, long)
    kept = await session.scalar(select(col(Shader.kept_bytes)).where(col(Shader.deleted_at).is_(None)))
    assert kept == len(long)


async def test_requests_at_once_stay_within_the_bound_together(database: Database) -> None:
    async with database.write() as session:
        caller = caller_of(await make_user(session))

    async def one() -> bool:
        try:
            async with database.write() as session:
                await keep(session, caller, Visibility.DRAFT)
        except ForbiddenError:
            return False
        return True

    assert sum(await asyncio.gather(*(one() for _ in range(6)))) == 2


async def test_publishes_are_shown_with_the_plan(session: WriteSession) -> None:
    free, pro = await make_user(session), await make_user(session, plan="pro")
    await keep(session, caller_of(free), Visibility.PUBLIC)
    shown = (await usage.usage_of(session, free.id, FEW)).publishes
    assert (shown.used, shown.limit) == (1, 5)
    assert (await usage.usage_of(session, pro.id, FEW)).publishes.limit is None
