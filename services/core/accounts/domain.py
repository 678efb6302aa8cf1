"""What accounts register."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, update
from sqlmodel import col

from services.core.accounts import identities, repository
from services.core.accounts.models import AccountLink, AuthSession, LinkedIdentity, User
from services.core.accounts.notices import ALL
from services.core.accounts.settings import AuthSettings, PurgeSettings
from services.core.accounts.sign_in_settings import SignInSettings
from services.core.identity.credentials import EndedCredentials
from services.core.kit.database import WriteSession
from services.core.registry.domain import Domain, ExportSection


async def erase(session: WriteSession, user_id: UUID, at: datetime) -> EndedCredentials:
    """End the sessions and empty the row: address, names, bio and password, and the devices that signed in."""
    ended = await repository.revoke_sessions(session, user_id, at, reason="deleted")
    await session.execute(
        update(AuthSession).where(col(AuthSession.user_id) == user_id).values(user_agent="", address="")
    )
    await session.execute(delete(AccountLink).where(col(AccountLink.user_id) == user_id))
    await identities.remove_since(session, user_id, None)
    handle = f"deleted-{user_id.hex[:16]}"
    await session.execute(
        update(User)
        .where(col(User.id) == user_id)
        .values(
            handle=handle,
            email=f"{handle}@deleted.invalid",
            email_verified_at=None,
            display_name="Deleted user",
            bio="",
            default_licence=None,
            password_hash=None,
            deleted_at=at,
            updated_at=at,
        )
    )
    return EndedCredentials(sessions=ended)


DOMAIN = Domain(
    name="accounts",
    retention={
        # A used refresh token stays until it expires: showing it again is how a stolen one is noticed.
        "refresh_tokens": "expires_at < now() - interval '1 day'",
        "account_links": "expires_at < now() - interval '1 day'",
        "auth_sessions": "least(expires_at, revoked_at) < now() - interval '30 days'",
    },
    export=(
        ExportSection(
            name="sessions",
            model=AuthSession,
            shown=frozenset({"id", "user_agent", "address", "created_at", "last_used_at", "expires_at", "revoked_at"}),
        ),
        ExportSection(name="identities", model=LinkedIdentity),
    ),
    erase=erase,
    settings={
        AuthSettings: frozenset({"api"}),
        PurgeSettings: frozenset({"api", "worker"}),
        SignInSettings: frozenset({"api"}),
    },
    notices=ALL,
)
