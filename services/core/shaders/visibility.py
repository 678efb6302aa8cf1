"""Who may see a work, as conditions of a query: a row that the caller may not see is never loaded.

| work                | everybody | its author | a moderator |
|---------------------|-----------|------------|-------------|
| public, unlisted    | yes       | yes        | yes         |
| hidden              | no        | yes        | yes, unless private or draft |
| private, draft      | no        | yes        | no          |
| deleted             | no        | no         | no          |

Lists show less than that: `Shader.listed` is kept by services/core/shaders/listing.py.
"""

from sqlalchemy import ColumnElement, and_, or_
from sqlmodel import col

from services.contracts.shaders import Visibility
from services.core.identity.caller import Caller
from services.core.identity.permissions import Permission
from services.core.shaders.models import Shader

PUBLISHED = (Visibility.PUBLIC, Visibility.UNLISTED)


def visible_to(caller: Caller | None, shader: type[Shader] = Shader) -> ColumnElement[bool]:
    """The works that `caller` (None: a visitor) may open by their address; `shader` may be an alias of the table."""
    published: ColumnElement[bool] = col(shader.visibility).in_(PUBLISHED)
    if caller is None or not caller.may(Permission.INSPECT_SHADERS):
        published = and_(published, col(shader.hidden_at).is_(None))
    seen = published if caller is None else or_(published, col(shader.author_id) == caller.user_id)
    return and_(col(shader.deleted_at).is_(None), seen)
