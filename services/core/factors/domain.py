"""What factors register."""

from datetime import datetime
from uuid import UUID

from services.core.factors import challenges, passkeys, recovery, totp
from services.core.factors.models import Passkey, Totp
from services.core.factors.settings import FactorSettings
from services.core.identity.credentials import EndedCredentials
from services.core.kit.database import WriteSession
from services.core.registry.domain import Domain, ExportSection, Sealed


async def erase(session: WriteSession, user_id: UUID, _at: datetime) -> EndedCredentials:
    """Forget all factors; sessions are ended by accounts."""
    await passkeys.remove(session, user_id)
    await recovery.remove(session, user_id)
    await totp.remove(session, user_id)
    await challenges.end(session, user_id)
    return EndedCredentials()


DOMAIN = Domain(
    name="factors",
    retention={
        "factor_challenges": "expires_at < now()",
        # A secret that was never confirmed.
        "totp": "confirmed_at IS NULL AND created_at < now() - interval '1 day'",
    },
    export=(
        ExportSection(
            name="passkeys",
            model=Passkey,
            shown=frozenset({"id", "name", "transports", "backed_up", "created_at", "last_used_at"}),
        ),
    ),
    erase=erase,
    settings={FactorSettings: frozenset({"api"})},
    sealed=(Sealed(model=Totp, column="sealed", settings=FactorSettings, belongs_to=totp.place_of, key="user_id"),),
)
