"""The render queue: which of the open jobs is drawn next.

What waits is what the `renders` rows say, so nothing can be lost that is not lost with them. A message in Redis says
that a job waits, not which: the worker that has one takes the job that is next by fair.py, when a renderer has room for
it and not before. There is a message for each open job, so their number is still the queue's depth, which the
autoscaler reads.

`take` is one short transaction under the lock of the queue's row: it looks at who has jobs that wait, chooses, and
claims as services/core/renders/service.py says. A process that dies in it has taken nothing; one that dies later holds
a claim that lapses. What a job took is said with the next `take`; where that is lost, a share is a little wrong.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from pydantic import ValidationError
from sqlalchemy import Row, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col

from services.core.accounts.models import Plan
from services.core.entitlements.service import PLAN_SQL
from services.core.kit.database import WriteSession
from services.core.renders.fair import Flow, Lane, Shares
from services.core.renders.models import RenderQueue
from services.core.renders.service import LEASE, RenderJob, claim_preview, claim_still

PLAN_WEIGHTS = {Plan.FREE: 1.0, Plan.PRO: 2.0}

# The first job of each account in each lane. One that has failed before waits a while, longer each time.
_HEADS = text(
    f"""
    WITH open AS (
        SELECT r.shader_id, r.version, s.author_id, r.updated_at, r.request_id,
            CASE
                WHEN r.status = 'ready' THEN 'loop'
                WHEN r.ready_at IS NOT NULL OR r.version < s.current_version THEN 'later'
                WHEN s.visibility IN ('public', 'unlisted') AND s.hidden_at IS NULL AND NOT s.withheld
                    AND s.review_asked_at IS NULL
                    THEN 'published'
                ELSE 'draft'
            END AS lane,
            CASE WHEN r.status = 'ready' THEN r.preview_attempts ELSE r.attempts END AS attempts
        FROM renders r JOIN shaders s ON s.id = r.shader_id
        WHERE (r.status IN ('pending', 'rendering') OR r.preview_status IN ('pending', 'rendering'))
            AND r.status <> 'failed' AND s.deleted_at IS NULL
            AND (r.lease_until IS NULL OR r.lease_until < now())
    ), heads AS (
        SELECT DISTINCT ON (lane, author_id) * FROM open
        WHERE attempts = 0 OR updated_at < now() - make_interval(secs => 0.25 * power(2, least(attempts, 6)))
        ORDER BY lane, author_id, updated_at, shader_id, version
    )
    SELECT heads.*, {PLAN_SQL} AS plan, extract(epoch FROM now() - heads.updated_at)::float AS waited
    FROM heads JOIN users ON users.id = heads.author_id
    ORDER BY heads.updated_at, heads.shader_id, heads.version
    """  # noqa: S608 -- of constants
)


@dataclass(slots=True)
class Turn:
    """A job that was taken, what its account was charged for it, and what it came to in seconds of a renderer."""

    job: RenderJob
    flow: Flow
    charged: float
    # How long it had waited, and for the logs the id of the request that had asked for it.
    waited: float
    request_id: str | None
    seconds: float | None = None


async def take(session: WriteSession, over: Sequence[Turn] = (), *, lease: timedelta = LEASE) -> Turn | None:
    """Claim the job that is next, or None when none waits that is free. `over` are turns that ended since."""
    shares = await _locked_shares(session)
    for turn in over:
        if turn.seconds is None:
            shares.refund(turn.flow, turn.charged)
        else:
            shares.settle(turn.flow, turn.charged, turn.seconds)
    taken = await _next(session, shares, lease)
    await session.execute(update(RenderQueue).values(shares=shares.model_dump(mode="json")))
    return taken


async def _next(session: WriteSession, shares: Shares, lease: timedelta) -> Turn | None:
    heads = {_flow_of(row): row for row in await session.execute(_HEADS)}
    while heads:
        flow, charged = shares.choose(list(heads))
        head = heads.pop(flow)
        claim = claim_preview if flow.lane is Lane.LOOP else claim_still
        job = await claim(session, head.shader_id, head.version, lease=lease)
        if job is not None:
            return Turn(job, flow, charged, head.waited, head.request_id)
        shares.refund(flow, charged)  # It was given up, or somebody has it since.
    return None


async def _locked_shares(session: WriteSession) -> Shares:
    locked = select(col(RenderQueue.shares)).with_for_update()
    kept = await session.scalar(locked)
    if kept is None:
        await session.execute(insert(RenderQueue).values(id=1, shares={}).on_conflict_do_nothing())
        kept = await session.scalar(locked)
    try:
        return Shares.model_validate(kept or {})
    except ValidationError:
        return Shares()  # Of another version of the program: everybody begins anew.


def _flow_of(row: Row[Any]) -> Flow:
    return Flow(Lane(row.lane), str(row.author_id), PLAN_WEIGHTS[Plan(row.plan)])
