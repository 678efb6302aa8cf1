"""Review: a moderator looks at the first shaders of new accounts before others see them. A site may ask for it.

`FRACTAFRAG_LIMITS_REVIEWED_PUBLISHES` asks for it until so many shaders of an account are shown, and
`FRACTAFRAG_LIMITS_REVIEWED_DAYS` while the account is younger. Both begin with 0, which is never; they are for the free
plan, and moderators' own shaders need none.

A shader awaits review from the moment in which its author makes it public or unlisted (`Shader.review_asked_at`), which
counts as a publish. Until then it is seen as a private one is, and by moderators (visibility.py). Its author may change
it, make it private and public again, or delete it; it goes on waiting where it stood. Nothing but a moderator's `keep`
ends that (moderation/deciding.py), not even another setting: then it is published, with all that follows from it, once.
One that a moderator hides instead stays as it is, so that a later `keep` publishes it.
"""

from datetime import timedelta

from sqlalchemy import func, select
from sqlmodel import col

from services.core.accounts.models import Plan, User
from services.core.entitlements.service import plan_of
from services.core.identity.caller import Caller
from services.core.identity.permissions import Permission
from services.core.kit.database import ReadSession
from services.core.kit.settings import LimitSettings
from services.core.kit.tables import utc_now
from services.core.shaders.models import Shader
from services.core.shaders.visibility import PUBLISHED


async def is_due(session: ReadSession, author: Caller, limits: LimitSettings) -> bool:
    """Whether a moderator has to look at what `author` publishes now."""
    if author.may(Permission.HIDE_SHADERS):
        return False
    if await plan_of(session, author.user_id) == Plan.PRO:
        return False
    account = await session.get_one(User, author.user_id)
    if account.created_at > utc_now() - timedelta(days=limits.reviewed_days):
        return True
    return limits.reviewed_publishes > 0 and await _count_shown(session, author) < limits.reviewed_publishes


def awaits_review(shader: Shader) -> bool:
    """Whether a moderator's `keep` publishes it; so it is, too, where one hid it instead."""
    return shader.review_asked_at is not None and shader.visibility in PUBLISHED


async def _count_shown(session: ReadSession, author: Caller) -> int:
    """How many of the author's shaders others have seen, without those that were hidden."""
    shown = col(Shader.published_at).is_not(None), col(Shader.hidden_at).is_(None)
    statement = select(func.count()).select_from(Shader).where(col(Shader.author_id) == author.user_id, *shown)
    return await session.scalar(statement) or 0
