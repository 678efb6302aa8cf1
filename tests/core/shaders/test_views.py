"""The JSON that PostgreSQL writes of shaders is what the API promises, for every caller."""

import hashlib
import itertools
import json
from typing import Any

import pytest
from pydantic import BaseModel

from services.contracts.glsl import SourceError
from services.contracts.shaders import (
    RenderPublic,
    RenderStatus,
    ShaderPublic,
    ShaderSummary,
    VersionPublic,
    VersionSummary,
    Visibility,
)
from services.core.accounts.models import User
from services.core.identity.caller import Caller
from services.core.identity.permissions import Role
from services.core.kit.database import Database, WriteSession
from services.core.kit.errors import NotFoundError
from services.core.kit.tables import utc_now
from services.core.shaders import repository, views
from services.core.shaders.models import Render, Shader, ShaderVersion
from tests.factories import caller_of, make_render, make_shader, make_user

ERRORS = [SourceError(line=3, column=1, token='é"\\', message="undeclared: 'é'\t\"\\\"").model_dump()]
PARAMETERS = [{"name": "pace", "type": "float", "default": 0.5, "min": 0.1, "max": 2.0, "label": "Páce"}]


async def _read(database: Database, caller: Caller | None, shader_id: str) -> str | None:
    """What both ways to it give."""
    try:
        text = await repository.shader_json(database, caller, shader_id)
    except NotFoundError:
        text = None
    async with database.read() as session:
        try:
            assert await repository.shader_json_within(session, caller, shader_id) == text
        except NotFoundError:
            assert text is None
    return text


async def _callers(session: WriteSession, author: User) -> list[Caller | None]:
    stranger, judge = await make_user(session), await make_user(session, role=Role.MODERATOR)
    return [None, *(caller_of(user) for user in (author, stranger, judge))]


@pytest.mark.parametrize(
    ("members", "model"),
    [
        (views.card(None), ShaderSummary),
        (views.shader(None), ShaderPublic),
        (views.render(None), RenderPublic),
        (views.version_summary(None), VersionSummary),
        (views.version(None), VersionPublic),
    ],
)
def test_each_answer_has_its_members_in_their_order(members: views.Members, model: type[BaseModel]) -> None:
    assert list(members) == list(model.model_fields)


async def test_whoever_may_see_a_shader_gets_it(database: Database) -> None:
    states = list(itertools.product(Visibility, (False, True), (False, True)))
    async with database.write() as session:
        author = await make_user(session, display_name='Zoë "Ω" <b>')
        visitor, owner, stranger, judge = await _callers(session, author)
        shaders = [
            await make_shader(
                session,
                author=author,
                visibility=visibility,
                hidden_at=utc_now() if hidden else None,
                deleted_at=utc_now() if gone else None,
            )
            for visibility, hidden, gone in states
        ]
    for shader, (visibility, hidden, gone) in zip(shaders, states, strict=True):
        published = visibility in {Visibility.PUBLIC, Visibility.UNLISTED}
        for caller in (visitor, owner, stranger, judge):
            seen = not gone and (caller == owner or (published and (not hidden or caller == judge)))
            text = await _read(database, caller, shader.id)
            assert (text is not None) == seen
            assert text is None or ShaderPublic.model_validate_json(text).author.display_name == 'Zoë "Ω" <b>'
    assert await _read(database, visitor, "nobodyhas1") is None


async def _add_second_version(session: WriteSession, shader: Shader) -> ShaderVersion:
    source = "// \u2211\r\nvoid main() {}\n"
    version = ShaderVersion(
        shader_id=shader.id,
        number=2,
        source=source,
        source_sha256=hashlib.sha256(source.encode()).hexdigest(),
        dialect=shader.dialect,
        parameters=PARAMETERS,
        parameter_values={"pace": 1e-7, "on": True},
        note="Softer",
    )
    session.add(version)
    shader.current_version = 2
    await session.flush()
    failed = {"status": RenderStatus.FAILED, "errors": ERRORS, "failure_code": "compile_failed", "backend": "llvmpipe"}
    await make_render(session, version, rendered=False, **failed)
    return version


async def test_all_that_a_shader_can_hold_is_in_it(database: Database) -> None:
    held: dict[str, Any] = {
        "title": 'Tide\u2028 "pool" \\ <script>',
        "description": "Line\nline\ttab é 🌊",
        "tags": ["water", "noise"],
        "inherited_licence": "CC-BY-SA-4.0",
        "still_time": 2.5,
    }
    async with database.write() as session:
        author = await make_user(session)
        callers = await _callers(session, author)
        parent = await make_shader(session, author=author)
        shader = await make_shader(
            session,
            author=author,
            parent_id=parent.id,
            parent_version=1,
            hidden_at=utc_now(),
            hidden_reason="Spam",
            **held,
        )
        version = await _add_second_version(session, shader)
    for caller in callers[:1] + callers[2:3]:
        assert await _read(database, caller, shader.id) is None
    for caller in callers[1::2]:
        text = await _read(database, caller, shader.id)
        assert text is not None
        found = ShaderPublic.model_validate_json(text)
        assert found.model_dump(include=set(held)) == held
        assert (found.version, found.source, found.note) == (2, version.source, "Softer")
        assert (found.parameters, found.parameter_values) == (PARAMETERS, version.parameter_values)
        assert found.parent is not None
        assert (found.parent.id, found.parent.version) == (parent.id, 1)
        assert (found.created_at, found.published_at) == (shader.created_at, shader.published_at)
        assert (found.hidden_reason, [error.model_dump() for error in found.render.errors]) == ("Spam", ERRORS)
        assert (found.still_url, found.render.still_url) == (f"/renders/{shader.still_name}", None)
        assert (found.render_status, found.render.failure_code) == (RenderStatus.FAILED, "compile_failed")
        # As pydantic writes it, apart from spaces and trailing zeros.
        assert json.loads(text).keys() == json.loads(found.model_dump_json()).keys()


async def test_compile_errors_are_for_the_author_and_moderators(database: Database) -> None:
    async with database.write() as session:
        author = await make_user(session)
        callers = await _callers(session, author)
        shader = await make_shader(session, author=author, hidden_reason="Was hidden once")
        await _add_second_version(session, shader)
    seen = []
    for caller in callers:
        text = await _read(database, caller, shader.id)
        assert text is not None
        found = ShaderPublic.model_validate_json(text)
        seen.append((len(found.render.errors), found.hidden_reason))
    assert seen == [(0, None), (1, "Was hidden once"), (0, None), (1, "Was hidden once")]


async def test_a_shader_whose_render_is_missing_is_pending(database: Database) -> None:
    async with database.write() as session:
        shader = await make_shader(session, author=await make_user(session))
        await session.delete(await session.get_one(Render, (shader.id, 1)))
    text = await _read(database, None, shader.id)
    assert text is not None
    found = ShaderPublic.model_validate_json(text)
    assert (found.render_status, found.render.status) == (RenderStatus.PENDING, RenderStatus.PENDING)
    assert found.render.shader_id == shader.id
