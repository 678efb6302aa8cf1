"""Rules of voting.

- One vote per user and shader: up, down or none. Saying the same again changes nothing (idempotent).
- Nobody votes on their own shader (`own_work`); one that the caller may not see does not exist (404).
- Counts, score and hot score change in the vote's transaction under a lock of the shader's row, so that any number of
  votes at once add up. The place before the vote is remembered for those who are
  paging (services/core/ranking/snapshots.py).
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
from services.core.ranking.hot import hot_score
from services.core.votes import repository
from services.core.votes.events import CHANGED
from services.core.votes.notices import tell_author
from services.core.votes.repository import Rank
from services.core.votes.schemas import VotedWork, VotesOnWorks, VoteState, VoteValue


class OwnShaderError(ForbiddenError):
    """A vote on one's own shader."""

    code = "own_work"
    title = "You cannot vote on your own work"


async def cast(session: WriteSession, *, caller: Caller, shader_id: str, value: VoteValue) -> VoteState:
    """Make `value` the caller's vote on the shader; `none` takes it back.

    Raises `NotFoundError` where the caller cannot see the shader, `OwnShaderError` on their own.
    """
    if value is not VoteValue.NONE:
        caller.require(Permission.VOTE)
    before = await repository.rank_of(session, shader_id, caller=caller, lock=True)
    if before is None:
        raise NotFoundError
    if before.author_id == caller.user_id and value is not VoteValue.NONE:
        raise OwnShaderError
    if await _change(session, before, caller.user_id, value.points):
        await emit(session, CHANGED, user_id=str(caller.user_id), shader_id=shader_id, value=value.points)
    return await state(session, caller=caller, shader_id=shader_id)


async def state(session: ReadSession, *, caller: Caller, shader_id: str) -> VoteState:
    """The caller's vote on a shader and its counts. Raises `NotFoundError` where they cannot see it."""
    rank = await repository.rank_of(session, shader_id, caller=caller)
    if rank is None:
        raise NotFoundError
    mine = await repository.votes_on(session, caller.user_id, [shader_id])
    return VoteState(
        shader_id=shader_id,
        value=VoteValue.of(mine.get(shader_id)),
        up=rank.up,
        down=rank.down,
        score=rank.score,
    )


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


async def _change(session: WriteSession, before: Rank, voter: UUID, points: int) -> bool:
    """Replace the voter's vote on the locked shader; False where it was that already."""
    old = (await repository.votes_on(session, voter, [before.shader_id])).get(before.shader_id, 0)
    if old == points:
        return False
    await repository.put(session, voter, before.shader_id, points)
    up = before.up + (points == 1) - (old == 1)
    down = before.down + (points == -1) - (old == -1)
    await repository.move(session, before, up=up, down=down, hot=hot_score(up, down, before.published_at))
    await tell_author(session, before, up)
    return True
