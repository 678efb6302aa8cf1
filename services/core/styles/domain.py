"""What style vectors register."""

from datetime import datetime
from uuid import UUID

from services.core.identity.credentials import EndedCredentials
from services.core.jobs.events import Subscription
from services.core.kit.database import WriteSession
from services.core.registry.domain import Domain
from services.core.renders import events as renders
from services.core.shaders import events as shaders
from services.core.styles import repository
from services.core.styles.jobs import CATCH_UP, EMBED


async def erase(session: WriteSession, user_id: UUID, at: datetime) -> EndedCredentials:
    """Forget what the user's works are like."""
    await repository.forget_works_of(session, user_id)
    return EndedCredentials()


DOMAIN = Domain(
    name="styles",
    jobs=(EMBED, CATCH_UP),
    subscriptions=tuple(
        Subscription(event, EMBED, members=("shader_id",))
        for event in (shaders.PUBLISHED, renders.READY, renders.LOOP_READY)
    ),
    erase=erase,
)
