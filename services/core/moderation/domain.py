"""What moderation registers."""

from datetime import datetime
from uuid import UUID

from services.core.identity.credentials import EndedCredentials
from services.core.kit.database import WriteSession
from services.core.moderation import repository
from services.core.moderation.models import Decision, Report
from services.core.moderation.notices import ALL
from services.core.moderation.shaders import SHADERS
from services.core.registry.domain import Domain, ExportSection


async def erase(session: WriteSession, user_id: UUID, at: datetime) -> EndedCredentials:
    """Empty what the user answered. Reports and decisions stay: others acted on them."""
    await repository.forget_answers(session, user_id)
    return EndedCredentials()


DOMAIN = Domain(
    name="moderation",
    export=(
        ExportSection(
            name="reports", model=Report, owner="reporter_id", hidden=frozenset({"reporter_id", "moderator_id"})
        ),
        ExportSection(
            name="moderation_decisions",
            model=Decision,
            owner="author_id",
            hidden=frozenset({"author_id", "moderator_id"}),
        ),
    ),
    erase=erase,
    notices=ALL,
    reportable=(SHADERS,),
)
