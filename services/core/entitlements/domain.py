"""What entitlements register."""

from datetime import datetime
from uuid import UUID

from services.core.entitlements.models import Entitlement
from services.core.entitlements.service import forget
from services.core.identity.credentials import EndedCredentials
from services.core.kit.database import WriteSession
from services.core.registry.domain import Domain, ExportSection


async def erase(session: WriteSession, user_id: UUID, _at: datetime) -> EndedCredentials:
    """An account that is gone may nothing."""
    await forget(session, user_id)
    return EndedCredentials()


DOMAIN = Domain(
    name="entitlements",
    export=(ExportSection(name="entitlements", model=Entitlement, key="source"),),
    erase=erase,
)
