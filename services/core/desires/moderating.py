"""What moderators do with clusters: split, merge, undo either, and say of two that they are different wishes.

Each act stands in the audit log. Merging two, and setting them apart, is a labelled pair, too, for calibration.

Splitting and merging move desires in one batch; undoing it puts back exactly those that nothing has moved since. Single
desires are decided about as all that is reported (reviewing.py).
"""

from collections.abc import Iterable
from uuid import UUID, uuid4

from services.contracts.desires import ClustersChanged, MembershipHow
from services.core.audit.log import Actor, record
from services.core.desires import clusters, repository, similar
from services.core.desires.matching import Matcher
from services.core.desires.models import Ended, Membership, PairKind
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


async def merge(
    session: WriteSession, moderator: Caller, cluster_id: str, other_id: str, matcher: Matcher
) -> ClustersChanged:
    """Put all desires of the other cluster into this one, and tell their authors."""
    await _require_two(session, cluster_id, other_id)
    if not await repository.members_of(session, cluster_id):
        raise NotFoundError("There is no such cluster")
    locked = await repository.locked_anyhow(session, await repository.members_of(session, other_id))
    await _label(session, moderator, cluster_id, other_id, PairKind.MERGED, matcher)
    await clusters.hold(session)
    still = set(await repository.members_of(session, other_id))
    changed, made = await _move_all(session, sorted(still & set(locked)), other_id, cluster_id, Ended.MOVED)
    target = await repository.cluster(session, cluster_id)
    for held in sorted(made, key=lambda each: locked[each.desire_id].author_id):
        await tell_grouped(session, locked[held.desire_id], target, held)
    await record(session, Actor.of(moderator), "desires.merged", f"cluster:{cluster_id}", batch=str(changed.batch))
    return changed


async def set_apart(session: WriteSession, moderator: Caller, cluster_id: str, other_id: str, matcher: Matcher) -> None:
    """Say that two clusters are different wishes; nobody is asked about the two again."""
    await _require_two(session, cluster_id, other_id)
    if other_id in await repository.apart_from(session, [cluster_id]):
        return
    await repository.set_apart(session, cluster_id, other_id)
    await _label(session, moderator, cluster_id, other_id, PairKind.APART, matcher)
    await record(session, Actor.of(moderator), "desires.set_apart", f"cluster:{cluster_id}", other=other_id)


async def _require_two(session: WriteSession, cluster_id: str, other_id: str) -> None:
    if cluster_id == other_id:
        raise NotMembersError("Name another cluster")
    for each in (cluster_id, other_id):
        await repository.cluster(session, each)


async def _label(
    session: WriteSession, moderator: Caller, cluster_id: str, other_id: str, kind: PairKind, matcher: Matcher
) -> None:
    """Keep what was said of the first wording of the other cluster, where one is seen."""
    found = (await similar.first_wordings(session, [other_id])).get(other_id)
    if found is None:
        return
    desire_id, embedder_id = found[1].id, matcher.embedder.id
    vector = await repository.vector_of(session, desire_id, embedder_id)
    score = None if vector is None else await similar.score_of(session, matcher, vector, cluster_id)
    await repository.label(
        session, moderator.user_id, desire_id, cluster_id, kind, embedder_id=embedder_id, score=score
    )


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
