"""Rules of voting.

- One vote per user and shader: up, down or none. Saying the same again changes nothing (idempotent).
- Nobody votes on their own shader (`own_work`); one that the caller may not see does not exist (404).
- Counts, scores and hot score change in the vote's transaction under a lock of the shader's row, so that any number of
  votes at once add up. The place before the vote is remembered for those who are
  paging (services/core/ranking/snapshots.py).
- The counts are of people. Lists order by what the votes weigh (weights.py); a vote changes the part of its network.
- A vote that changes something emits `vote.changed`; the feed learns the voter's taste from it.
- Votes of a suspended account do not count (recount.py).
- The author is told of the first vote and of round numbers of them (notices.py).
"""

from collections.abc import Sequence
from uuid import UUID

from services.contracts.pages import Page
from services.contracts.shaders import ShaderSummary
from services.core.identity.caller import Caller
from services.core.identity.permissions import Permission
from services.core.jobs.events import emit
from services.core.kit.database import ReadSession, WriteSession
from services.core.kit.errors import ForbiddenError, NotFoundError
from services.core.kit.tables import utc_now
from services.core.votes import repository
from services.core.votes.events import CHANGED
from services.core.votes.notices import tell_author
from services.core.votes.repository import Rank
from services.core.votes.schemas import VotedWork, VotesOnWorks, VoteState, VoteValue
from services.core.votes.weighing import Weighing
from services.core.votes.weights import Tally, share


class OwnShaderError(ForbiddenError):
    """A vote on one's own shader."""

    code = "own_work"
    title = "You cannot vote on your own work"


async def cast(
    session: WriteSession, *, caller: Caller, shader_id: str, value: VoteValue, weighing: Weighing, address: str
) -> VoteState:
    """Make `value` the caller's vote on the shader; `none` takes it back. `address` is where the caller comes from.

    Raises `NotFoundError` where the caller cannot see the shader, `OwnShaderError` on their own.
    """
    if value is not VoteValue.NONE:
        caller.require(Permission.VOTE)
    before = await repository.rank_of(session, shader_id, caller=caller, lock=True)
    if before is None:
        raise NotFoundError
    if before.author_id == caller.user_id and value is not VoteValue.NONE:
        raise OwnShaderError
    after = await _change(session, before, caller.user_id, value.points, weighing=weighing, address=address)
    if after is None:
        return _state(shader_id, value, before.tally)
    await tell_author(session, before, after.up)
    await emit(session, CHANGED, user_id=str(caller.user_id), shader_id=shader_id, value=value.points)
    return _state(shader_id, value, after)


async def state(session: ReadSession, *, caller: Caller, shader_id: str) -> VoteState:
    """The caller's vote on a shader and its counts. Raises `NotFoundError` where they cannot see it."""
    rank = await repository.rank_of(session, shader_id, caller=caller)
    if rank is None:
        raise NotFoundError
    mine = await repository.votes_on(session, caller.user_id, [shader_id])
    return _state(shader_id, VoteValue.of(mine.get(shader_id)), rank.tally)


def _state(shader_id: str, value: VoteValue, tally: Tally) -> VoteState:
    score = tally.up - tally.down
    return VoteState(shader_id=shader_id, value=value, up=tally.up, down=tally.down, score=score)


async def on_works(session: ReadSession, *, caller: Caller, shader_ids: Sequence[str]) -> VotesOnWorks:
    """The caller's votes on the cards of a page; ids that mean nothing are left out."""
    mine = await repository.votes_on(session, caller.user_id, shader_ids)
    return VotesOnWorks(votes={shader_id: VoteValue.of(value) for shader_id, value in mine.items()})


async def voted(
    session: ReadSession, *, caller: Caller, value: VoteValue | None, cursor: str | None, limit: int
) -> Page[VotedWork]:
    """The shaders that the caller has voted on, latest first; a vote that is changed keeps its place."""
    listing = f"votes:{caller.user_id}:{value}"
    points = None if value is None else value.points
    rows, next_cursor = await repository.voted_page(
        session, caller, value=points, listing=listing, cursor=cursor, limit=limit
    )
    items = [
        VotedWork(
            shader=ShaderSummary.model_validate_json(row.card),
            value=VoteValue.of(row.value),
            voted_at=row.created_at,
        )
        for row in rows
    ]
    return Page(items=items, next_cursor=next_cursor)


async def _change(
    session: WriteSession, before: Rank, voter_id: UUID, points: int, *, weighing: Weighing, address: str
) -> Tally | None:
    """Replace the voter's vote on the locked shader; None where it was that already."""
    old = await repository.ballot(session, voter_id, before.shader_id)
    if old.value == points:
        return None
    network = old.network if old.value else weighing.mark(address, before.shader_id)
    weight = weighing.weight(old.created_at, utc_now())

    async def part(value: int, of: int) -> int:
        """What a vote of the voter adds to the weighted score."""
        if value == 0 or network is None:
            return value * of
        others = await repository.neighbours(session, before.shader_id, network=network, value=value, voter_id=voter_id)
        return value * share(of, others)

    after = Tally(
        up=before.tally.up + (points == 1) - (old.value == 1),
        down=before.tally.down + (points == -1) - (old.value == -1),
        weighted_score=before.tally.weighted_score - await part(old.value, old.weight) + await part(points, weight),
    )
    await repository.put(session, voter_id, before.shader_id, points, weight=weight, network=network)
    await repository.move(session, before, after)
    return after
