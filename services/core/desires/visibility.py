"""Who may see a desire, as conditions of a query that has its author's row beside it.

| desire                          | everybody | its author | a moderator |
|---------------------------------|-----------|------------|-------------|
| open, fulfilled, expired        | yes       | yes        | yes         |
| hidden, or its author suspended | no        | yes        | yes         |
| withdrawn                       | no        | yes        | no          |
| of a deleted account            | no        | no         | no          |
"""

from sqlalchemy import ColumnElement, and_, or_
from sqlmodel import col

from services.contracts.desires import DesireState
from services.core.accounts.models import User
from services.core.desires.models import Desire
from services.core.identity.caller import Caller
from services.core.identity.permissions import Permission


def shown() -> ColumnElement[bool]:
    """The desires that everybody sees; those that are open among them count."""
    return and_(
        col(Desire.deleted_at).is_(None),
        col(Desire.state) != DesireState.WITHDRAWN,
        col(Desire.hidden_at).is_(None),
        col(User.suspended_at).is_(None),
    )


def visible_to(caller: Caller | None) -> ColumnElement[bool]:
    """The desires that `caller` (None: a visitor) may open by their address."""
    if caller is None:
        return shown()
    seen: ColumnElement[bool] = shown()
    if caller.may(Permission.INSPECT_SHADERS):
        seen = col(Desire.state) != DesireState.WITHDRAWN
    return and_(col(Desire.deleted_at).is_(None), or_(seen, col(Desire.author_id) == caller.user_id))
