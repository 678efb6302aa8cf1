"""What the feed thinks a user likes, as they see it: with a way to forget one thing, all of it, or to learn no more.

Forgetting is about the past: the same vote cast again, or a longer look tomorrow, teaches the feed anew.
"""

from services.contracts.shaders import ShaderSummary
from services.core.feed import repository, taste
from services.core.feed.models import ForgottenKind
from services.core.feed.schemas import LikedTag, LikedWork, TastePublic
from services.core.identity.caller import Caller
from services.core.kit.database import ReadSession, WriteSession
from services.core.kit.errors import NotFoundError
from services.core.kit.tables import utc_now

MOST_WORKS = 12


async def portrait_of(session: ReadSession, caller: Caller) -> TastePublic:
    """What the feed thinks that the caller likes."""
    now = utc_now()
    learning = await repository.is_learning(session, caller.user_id)
    weights, learnt_at = await repository.taste_of(session, caller.user_id)
    present = taste.aged(weights, since=learnt_at or now, now=now)
    tags = sorted(present.items(), key=lambda entry: (-abs(entry[1]), entry[0]))
    return TastePublic(
        learning=learning,
        updated_at=learnt_at,
        tags=[LikedTag(tag=tag, weight=round(weight, 3)) for tag, weight in tags],
        works=await _works(session, caller) if learning else [],
    )


async def _works(session: ReadSession, caller: Caller) -> list[LikedWork]:
    now = utc_now()
    strongest: dict[str, taste.Signal] = {}
    for signal in await taste.signals_of(session, caller.user_id, now):
        known = strongest.get(signal.shader_id)
        if signal.strength > 0 and (known is None or signal.weight(now) > known.weight(now)):
            strongest[signal.shader_id] = signal
    order = sorted(strongest.values(), key=lambda signal: (-signal.weight(now), signal.shader_id))
    # A few more, for those that not everybody may see any more.
    found = await repository.listed_cards(session, [signal.shader_id for signal in order[: 4 * MOST_WORKS]])
    return [
        LikedWork(
            shader=ShaderSummary.model_validate_json(found[signal.shader_id]),
            cause=signal.cause,
            weight=round(signal.weight(now), 3),
        )
        for signal in order
        if signal.shader_id in found
    ][:MOST_WORKS]


async def forget(session: WriteSession, caller: Caller, kind: ForgottenKind, name: str) -> None:
    """Forget what the caller did about a tag or a shader until now. Raises `NotFoundError` where nothing is known."""
    now = utc_now()
    signals = await taste.signals_of(session, caller.user_id, now)
    known = {tag for signal in signals for tag in signal.tags}
    if kind is ForgottenKind.SHADER:
        known = {signal.shader_id for signal in signals}
    if name not in known:
        raise NotFoundError
    await repository.forget(session, caller.user_id, kind, name, now)
    await taste.rebuild(session, caller.user_id)


async def choose_learning(session: WriteSession, caller: Caller, *, learning: bool) -> None:
    """Let the feed learn or not; where not, what it has learnt and what the caller saw is deleted at once."""
    await repository.choose_learning(session, caller.user_id, learning=learning)
    if not learning:
        await repository.delete_events(session, caller.user_id)
    await taste.rebuild(session, caller.user_id)
