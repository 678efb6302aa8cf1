"""Hiding a shader from everybody but its author and those who may inspect shaders.

The author is told and reads the reason; whoever reported the shader is told, too. The shader comes back as it was when
it is unhidden.
"""

import structlog

from services.core.identity.caller import Caller
from services.core.kit.database import WriteSession
from services.core.kit.tables import utc_now
from services.core.moderation import repository
from services.core.moderation.notices import tell_hidden, tell_shown_again
from services.core.moderation.schemas import Resolution
from services.core.shaders.listing import refresh_listing
from services.core.shaders.repository import locked_for_moderation

log = structlog.get_logger("moderation")


async def hide(session: WriteSession, moderator: Caller, shader_id: str, reason: str) -> None:
    """Hide a shader; its open reports are resolved by that."""
    shader = await locked_for_moderation(session, shader_id)
    shader.hidden_at, shader.hidden_reason = shader.hidden_at or utc_now(), reason
    reports = await repository.resolve_open(session, shader_id, Resolution.HIDDEN, moderator.user_id)
    await refresh_listing(session, shader_id)
    await tell_hidden(session, moderator, shader, shader.hidden_at, reports)
    log.info("shader.hidden", shader_id=shader_id, moderator_id=str(moderator.user_id))


async def unhide(session: WriteSession, moderator: Caller, shader_id: str) -> None:
    """Show a shader again, as it was before."""
    shader = await locked_for_moderation(session, shader_id)
    hidden_at = shader.hidden_at
    shader.hidden_at = shader.hidden_reason = None
    await refresh_listing(session, shader_id)
    if hidden_at is not None:
        await tell_shown_again(session, moderator, shader, hidden_at)
    log.info("shader.unhidden", shader_id=shader_id, moderator_id=str(moderator.user_id))
