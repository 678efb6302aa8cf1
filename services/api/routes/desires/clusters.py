"""Clusters: what is wanted in several wordings; moderators regroup them, and look at those that may be one wish."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path

from services.api.deps import (
    Cursor,
    IdempotencyDep,
    IdempotentRoute,
    Limit,
    MaybeCallerDep,
    ReadDep,
    ServicesDep,
    WriteDep,
)
from services.api.reporting import ModeratorDep
from services.api.routes.desires.board import well_formed_id
from services.contracts.desires import SAMPLE_CLUSTER, Bridge, ClusterPublic, ClustersChanged
from services.contracts.pages import Page
from services.core.desires import bridges, moderating, reading
from services.core.desires.schemas import MergeRequest, SplitRequest, UndoRequest

router = APIRouter(prefix="/api/v1/desire-clusters", tags=["desires"], route_class=IdempotentRoute)


async def _well_formed(cluster_id: Annotated[str, Path(examples=[SAMPLE_CLUSTER])]) -> str:
    return await well_formed_id(cluster_id)


ClusterId = Annotated[str, Depends(_well_formed)]


@router.get("/bridges")
async def read_bridges(
    _: ModeratorDep, session: ReadDep, services: ServicesDep, cursor: Cursor = None, limit: Limit = 24
) -> Page[Bridge]:
    """Moderators: clusters that may be one wish, the most wanted first. A page may be short and have a next one."""
    return await bridges.page(session, services.matcher, cursor=cursor, limit=limit)


@router.get("/{cluster_id}")
async def read_cluster(
    cluster_id: ClusterId, caller: MaybeCallerDep, session: ReadDep, services: ServicesDep
) -> ClusterPublic:
    """The wordings of a cluster, and the works that answer them."""
    return await reading.cluster(session, caller, cluster_id, services.matcher)


@router.post("/{cluster_id}/split", status_code=201)
async def split(
    cluster_id: ClusterId, body: SplitRequest, moderator: ModeratorDep, session: WriteDep, _: IdempotencyDep
) -> ClustersChanged:
    """Moderators: give some desires of a cluster one of their own."""
    return await moderating.split(session, moderator, cluster_id, body.desires)


@router.post("/{cluster_id}/merge", status_code=201)
async def merge(
    cluster_id: ClusterId,
    body: MergeRequest,
    moderator: ModeratorDep,
    session: WriteDep,
    services: ServicesDep,
    _: IdempotencyDep,
) -> ClustersChanged:
    """Moderators: put the desires of another cluster into this one."""
    return await moderating.merge(session, moderator, cluster_id, body.cluster, services.matcher)


@router.post("/{cluster_id}/apart", status_code=204)
async def set_apart(
    cluster_id: ClusterId, body: MergeRequest, moderator: ModeratorDep, session: WriteDep, services: ServicesDep
) -> None:
    """Moderators: say that another cluster is a different wish than this one; they are not suggested again."""
    await moderating.set_apart(session, moderator, cluster_id, body.cluster, services.matcher)


@router.post("/undo")
async def undo(body: UndoRequest, moderator: ModeratorDep, session: WriteDep) -> ClustersChanged:
    """Moderators: put back what a split or a merge moved, where nothing has moved it since."""
    return await moderating.undo(session, moderator, body.batch)
