"""Wanting what somebody else has put into words: who follows a desire counts in its heat and is told of answers."""

from services.contracts.desires import DesireState
from services.core.accounts.service import hold_active
from services.core.desires import clusters, repository
from services.core.desires.grouping import NotOpenError
from services.core.identity.caller import Caller
from services.core.identity.permissions import Permission
from services.core.kit.database import WriteSession


async def follow(session: WriteSession, caller: Caller, desire_id: str) -> None:
    """Follow an open desire; the same again changes nothing. An own one is followed without saying."""
    caller.require(Permission.POST_DESIRES)
    await hold_active(session, caller.user_id)
    desire = await repository.locked(session, caller, desire_id)
    if desire.state != DesireState.OPEN:
        raise NotOpenError(desire)
    if desire.author_id != caller.user_id:
        await repository.follow(session, caller.user_id, desire_id)
        await _recount(session, desire_id)


async def unfollow(session: WriteSession, caller: Caller, desire_id: str) -> None:
    """Follow it no more."""
    await repository.locked(session, caller, desire_id)
    await repository.unfollow(session, caller.user_id, desire_id)
    await _recount(session, desire_id)


async def _recount(session: WriteSession, desire_id: str) -> None:
    await clusters.hold(session)
    for cluster_id in await repository.clusters_of(session, [desire_id]):
        await clusters.recount(session, cluster_id)
