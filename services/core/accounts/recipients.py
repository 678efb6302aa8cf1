"""Where mails to a user go, for what stands below accounts."""

from uuid import UUID

from services.core.accounts import repository
from services.core.kit.database import ReadSession
from services.core.notices.mailing import Recipient


async def recipient_of(session: ReadSession, user_id: UUID) -> Recipient | None:
    """The user's address and handle; None for one who is suspended or deleted."""
    user = await repository.user_by_id(session, user_id)
    if user is None or user.suspended_at is not None:
        return None
    return Recipient(address=user.email, handle=user.handle)
