"""The end of an account: each domain forgets the user, in the transaction of the request."""

from dataclasses import dataclass
from uuid import UUID

from pydantic import SecretStr

from services.core.accounts import repository
from services.core.accounts.blocklist import Blocklist
from services.core.accounts.events import DELETED
from services.core.accounts.sign_in import SignIn
from services.core.domains import DOMAINS
from services.core.identity.caller import Caller
from services.core.identity.credentials import EndedCredentials
from services.core.jobs.events import emit
from services.core.keys.identities import KeyIdentities
from services.core.kit.database import Database, WriteSession
from services.core.kit.errors import UnauthorizedError
from services.core.kit.tables import utc_now


@dataclass(frozen=True, slots=True)
class AccountDeletion:
    """Deletes accounts as whole requests, in the order of steps that services/core/accounts/sign_in.py states."""

    database: Database
    sign_in: SignIn
    blocklist: Blocklist
    keys: KeyIdentities

    async def delete(self, caller: Caller, password: SecretStr | None) -> None:
        """Empty the account, and end its sessions and keys; raises as `SignIn.confirm` does."""
        await self.sign_in.confirm(caller, password)
        async with self.database.write() as session:
            ended = await delete_account(session, caller.user_id)
            await self.blocklist.block_sessions(ended.sessions)
            await self.keys.end(ended.keys)


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
