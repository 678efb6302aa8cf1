"""Who may see a shader, as conditions of a query: a row that the caller may not see is never loaded.

| shader              | everybody | its author | a moderator |
|---------------------|-----------|------------|-------------|
| public, unlisted    | yes       | yes        | yes         |
| hidden              | no        | yes        | yes, unless private or draft |
| awaiting review     | no        | yes        | yes, unless private or draft |
| private, draft      | no        | yes        | no          |
| deleted             | no        | no         | no          |

Of a shader that they may see, others see the versions from `Shader.public_from` on. A version that is made while only
the author sees the shader moves it to itself, so that what is published is what was looked at last and not the way
there; the author may set it to another one.

What a suspended author has made (`Shader.withheld`) is seen as what is hidden is; nobody can sign in as its author.

Lists show less than that: `Shader.listed` is kept by services/core/shaders/listing.py.
"""

from typing import Any

from sqlalchemy import ColumnElement, and_, false, or_, true
from sqlmodel import col

from services.contracts.shaders import Visibility
from services.core.identity.caller import Caller
from services.core.identity.permissions import Permission
from services.core.shaders.models import Shader

PUBLISHED = (Visibility.PUBLIC, Visibility.UNLISTED)


def visible_to(caller: Caller | None) -> ColumnElement[bool]:
    """The shaders that `caller` (None: a visitor) may open by their address."""
    published: ColumnElement[bool] = col(Shader.visibility).in_(PUBLISHED)
    if caller is None or not caller.may(Permission.INSPECT_SHADERS):
        shown = col(Shader.hidden_at).is_(None), col(Shader.withheld).is_(False), col(Shader.review_asked_at).is_(None)
        published = and_(published, *shown)
    seen = published if caller is None else or_(published, col(Shader.author_id) == caller.user_id)
    return and_(col(Shader.deleted_at).is_(None), seen)


def version_visible_to(caller: Caller | None, number: Any) -> ColumnElement[bool]:
    """The versions, by the column `number`, that `caller` may open, as a condition beside the shader's row."""
    seen: ColumnElement[bool] = number >= col(Shader.public_from)
    return and_(visible_to(caller), seen if caller is None else or_(seen, col(Shader.author_id) == caller.user_id))


def listed_or_own(caller: Caller | None) -> ColumnElement[bool]:
    """The shaders that lists show to `caller`: the listed ones, and all of the caller's own."""
    if caller is None:
        return and_(col(Shader.listed))
    return or_(col(Shader.listed), and_(col(Shader.author_id) == caller.user_id, col(Shader.deleted_at).is_(None)))


def insider(caller: Caller | None) -> ColumnElement[bool]:
    """The shaders of which `caller` sees compile errors and a moderator's reason: the own ones; moderators all."""
    if caller is None:
        return false()
    return true() if caller.may(Permission.INSPECT_SHADERS) else col(Shader.author_id) == caller.user_id
