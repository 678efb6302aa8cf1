"""What happens to a desire once it is posted, in the worker: it is embedded, and grouped or not.

`process` writes the vector and puts the desire into the nearest cluster that is at least `join_at` near and whose first
and nearest wordings the guard lets pass; else into one of its own. It does so once in a desire's life: whatever people
or moderators do with it afterwards is never undone by a machine. It may run any number of times and be killed anywhere.

When the embedder's id changes, `reembed` writes the new vectors in batches while the old ones still serve those
processes that ask by the old id. A desire that comes meanwhile waits, because it would not find those that have none.
"""

from datetime import timedelta

import structlog

from services.contracts.desires import DesireState, MembershipHow
from services.core.desires import clusters, repository, similar
from services.core.desires.jobs import REEMBED
from services.core.desires.matching import Matcher, Vector
from services.core.desires.models import Desire, Membership
from services.core.desires.notices import tell_grouped, tell_joined
from services.core.jobs.outbox import enqueue_once
from services.core.kit.database import Database, WriteSession

BATCH = 200
# A release that is rolled out or back may still ask by the old id.
KEEP_OLD = timedelta(days=1)
_SETTLED = timedelta(seconds=5)

log = structlog.get_logger("desires")


class ReembeddingError(Exception):
    """Other desires have no vector of this embedder yet; it is to be tried again."""


async def process(database: Database, matcher: Matcher, desire_id: str) -> None:
    """Embed the desire and find its cluster. Raises `ReembeddingError`."""
    async with database.read() as session:
        if not await repository.can_be_found(session, matcher.embedder.id):
            raise ReembeddingError
        own = await repository.without_vector(session, matcher.embedder.id, 1, desire_id)
    vectors = await matcher.embed([text for _, text in own])
    async with database.write() as session:
        await _place(session, matcher, desire_id, vectors)


async def _place(session: WriteSession, matcher: Matcher, desire_id: str, vectors: list[Vector]) -> None:
    """Where there is no vector yet, `vectors` holds it."""
    desire = (await repository.locked_anyhow(session, [desire_id])).get(desire_id)
    if desire is None or desire.state == DesireState.WITHDRAWN:
        return
    await repository.put_vectors(session, matcher.embedder.id, [(desire_id, vector) for vector in vectors])
    await clusters.hold(session)
    if await repository.has_been_placed(session, desire_id):
        held = await clusters.current(session, desire_id)
        await clusters.refresh(session, [] if held is None else [held.cluster_id])
        return
    vector = vectors[0] if vectors else await repository.vector_of(session, desire_id, matcher.embedder.id)
    near = await _joinable(session, matcher, desire, vector)
    if near is None:
        await clusters.found(session, desire_id)
        return
    made = await clusters.move(
        session,
        desire_id,
        near.cluster_id,
        how=MembershipHow.AUTO,
        score=near.score,
        embedder_id=matcher.embedder.id,
    )
    await tell_of(session, desire, made)
    log.info("desire.grouped", desire_id=desire_id, cluster_id=near.cluster_id, score=round(near.score, 3))


async def _joinable(session: WriteSession, matcher: Matcher, desire: Desire, vector: Vector) -> similar.Near | None:
    """The nearest cluster that the desire may join without asking."""
    found = await similar.nearest(session, matcher, vector, least=matcher.embedder.join_at)
    first = await similar.first_wordings(session, [each.cluster_id for each in found])
    for each in found:
        if each.cluster_id not in first:
            continue
        texts = {first[each.cluster_id][1].prompt}
        texts.add(await similar.nearest_member(session, matcher, vector, each.cluster_id) or desire.prompt)
        if all(matcher.same_attributes(desire.prompt, text) for text in texts):
            return each
    return None


async def tell_of(session: WriteSession, desire: Desire, made: Membership) -> None:
    """Tell the desire's author that it was grouped, and whoever wished it first, in the order of their ids."""
    found = (await similar.first_wordings(session, [made.cluster_id])).get(made.cluster_id)
    if found is None:
        return
    cluster, first = found
    is_first = desire.author_id <= first.author_id
    for own in (True, False) if is_first else (False, True):
        if own and made.how != MembershipHow.CLICK:
            await tell_grouped(session, desire, cluster, made)
        elif not own and first.id != desire.id:
            await tell_joined(session, first, desire)


async def reembed(database: Database, matcher: Matcher) -> int:
    """Embed all that has no vector of this embedder; how many. It may be stopped anywhere and begun again."""
    count = 0
    while True:
        async with database.read() as session:
            texts = dict(await repository.without_vector(session, matcher.embedder.id, BATCH))
        if not texts:
            return count
        vectors = await matcher.embed(list(texts.values()))
        async with database.write() as session:
            there = await repository.locked_anyhow(session, texts)
            pairs = [(each, vector) for each, vector in zip(texts, vectors, strict=True) if each in there]
            await clusters.hold(session)
            await repository.put_vectors(session, matcher.embedder.id, pairs)
            await clusters.refresh(session, await repository.clusters_of(session, there))
        count += len(texts)


async def ask_to_reembed(session: WriteSession, matcher: Matcher) -> int:
    """Ask for `reembed` where something has had no vector for longer than a job takes; whether it was asked for."""
    if not await repository.has_gaps(session, matcher.embedder.id):
        return 0
    return int(await enqueue_once(session, REEMBED, delay=_SETTLED) is not None)


async def drop_old(session: WriteSession, matcher: Matcher) -> int:
    """Delete vectors of embedders that nobody asks by any more, some at a time; how many."""
    await clusters.hold(session)
    embedder_id = matcher.embedder.id
    dropped = await repository.drop_other_vectors(session, embedder_id, older=KEEP_OLD, limit=BATCH)
    await clusters.refresh(session, await repository.clusters_of(session, dropped))
    return len(dropped)
