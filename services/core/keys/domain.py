"""What API keys register."""

from datetime import datetime
from uuid import UUID

from services.core.identity.credentials import EndedCredentials
from services.core.keys import repository
from services.core.keys.models import ApiKey, ApiKeyUse
from services.core.kit.database import WriteSession
from services.core.registry.domain import Domain, ExportSection


async def erase(session: WriteSession, user_id: UUID, at: datetime) -> EndedCredentials:
    """Revoke the user's keys and forget their names and where they were used."""
    ended = await repository.revoke_all(session, user_id, at)
    await repository.forget(session, user_id)
    return EndedCredentials(keys=ended)


DOMAIN = Domain(
    name="keys",
    retention={
        # Its uses go with a key.
        "api_keys": "least(expires_at, revoked_at) < now() - interval '90 days'",
        "api_key_uses": "at < now() - interval '90 days'",
    },
    export=(
        ExportSection(name="api_keys", model=ApiKey, hidden=frozenset({"user_id", "key_hash"})),
        ExportSection(name="api_key_uses", model=ApiKeyUse),
    ),
    erase=erase,
)
