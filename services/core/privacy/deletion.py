"""The end of an account: each domain forgets the user, in the transaction of the request."""

from uuid import UUID

from services.core.accounts import repository
from services.core.accounts.events import DELETED
from services.core.domains import DOMAINS
from services.core.identity.credentials import EndedCredentials
from services.core.jobs.events import emit
from services.core.kit.database import WriteSession
from services.core.kit.errors import UnauthorizedError
from services.core.kit.tables import utc_now


async def delete_account(session: WriteSession, user_id: UUID) -> EndedCredentials:
    """Empty the account and hide its shaders; gives the sessions and keys that ended.

    What is personal goes at once. Shaders are soft-deleted, and forks by others keep their lineage. Votes stay: they
    count without a name.
    """
    if await repository.lock_user(session, user_id) is None:
        raise UnauthorizedError("This account does not exist any more")
    now = utc_now()
    sessions: list[UUID] = []
    keys: list[UUID] = []
    for domain in DOMAINS:
        if domain.erase is not None:
            ended = await domain.erase(session, user_id, now)
            sessions += ended.sessions
            keys += ended.keys
    await emit(session, DELETED, user_id=str(user_id))
    return EndedCredentials(sessions=sessions, keys=keys)
