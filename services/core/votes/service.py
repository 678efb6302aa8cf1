"""Rules of voting.

- One vote per user and work: up, down or none. Saying the same again changes nothing (idempotent).
- Nobody votes on their own work (`own_work`); a work that the caller may not see does not exist (404).
- Counts, score and hot score change in the vote's transaction under a lock of the work's row, so that any number of
  votes at once add up. The place before the vote is remembered for pages under way
  (services/core/ranking/snapshots.py).
- A vote that changes something emits `vote.changed`; the feed learns the voter's taste from it.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from services.contracts.pages import Page
from services.core.identity.caller import Caller
from services.core.jobs.events import emit
from services.core.kit.database import ReadSession, WriteSession
from services.core.kit.errors import ForbiddenError, NotFoundError
from services.core.kit.pagination import decode_cursor, encode_cursor, parse_id, parse_time
from services.core.ranking.hot import hot_score
from services.core.shaders.cards import card_from
from services.core.votes.events import CHANGED
from services.core.votes.repository import Rank, VoteRepository, VoteWriter
from services.core.votes.schemas import VotedWork, VotesOnWorks, VoteState, VoteValue


class OwnWorkError(ForbiddenError):
    """A vote on one's own work."""

    code = "own_work"
    title = "You cannot vote on your own work"


async def cast(session: WriteSession, *, caller: Caller, shader_id: str, value: VoteValue) -> VoteState:
    """Make `value` the caller's vote on the work; `none` takes it back.

    Raises `NotFoundError` where the caller cannot see the work, `OwnWorkError` on their own.
    """
    votes = VoteWriter(session)
    before = await votes.rank(shader_id, caller=caller, lock=True)
    if before is None:
        raise NotFoundError
    if before.author_id == caller.user_id and value is not VoteValue.NONE:
        raise OwnWorkError
    if await _change(votes, before, caller.user_id, value.points):
        await emit(session, CHANGED, user_id=str(caller.user_id), shader_id=shader_id, value=value.points)
    return await state(session, caller=caller, shader_id=shader_id)


async def state(session: ReadSession, *, caller: Caller, shader_id: str) -> VoteState:
    """The caller's vote on a work and its counts. Raises `NotFoundError` where they cannot see it."""
    votes = VoteRepository(session)
    rank = await votes.rank(shader_id, caller=caller)
    if rank is None:
        raise NotFoundError
    mine = await votes.of_user_on(caller.user_id, [shader_id])
    return VoteState(
        shader_id=shader_id,
        value=VoteValue.of(mine.get(shader_id)),
        up=rank.up,
        down=rank.down,
        score=rank.score,
    )


async def on_works(session: ReadSession, *, caller: Caller, shader_ids: Sequence[str]) -> VotesOnWorks:
    """The caller's votes on the cards of a page; ids that mean nothing are left out."""
    mine = await VoteRepository(session).of_user_on(caller.user_id, shader_ids)
    return VotesOnWorks(votes={shader_id: VoteValue.of(value) for shader_id, value in mine.items()})


async def voted(
    session: ReadSession, *, caller: Caller, value: VoteValue | None, cursor: str | None, limit: int
) -> Page[VotedWork]:
    """The works that the caller has voted on, latest first; a vote that is changed keeps its place."""
    listing = f"votes:{caller.user_id}:{value}"
    points = None if value is None else value.points
    after = _after(listing, cursor)
    rows = await VoteRepository(session).voted(caller, value=points, after=after, limit=limit + 1)
    items = [
        VotedWork(shader=card_from(row), value=VoteValue.of(row.vote), voted_at=row.voted_at) for row in rows[:limit]
    ]
    if len(rows) <= limit:
        return Page(items=items)
    last = items[-1]
    return Page(items=items, next_cursor=encode_cursor(listing, last.voted_at.isoformat(), last.shader.id))


async def _change(votes: VoteWriter, before: Rank, voter: UUID, points: int) -> bool:
    """Replace the voter's vote on the locked work; False where it was that already."""
    old = (await votes.of_user_on(voter, [before.shader_id])).get(before.shader_id, 0)
    if old == points:
        return False
    await votes.put(voter, before.shader_id, points)
    up = before.up + (points == 1) - (old == 1)
    down = before.down + (points == -1) - (old == -1)
    await votes.move(before, up=up, down=down, hot=hot_score(up, down, before.published_at))
    return True


def _after(listing: str, cursor: str | None) -> tuple[datetime, str] | None:
    if cursor is None:
        return None
    at, shader_id = decode_cursor(listing, cursor, str, str)
    return parse_time(at), parse_id(shader_id)
