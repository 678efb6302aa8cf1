"""Reading desires: the board, like wishes while one types, a desire; and following one."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query

from services.api.deps import (
    CallerDep,
    Cursor,
    Limit,
    MaybeCallerDep,
    ReadDep,
    ServicesDep,
    WriteDep,
    address_limit,
)
from services.contracts.desires import SAMPLE_DESIRE, SAMPLE_PROMPT, DesirePublic, DesireState, DesireSummary, Similar
from services.contracts.pages import Page
from services.core.bounties import viewing
from services.core.desires import following, reading, repository, similar
from services.core.desires.reading import DesireSort
from services.core.desires.schemas import LONGEST_PROMPT
from services.core.kit.errors import NotFoundError
from services.core.kit.text import clean_line
from services.core.payments.settings import PaymentSettings
from services.core.shaders.search import BadFilterError

router = APIRouter(prefix="/api/v1/desires", tags=["desires"])

_LONGEST_ID = 16


async def well_formed_id(desire_id: Annotated[str, Path(examples=[SAMPLE_DESIRE])]) -> str:
    """An id that can be one; any other is not found, and never reaches the database."""
    if not (desire_id.isascii() and desire_id.isalnum() and len(desire_id) <= _LONGEST_ID):
        raise NotFoundError
    return desire_id


DesireId = Annotated[str, Depends(well_formed_id)]
PromptQuery = Annotated[
    str, Query(min_length=1, max_length=LONGEST_PROMPT, examples=[SAMPLE_PROMPT], description="As far as it is typed")
]


@router.get("")
async def read_board(
    caller: MaybeCallerDep,
    session: ReadDep,
    services: ServicesDep,
    sort: Annotated[
        DesireSort,
        Query(
            description="`heat` has one card for each group of like wishes, and is for open ones; `bounty` has the "
            "open ones on which something is pledged, the most first"
        ),
    ] = DesireSort.HEAT,
    state: Annotated[DesireState | None, Query(description="`open` unless told; with `author` all of them")] = None,
    author: Annotated[str | None, Query(max_length=40, description="A handle", examples=["ada"])] = None,
    q: Annotated[
        str | None,
        Query(
            max_length=200,
            description='Words that a desire has to have, the newest first; `"a phrase"`, `or` and `-word` work',
            examples=["neon rain"],
        ),
    ] = None,
    cursor: Cursor = None,
    limit: Limit = 24,
) -> Page[DesireSummary]:
    """What people wish for. One's own are all there by `author`, withdrawn ones too."""
    settings = services.settings.of(PaymentSettings)
    words = _words_of(q)
    if sort is DesireSort.BOUNTY and words is None:
        return await viewing.board(session, caller, settings, cursor=cursor, limit=limit)
    page = await reading.board(
        session, caller, sort=sort, state=state, author=author, words=words, cursor=cursor, limit=limit
    )
    return page.model_copy(update={"items": await viewing.with_bounties(session, page.items, settings)})


def _words_of(text: str | None) -> str | None:
    try:
        return clean_line(text or "") or None
    except ValueError as error:
        raise BadFilterError(str(error)) from error


@router.get("/similar", dependencies=[address_limit("desires_address")])
async def read_similar(prompt: PromptQuery, services: ServicesDep) -> Similar:
    """Up to three wishes that others have already, for a text that is being typed. Nothing of it is kept."""
    matcher = services.matcher
    vector = (await matcher.embed([prompt]))[0]
    # No connection is held while it is embedded.
    async with services.database.read() as session:
        return Similar(items=await similar.suggestions(session, matcher, prompt, vector))


@router.get("/{desire_id}")
async def read(desire_id: DesireId, caller: MaybeCallerDep, session: ReadDep, services: ServicesDep) -> DesirePublic:
    """A desire."""
    found = await reading.desire(session, caller, desire_id)
    (card,) = await viewing.with_bounties(session, [found], services.settings.of(PaymentSettings))
    return found.model_copy(update={"bounty": card.bounty})


@router.get("/{desire_id}/similar")
async def read_like(desire_id: DesireId, caller: MaybeCallerDep, session: ReadDep, services: ServicesDep) -> Similar:
    """Up to three other wishes like a desire; none that it was taken out of."""
    desire = await repository.visible(session, caller, desire_id)
    return Similar(items=await similar.like_desire(session, services.matcher, desire))


@router.put("/{desire_id}/follow")
async def follow(desire_id: DesireId, caller: CallerDep, session: WriteDep) -> DesirePublic:
    """Want it, too: count in its heat, and be told of works that answer it."""
    await following.follow(session, caller, desire_id)
    return await reading.desire(session, caller, desire_id)


@router.delete("/{desire_id}/follow")
async def unfollow(desire_id: DesireId, caller: CallerDep, session: WriteDep) -> DesirePublic:
    """Want it no more."""
    await following.unfollow(session, caller, desire_id)
    return await reading.desire(session, caller, desire_id)
