"""The JSON that PostgreSQL writes of a work is what the schema makes of it, for every caller; or there is neither."""

import hashlib
import itertools
from typing import Any

from services.contracts.glsl import SourceError
from services.contracts.shaders import RenderStatus, ShaderPublic, Visibility
from services.core.accounts.models import User
from services.core.identity.caller import Caller
from services.core.identity.permissions import Role
from services.core.kit.database import Database, WriteSession
from services.core.kit.errors import NotFoundError
from services.core.kit.tables import utc_now
from services.core.shaders import reading
from services.core.shaders.models import Render, Shader, ShaderVersion
from services.core.shaders.work_json import read_work
from tests.factories import caller_of, make_render, make_shader, make_user

ERRORS = [SourceError(line=3, column=1, token='é"\\', message="undeclared: 'é'\t\"\\\"").model_dump()]
PARAMETERS = [{"name": "pace", "type": "float", "default": 0.5, "min": 0.1, "max": 2.0, "label": "Páce"}]


async def _as_object(database: Database, caller: Caller | None, shader_id: str) -> ShaderPublic | None:
    async with database.read() as session:
        try:
            return await reading.shader(session, caller, shader_id)
        except NotFoundError:
            return None


async def _as_text(database: Database, caller: Caller | None, shader_id: str) -> ShaderPublic | None:
    try:
        return ShaderPublic.model_validate_json(await read_work(database, caller, shader_id))
    except NotFoundError:
        return None


async def _callers(session: WriteSession, author: User) -> list[Caller | None]:
    stranger, judge = await make_user(session), await make_user(session, role=Role.MODERATOR)
    return [None, *(caller_of(user) for user in (author, stranger, judge))]


async def _all_kinds(session: WriteSession, author: User) -> list[str]:
    kinds: list[dict[str, Any]] = [
        {
            "visibility": visibility,
            "hidden_at": utc_now() if hidden else None,
            "deleted_at": utc_now() if gone else None,
        }
        for visibility, hidden, gone in itertools.product(Visibility, (False, True), (False, True))
    ]
    return [(await make_shader(session, author=author, **kind)).id for kind in kinds]


async def test_each_caller_gets_the_same_as_from_the_schema(database: Database) -> None:
    async with database.write() as session:
        author = await make_user(session, display_name='Zoë "Ω" <b>')
        callers = await _callers(session, author)
        works = await _all_kinds(session, author)
    for shader_id, caller in itertools.product(works, callers):
        assert await _as_text(database, caller, shader_id) == await _as_object(database, caller, shader_id)
    assert await _as_text(database, None, "nobodyhas1") is None


async def _add_second_version(session: WriteSession, work: Shader) -> None:
    source = "// \u2211\r\nvoid main() {}\n"
    values = {"pace": 1e-7, "on": True}
    version = ShaderVersion(
        shader_id=work.id,
        number=2,
        source=source,
        source_sha256=hashlib.sha256(source.encode()).hexdigest(),
        dialect=work.dialect,
        parameters=PARAMETERS,
        parameter_values=values,
        note="Softer",
    )
    session.add(version)
    work.current_version = 2
    await session.flush()
    failed = {"status": RenderStatus.FAILED, "errors": ERRORS, "failure_code": "compile_failed", "backend": "llvmpipe"}
    await make_render(session, version, rendered=False, **failed)


async def test_all_that_a_work_can_hold_is_in_it(database: Database) -> None:
    async with database.write() as session:
        author = await make_user(session)
        callers = await _callers(session, author)
        parent = await make_shader(session, author=author)
        work = await make_shader(
            session,
            author=author,
            title='Tide\u2028 "pool" \\ <script>',
            description="Line\nline\ttab é 🌊",
            tags=["water", "noise"],
            parent_id=parent.id,
            parent_version=1,
            inherited_licence="CC-BY-SA-4.0",
            still_time=2.5,
            hidden_at=utc_now(),
            hidden_reason="Spam",
        )
        await _add_second_version(session, work)
    for caller in callers:
        text = await _as_text(database, caller, work.id)
        assert text == await _as_object(database, caller, work.id)
    seen = await _as_text(database, caller_of(author), work.id)
    assert seen is not None
    assert (seen.hidden_reason, [error.model_dump() for error in seen.render.errors]) == ("Spam", ERRORS)


async def test_a_work_whose_render_is_missing_is_pending(database: Database) -> None:
    async with database.write() as session:
        work = await make_shader(session, author=await make_user(session))
        await session.delete(await session.get_one(Render, (work.id, 1)))
    found = await _as_text(database, None, work.id)
    assert found == await _as_object(database, None, work.id)
    assert found is not None
    assert found.render.status == RenderStatus.PENDING
