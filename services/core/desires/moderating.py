"""What moderators do with desires: hide one, show it again, and regroup clusters.

A desire is hidden as a work is, but by a rule of its own: reports and decisions of services/core/moderation are about
shaders (docs/decisions/0071-desires.md). Each act stands in the audit log. Splitting and merging move desires in one
batch; undoing it puts back exactly those that nothing has moved since.
"""

from collections.abc import Iterable
from uuid import UUID, uuid4

from services.contracts.desires import ClustersChanged, MembershipHow
from services.core.audit.log import Actor, record
from services.core.desires import clusters, repository
from services.core.desires.models import Ended, Membership
from services.core.desires.notices import HIDDEN, brief, tell_grouped
from services.core.identity.caller import Caller
from services.core.kit.database import WriteSession
from services.core.kit.errors import ConflictError, ForbiddenError, InvalidInputError, NotFoundError
from services.core.kit.tables import utc_now
from services.core.notices.service import tell


class OwnDesireError(ForbiddenError):
    """Another moderator decides about a moderator's own desire."""

    code = "own_desire"
    title = "Another moderator has to decide about your own desire"


class NotMembersError(InvalidInputError):
    """A desire that is to be split off is not in the cluster, or nothing would be left there."""

    code = "not_members"
    title = "Name some desires of this cluster, but not all of them"


class NothingToUndoError(ConflictError):
    """All that the batch moved has been moved since, or there is no such batch."""

    code = "nothing_to_undo"
    title = "There is nothing to put back"


async def hide(session: WriteSession, moderator: Caller, desire_id: str, reason: str | None) -> None:
    """Hide a desire from all but its author and moderators for a reason, or show it again (None)."""
    desire = await repository.locked(session, moderator, desire_id)
    if desire.author_id == moderator.user_id:
        raise OwnDesireError
    if (desire.hidden_at is None, desire.hidden_reason) == (reason is None, reason):
        return
    desire.hidden_at = None if reason is None else desire.hidden_at or utc_now()
    desire.hidden_reason = reason
    await clusters.hold(session)
    await clusters.refresh(session, await repository.clusters_of(session, [desire_id]))
    action = "desire.shown" if reason is None else "desire.hidden"
    await record(session, Actor.of(moderator), action, f"desire:{desire_id}", reason=reason or "")
    values = {"desire": brief(desire), "reason": reason or ""}
    await tell(session, HIDDEN, desire.author_id, about=desire_id, occasion=str(uuid4()), values=values)


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
