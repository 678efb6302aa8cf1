"""A whole work as JSON text, written by PostgreSQL for one caller.

Each page of a work, and each agent that reads one, asks for it. `read_work` gives the JSON of what `reading.shader`
gives as an object (a test holds the two together) at a fraction of its cost; it is for routes that only read. What a
caller may see is decided by `visible_to` alone, and `NotFoundError` is raised for the rest.
"""

from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, literal_column, select
from sqlalchemy.dialects.postgresql import asyncpg
from sqlalchemy.orm import aliased
from sqlmodel import col

from services.core.accounts.models import User
from services.core.identity.caller import Caller
from services.core.identity.permissions import Permission, Role
from services.core.kit.database import Database
from services.core.kit.errors import NotFoundError
from services.core.shaders.card_json import CARD_MEMBERS, time_text
from services.core.shaders.models import Render, Shader, ShaderVersion
from services.core.shaders.visibility import visible_to

# They stand in the compiled statements where the values of a call go.
_WORK, _CALLER = "a-work", UUID(int=0)


async def read_work(database: Database, caller: Caller | None, shader_id: str) -> str:
    """The JSON of a `ShaderPublic`; raises `NotFoundError`."""
    sql, values = _statement(
        known=caller is not None, moderates=caller is not None and caller.may(Permission.INSPECT_SHADERS)
    )
    own = {_WORK: shader_id, _CALLER: caller.user_id if caller is not None else None}
    rows = await database.rows(sql, *(own.get(value, value) for value in values), keep_plan=True)
    if not rows:
        raise NotFoundError
    return str(rows[0][0])


@cache
def _statement(*, known: bool, moderates: bool) -> tuple[str, tuple[Any, ...]]:
    """The SQL for one kind of caller and its values. SQLAlchemy would spend more on each call than PostgreSQL does."""
    caller = Caller(_CALLER, "", Role.MODERATOR if moderates else Role.USER) if known else None
    # The texts below know the tables by these names.
    s: Any = aliased(Shader, name="s")
    u: Any = aliased(User, name="u")
    v: Any = aliased(ShaderVersion, name="v")
    r: Any = aliased(Render, name="r")
    json: ColumnElement[str] = literal_column(_json(insider=moderates))
    if known and not moderates:
        json = case((col(s.author_id) == _CALLER, literal_column(_json(insider=True))), else_=json)
    statement = (
        select(json)
        .select_from(s)
        .join(u, col(u.id) == col(s.author_id))
        .join(v, and_(col(v.shader_id) == col(s.id), col(v.number) == col(s.current_version)))
        .outerjoin(r, and_(col(r.shader_id) == col(s.id), col(r.version) == col(s.current_version)))
        .where(col(s.id) == _WORK, visible_to(caller, s))
    )
    dialect = asyncpg.dialect()  # type: ignore[no-untyped-call]
    compiled = statement.compile(dialect=dialect, compile_kwargs={"render_postcompile": True})
    return str(compiled), tuple(compiled.params[name] for name in compiled.positiontup or ())


@cache
def _json(*, insider: bool) -> str:
    """SQL of the JSON; compile errors and a moderator's reason are for insiders."""
    return f"""
    json_build_object({CARD_MEMBERS},
        'description', s.description,
        'source', v.source,
        'parameters', v.parameters,
        'parameter_values', v.parameter_values,
        'note', v.note,
        'still_time', s.still_time,
        'updated_at', {time_text("s.updated_at")},
        'inherited_licence', s.inherited_licence,
        'hidden_reason', {"s.hidden_reason" if insider else "NULL"},
        'render', json_build_object(
            'shader_id', s.id,
            'version', s.current_version,
            'status', coalesce(r.status, 'pending'),
            'preview_status', coalesce(r.preview_status, 'pending'),
            'failure_code', r.failure_code,
            'errors', {"coalesce(r.errors, '[]'::jsonb)" if insider else "'[]'::jsonb"},
            'still_url', '/renders/' || r.still_name,
            'still_time', r.still_time,
            'average_color', r.average_color,
            'preview_url', '/renders/' || r.preview_name,
            'preview_reason', r.preview_reason,
            'animated', r.animated,
            'backend', r.backend,
            'created_at', {time_text("coalesce(r.created_at, v.created_at)")},
            'ready_at', {time_text("r.ready_at")}
        )
    )::text"""
