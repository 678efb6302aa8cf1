"""Writing to the audit log: in the transaction of what is noted, so that neither is without the other.

await record(session, Actor.of(caller), "account.suspended", f"user:{user_id}", reason=reason)
"""

from dataclasses import dataclass
from typing import Any, Self
from uuid import UUID

from services.core.audit.models import AuditEntry
from services.core.identity.caller import Caller
from services.core.kit.database import WriteSession


@dataclass(frozen=True, slots=True)
class Actor:
    """Who did it: a user of the site, or an operator by the name that their system knows them by."""

    user_id: UUID | None = None
    name: str = ""

    @classmethod
    def of(cls, caller: Caller) -> Self:
        """The user behind a request."""
        return cls(caller.user_id)


async def record(session: WriteSession, actor: Actor, action: str, subject: str, **details: Any) -> None:
    """Note that `actor` did `action` (`object.what`) to `subject` (`kind:id`); `details` are no secrets."""
    entry = AuditEntry(actor_id=actor.user_id, actor=actor.name[:100], action=action, subject=subject, details=details)
    session.add(entry)
    await session.flush()
