"""Shaders as JSON that PostgreSQL writes: where each member of the API's answers comes from.

Lists and single shaders are asked for all the time, and building objects only to write them out again costs more than
the query. Each mapping here is one answer of services/contracts/shaders.py (tests hold them together); who wants an
object validates its text: `ShaderSummary.model_validate_json(row.card)`.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    String,
    Text,
    and_,
    case,
    cast,
    false,
    func,
    literal,
    literal_column,
    select,
)
from sqlmodel import col

from services.contracts.renderer import MOST_FLASHES
from services.contracts.shaders import ShaderChoices
from services.core.accounts.models import User
from services.core.identity.caller import Caller
from services.core.identity.picture_links import MAC_DIGITS, PictureGrant
from services.core.shaders.models import Render, Shader, ShaderVersion
from services.core.shaders.visibility import PUBLISHED, insider, version_visible_to, visible_to

Members = Mapping[str, Any]

_PENDING: ColumnElement[str] = literal_column("'pending'", String)
_MIDDLE = 640
_NO_ERRORS: ColumnElement[Any] = literal_column("'[]'::jsonb")


def _constant(text: str) -> ColumnElement[str]:
    return literal_column(f"'{text}'", String)


def _object(members: Members) -> ColumnElement[Any]:
    parts: list[Any] = []
    for name, value in members.items():
        parts += [_constant(name), _object(value) if isinstance(value, Mapping) else value]
    return func.json_build_object(*parts)


def _text(members: Members) -> ColumnElement[str]:
    return cast(_object(members), Text)


def _time(column: Any) -> ColumnElement[str]:
    """A time as pydantic writes it."""
    return func.to_char(func.timezone(_constant("UTC"), column), _constant('YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))


def _picture(
    name: Any, caller: Caller | None, version: Any = None, *, copy: ColumnElement[str] | None = None
) -> ColumnElement[str]:
    """Where the site serves a stored object or its `copy`: to all, or to `caller` where not everybody may see it.

    It is of the version with the number in the column `version`, or of the shader's card.
    """
    url: ColumnElement[str] = _constant("/renders/") + (name if copy is None else copy)
    if caller is None or caller.pictures is None:
        return url
    everybody = visible_to(None) if version is None else version_visible_to(None, version)
    return case((everybody, url), else_=_link(url, name, caller.pictures))


def _link(url: ColumnElement[str], name: Any, grant: PictureGrant) -> ColumnElement[str]:
    """As `PictureGrant.link` does it."""
    digest = func.encode(func.sha256(func.convert_to(_value(grant.key) + name, _constant("UTF8"))), _constant("hex"))
    link: ColumnElement[str] = url + _value(grant.query) + func.left(digest, MAC_DIGITS)
    return link


def _value(value: Any) -> ColumnElement[str]:
    """A text, or the placeholder of one."""
    return value if isinstance(value, ColumnElement) else literal(value, String)


def still_name(of: type[Shader | Render], width: int | None = _MIDDLE) -> ColumnElement[str]:
    """The object that is the still at so many pixels, a width of `KEPT_WIDTHS`, or else at as many as there are."""
    kept = col(of.kept_name)
    if width is None:
        return func.coalesce(kept, col(of.still_name))
    return func.coalesce(case((col(of.kept_width) > width, _copy(kept, width)), else_=kept), col(of.still_name))


def _copy(name: Any, word: Any, extension: str = "webp") -> ColumnElement[str]:
    """As `copy_name` does it."""
    return func.replace(name, _constant(".webp"), _constant(f"-{word}.{extension}"))


def _stills(of: type[Shader | Render], caller: Caller | None, version: Any = None) -> Members:
    """The still at 640 pixels, and in all its sizes."""
    kept, width = col(of.kept_name), col(of.kept_width)
    middle_url = _picture(func.coalesce(kept, col(of.still_name)), caller, version, copy=still_name(of))
    small = _size(_number(320), _picture(kept, caller, version, copy=_copy(kept, 320)))
    middle = _size(_number(_MIDDLE), middle_url)
    return {
        "still_url": middle_url,
        "pictures": case(
            (width > _MIDDLE, func.json_build_array(small, middle, _size(width, _picture(kept, caller, version)))),
            (width.is_not(None), func.json_build_array(small, middle)),
            (col(of.still_name).is_not(None), func.json_build_array(middle)),
            else_=func.json_build_array(),
        ),
    }


def _flashes(of: type[Shader | Render]) -> ColumnElement[Any]:
    """Whether it does so too often; what stands still does not."""
    count = col(of.flash_count)
    return case((count.is_not(None), count > _number(MOST_FLASHES)), (col(of.animated).is_(False), false()))


def _size(width: Any, url: ColumnElement[str]) -> ColumnElement[Any]:
    return _object({"width": width, "height": width * _number(9) // _number(16), "url": url})


def _number(value: int) -> ColumnElement[int]:
    return literal_column(str(value), Integer)


def card(caller: Caller | None) -> Members:
    """The members of a `ShaderSummary`, with what `caller` may know of it."""
    return {
        **{name: col(getattr(Shader, name)) for name in ShaderChoices.model_fields},
        "id": col(Shader.id),
        "title": col(Shader.title),
        "author": {"handle": col(User.handle), "display_name": col(User.display_name)},
        "tags": col(Shader.tags),
        "licence": col(Shader.licence),
        "dialect": col(Shader.dialect),
        "visibility": col(Shader.visibility),
        "version": col(Shader.current_version),
        "score": col(Shader.score),
        "up": col(Shader.up),
        "down": col(Shader.down),
        "forks": col(Shader.forks),
        "parent": case(
            (
                col(Shader.parent_id).is_not(None),
                _object({"id": col(Shader.parent_id), "version": col(Shader.parent_version)}),
            )
        ),
        "created_at": _time(col(Shader.created_at)),
        "published_at": _time(col(Shader.published_at)),
        "awaits_review": _awaits_review(),
        **_stills(Shader, caller),
        "share_url": _picture(col(Shader.kept_name), caller, copy=_copy(col(Shader.kept_name), "share", "jpg")),
        "preview_url": _picture(col(Shader.preview_name), caller),
        "average_color": col(Shader.average_color),
        "animated": col(Shader.animated),
        "flashes": _flashes(Shader),
        "render_status": func.coalesce(col(Render.status), _PENDING),
    }


def _awaits_review() -> ColumnElement[bool]:
    """True of nothing that strangers see."""
    undecided = col(Shader.review_asked_at).is_not(None), col(Shader.hidden_at).is_(None)
    return and_(*undecided, col(Shader.visibility).in_(PUBLISHED))


def version_summary(caller: Caller | None) -> Members:
    """The members of a `VersionSummary`, with what `caller` may know of it."""
    return {
        "version": col(ShaderVersion.number),
        "dialect": col(ShaderVersion.dialect),
        "note": col(ShaderVersion.note),
        "restored_from": col(ShaderVersion.restored_from),
        "source_sha256": col(ShaderVersion.source_sha256),
        "created_at": _time(col(ShaderVersion.created_at)),
        "render_status": func.coalesce(col(Render.status), _PENDING),
        **_stills(Render, caller, col(ShaderVersion.number)),
        "flashes": _flashes(Render),
    }


def version(caller: Caller | None) -> Members:
    """The members of a `VersionPublic`, with what `caller` may know of it."""
    return {
        **version_summary(caller),
        "shader_id": col(ShaderVersion.shader_id),
        "source": col(ShaderVersion.source),
        "parameters": col(ShaderVersion.parameters),
        "parameter_values": col(ShaderVersion.parameter_values),
    }


def render(caller: Caller | None) -> Members:
    """The members of a `RenderPublic`, with what `caller` may know of it."""
    return {
        "shader_id": col(ShaderVersion.shader_id),
        "version": col(ShaderVersion.number),
        "status": func.coalesce(col(Render.status), _PENDING),
        "preview_status": func.coalesce(col(Render.preview_status), _PENDING),
        "failure_code": col(Render.failure_code),
        "errors": case((insider(caller), func.coalesce(col(Render.errors), _NO_ERRORS)), else_=_NO_ERRORS),
        **_stills(Render, caller, col(ShaderVersion.number)),
        "still_time": col(Render.still_time),
        "average_color": col(Render.average_color),
        "preview_url": _picture(col(Render.preview_name), caller, col(ShaderVersion.number)),
        "preview_reason": col(Render.preview_reason),
        "animated": col(Render.animated),
        "flashes": _flashes(Render),
        "flash_count": col(Render.flash_count),
        "backend": col(Render.backend),
        "created_at": _time(func.coalesce(col(Render.created_at), col(ShaderVersion.created_at))),
        "ready_at": _time(col(Render.ready_at)),
    }


def shader(caller: Caller | None) -> Members:
    """The members of a `ShaderPublic`, with what `caller` may know of it."""
    return {
        **card(caller),
        "description": col(Shader.description),
        "source": col(ShaderVersion.source),
        "parameters": col(ShaderVersion.parameters),
        "parameter_values": col(ShaderVersion.parameter_values),
        "note": col(ShaderVersion.note),
        "still_time": col(Shader.still_time),
        "updated_at": _time(col(Shader.updated_at)),
        "public_from": col(Shader.public_from),
        "inherited_licence": col(Shader.inherited_licence),
        "hidden_reason": case((insider(caller), col(Shader.hidden_reason))),
        "render": render(caller),
    }


def cards(*columns: Any, caller: Caller | None = None) -> Select[Any]:
    """The card (`ShaderSummary`) of each shader as `card`, with more `columns`; a list adds its conditions.

    `caller` where the list may hold what not everybody sees.
    """
    newest = and_(col(Render.shader_id) == col(Shader.id), col(Render.version) == col(Shader.current_version))
    return (
        select(_text(card(caller)).label("card"), *columns)
        .select_from(Shader)
        .join(User, col(User.id) == col(Shader.author_id))
        .outerjoin(Render, newest)
    )


def shaders(caller: Caller | None) -> Select[Any]:
    """Each whole shader (`ShaderPublic`), with what `caller` may know of it."""
    newest = and_(
        col(ShaderVersion.shader_id) == col(Shader.id), col(ShaderVersion.number) == col(Shader.current_version)
    )
    return _with_render(
        select(_text(shader(caller)))
        .select_from(Shader)
        .join(User, col(User.id) == col(Shader.author_id))
        .join(ShaderVersion, newest)
    )


def renders(caller: Caller | None) -> Select[Any]:
    """The render (`RenderPublic`) of each version."""
    return of_versions(_text(render(caller)))


def version_summaries(caller: Caller | None) -> Select[Any]:
    """Each version without its source (`VersionSummary`), as `summary`."""
    return of_versions(_text(version_summary(caller)).label("summary"))


def versions(caller: Caller | None) -> Select[Any]:
    """Each version (`VersionPublic`)."""
    return of_versions(_text(version(caller)))


def of_versions(column: Any) -> Select[Any]:
    """`column` of each version, with its shader and its render, where there is one."""
    return _with_render(
        select(column).select_from(ShaderVersion).join(Shader, col(Shader.id) == col(ShaderVersion.shader_id))
    )


def _with_render(statement: Select[Any]) -> Select[Any]:
    return statement.outerjoin(
        Render,
        and_(col(Render.shader_id) == col(ShaderVersion.shader_id), col(Render.version) == col(ShaderVersion.number)),
    )
