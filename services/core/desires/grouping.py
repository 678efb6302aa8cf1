"""What a desire's author says of its likeness: it is that wish (join), it is not (leave, differ).

Each click is kept with the embedder's id and score, for calibration. It moves this one desire and nothing else; joining
and leaving again gives exactly what was before. Raises `NotFoundError` and `NotYoursError`.
"""

from services.contracts.desires import DesireState, MembershipHow
from services.core.desires import clusters, repository, similar
from services.core.desires.matching import Matcher, Vector
from services.core.desires.models import Desire, Ended, Membership, PairKind
from services.core.desires.processing import tell_of
from services.core.identity.caller import Caller
from services.core.identity.permissions import Permission
from services.core.kit.database import WriteSession
from services.core.kit.errors import ConflictError, NotFoundError


class NotOpenError(ConflictError):
    """The desire was fulfilled or withdrawn, or has expired; `state`."""

    code = "desire_closed"
    title = "This desire is not open any more"

    def __init__(self, desire: Desire) -> None:
        super().__init__(f"It is {desire.state}", extra={"state": str(desire.state)})


class AloneError(ConflictError):
    """There is nobody in its cluster to part from."""

    code = "alone_in_cluster"
    title = "This desire stands alone already"


async def join(session: WriteSession, caller: Caller, desire_id: str, cluster_id: str, matcher: Matcher) -> None:
    """Put one's own open desire into a cluster; where it is in it already, nothing happens."""
    caller.require(Permission.POST_DESIRES)
    desire = await repository.locked_own(session, caller, desire_id)
    if desire.state != DesireState.OPEN:
        raise NotOpenError(desire)
    if cluster_id not in await repository.clusters_of(session, [desire_id]):
        await put_into(session, caller, desire, cluster_id, matcher, await _vector(session, desire, matcher))


async def put_into(
    session: WriteSession, caller: Caller, desire: Desire, cluster_id: str, matcher: Matcher, vector: Vector
) -> None:
    """Put the desire, which the caller holds, into a cluster with a wording that everybody sees."""
    score = await _say(session, caller, desire, cluster_id, PairKind.JOIN, matcher, vector)
    await clusters.hold(session)
    made = await clusters.move(
        session, desire.id, cluster_id, how=MembershipHow.CLICK, score=score, embedder_id=matcher.embedder.id
    )
    await tell_of(session, desire, made)


async def leave(session: WriteSession, caller: Caller, desire_id: str, matcher: Matcher) -> Membership:
    """Take one's own desire out of its cluster: back to where it was, or into one of its own. No machine undoes it."""
    desire = await repository.locked_own(session, caller, desire_id)
    await clusters.hold(session)
    held = await clusters.current(session, desire_id)
    if held is None or await repository.members_of(session, held.cluster_id) == [desire_id]:
        raise AloneError
    await repository.label(
        session,
        caller.user_id,
        desire.id,
        held.cluster_id,
        PairKind.LEFT,
        embedder_id=held.embedder_id or matcher.embedder.id,
        score=held.score,
    )
    return await clusters.go_back(session, held, Ended.LEFT)


async def differ(
    session: WriteSession, caller: Caller, desire_id: str, cluster_id: str, difference: str, matcher: Matcher
) -> None:
    """Say that one's own desire is not the wish of a cluster, and how it differs; it stays where it is."""
    caller.require(Permission.POST_DESIRES)
    desire = await repository.locked_own(session, caller, desire_id)
    await say_different(session, caller, desire, cluster_id, matcher, await _vector(session, desire, matcher))
    desire.difference = difference or desire.difference


async def say_different(
    session: WriteSession, caller: Caller, desire: Desire, cluster_id: str, matcher: Matcher, vector: Vector
) -> None:
    """Keep that the desire, which the caller holds, is not the wish of a cluster."""
    await _say(session, caller, desire, cluster_id, PairKind.DIFFERENT, matcher, vector)


async def _vector(session: WriteSession, desire: Desire, matcher: Matcher) -> Vector:
    found: Vector | None = await repository.vector_of(session, desire.id, matcher.embedder.id)
    return (await matcher.embed([desire.prompt]))[0] if found is None else found


async def _say(
    session: WriteSession,
    caller: Caller,
    desire: Desire,
    cluster_id: str,
    kind: PairKind,
    matcher: Matcher,
    vector: Vector,
) -> float | None:
    """Keep the click, and give how near the desire is to the cluster."""
    if cluster_id not in await similar.first_wordings(session, [cluster_id]):
        raise NotFoundError("There is no such cluster")
    score = await similar.score_of(session, matcher, vector, cluster_id)
    await repository.label(
        session, caller.user_id, desire.id, cluster_id, kind, embedder_id=matcher.embedder.id, score=score
    )
    return score
