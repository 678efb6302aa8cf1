"""What the feed learnt about the caller, and what they want no more of."""

from fastapi import APIRouter

from services.api.deps import CallerDep, ReadDep, WriteDep
from services.core.feed import mutes, portrait
from services.core.feed.models import ForgottenKind, MuteKind
from services.core.feed.schemas import LearningChoice, Mutes, TastePublic

router = APIRouter(prefix="/api/v1/feed", tags=["feed"])


@router.get("/taste")
async def read_taste(caller: CallerDep, session: ReadDep) -> TastePublic:
    """What the feed thinks that the caller likes, as tags and works."""
    return await portrait.portrait_of(session, caller)


@router.put("/taste")
async def choose_learning(body: LearningChoice, caller: CallerDep, session: WriteDep) -> TastePublic:
    """Let the feed learn or not; without it, what it learnt and what the caller saw is deleted at once."""
    await portrait.choose_learning(session, caller, learning=body.learning)
    return await portrait.portrait_of(session, caller)


@router.delete("/taste/tags/{tag}", status_code=204)
async def forget_tag(tag: str, caller: CallerDep, session: WriteDep) -> None:
    """Forget what the caller's votes and looks until now say about a tag."""
    await portrait.forget(session, caller, ForgottenKind.TAG, tag)


@router.delete("/taste/shaders/{shader_id}", status_code=204)
async def forget_work(shader_id: str, caller: CallerDep, session: WriteDep) -> None:
    """Forget what the caller did about a work until now; the vote itself stays."""
    await portrait.forget(session, caller, ForgottenKind.SHADER, shader_id)


@router.get("/mutes")
async def read_mutes(caller: CallerDep, session: ReadDep) -> Mutes:
    """What the caller wants no more of in their feed, the latest first."""
    return Mutes(items=await mutes.mutes_of(session, caller))


@router.put("/mutes/{kind}/{name}", status_code=204)
async def mute(kind: MuteKind, name: str, caller: CallerDep, session: WriteDep) -> None:
    """Have no more of a tag, an author (by handle), a shader (by id) or an AI label in the caller's own feed."""
    await mutes.mute(session, caller, kind, name)


@router.delete("/mutes/{kind}/{name}", status_code=204)
async def unmute(kind: MuteKind, name: str, caller: CallerDep, session: WriteDep) -> None:
    """Take a mute back; nothing happens where there is none."""
    await mutes.unmute(session, caller, kind, name)
