"""What moderators do with clusters: split, merge, and undo either. Each act stands in the audit log.

Splitting and merging move desires in one batch; undoing it puts back exactly those that nothing has moved since. Single
desires are decided about as all that is reported (reviewing.py).
"""

from collections.abc import Iterable
from uuid import UUID, uuid4

from services.contracts.desires import ClustersChanged, MembershipHow
from services.core.audit.log import Actor, record
from services.core.desires import clusters, repository
from services.core.desires.models import Ended, Membership
from services.core.desires.notices import tell_grouped
from services.core.identity.caller import Caller
from services.core.kit.database import WriteSession
from services.core.kit.errors import ConflictError, InvalidInputError, NotFoundError


class NotMembersError(InvalidInputError):
    """A desire that is to be split off is not in the cluster, or nothing would be left there."""

    code = "not_members"
    title = "Name some desires of this cluster, but not all of them"


class NothingToUndoError(ConflictError):
    """All that the batch moved has been moved since, or there is no such batch."""

    code = "nothing_to_undo"
    title = "There is nothing to put back"


async def split(
    session: WriteSession, moderator: Caller, cluster_id: str, desire_ids: Iterable[str]
) -> ClustersChanged:
    """Give some desires of a cluster one of their own, together."""
    wanted = set(desire_ids)
    await repository.cluster(session, cluster_id)
    await repository.locked_anyhow(session, wanted)
    await clusters.hold(session)
    if not wanted < set(await repository.members_of(session, cluster_id)):
        raise NotMembersError
    target = await clusters.new(session)
    changed, _ = await _move_all(session, sorted(wanted), cluster_id, target, Ended.SPLIT)
    await record(session, Actor.of(moderator), "desires.split", f"cluster:{cluster_id}", batch=str(changed.batch))
    return changed


async def merge(session: WriteSession, moderator: Caller, cluster_id: str, other_id: str) -> ClustersChanged:
    """Put all desires of the other cluster into this one, and tell their authors."""
    if cluster_id == other_id:
        raise NotMembersError("Name another cluster")
    for each in (cluster_id, other_id):
        await repository.cluster(session, each)
    if not await repository.members_of(session, cluster_id):
        raise NotFoundError("There is no such cluster")
    locked = await repository.locked_anyhow(session, await repository.members_of(session, other_id))
    await clusters.hold(session)
    still = set(await repository.members_of(session, other_id))
    changed, made = await _move_all(session, sorted(still & set(locked)), other_id, cluster_id, Ended.MOVED)
    target = await repository.cluster(session, cluster_id)
    for held in sorted(made, key=lambda each: locked[each.desire_id].author_id):
        await tell_grouped(session, locked[held.desire_id], target, held)
    await record(session, Actor.of(moderator), "desires.merged", f"cluster:{cluster_id}", batch=str(changed.batch))
    return changed


async def undo(session: WriteSession, moderator: Caller, batch: UUID) -> ClustersChanged:
    """Put back what a split or a merge moved."""
    locked = await repository.locked_anyhow(session, await repository.moved_in(session, batch))
    await clusters.hold(session)
    found = [await clusters.current(session, each) for each in sorted(locked)]
    held = [each for each in found if each is not None and each.batch == batch]
    if not held:
        raise NothingToUndoError
    back = [await clusters.go_back(session, each, Ended.UNDONE, counted=False) for each in held]
    await clusters.refresh(session, {each.cluster_id for each in (*held, *back)})
    await record(session, Actor.of(moderator), "desires.regrouping_undone", f"cluster:{back[0].cluster_id}")
    return ClustersChanged(batch=batch, cluster=back[0].cluster_id, moved=len(back))


async def _move_all(
    session: WriteSession, desire_ids: list[str], source: str, target: str, ended: Ended
) -> tuple[ClustersChanged, list[Membership]]:
    batch = uuid4()
    made = [
        await clusters.move(session, each, target, how=MembershipHow.MODERATOR, ended=ended, batch=batch, counted=False)
        for each in desire_ids
    ]
    await clusters.refresh(session, (source, target))
    return ClustersChanged(batch=batch, cluster=target, moved=len(made)), made
