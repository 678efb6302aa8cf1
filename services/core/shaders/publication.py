"""What a shader owes before others can see it: a picture of its newest version.

A newest version that could not be drawn is never put before others (`NoPictureError`); it can be mended first, and
costs none of the month's publishes. One that is still to be drawn may be published at once, as the site does: lists
show it when its picture is there. Who wants to be sure says `require_picture` and is told to come back
(`PicturePendingError`).

Both bind the moment in which a shader is opened to others, by everybody. A new version of a shader that others see
already is drawn later: until then, and if that fails, lists keep the picture that it had.

Whoever opens it, its author or a moderator after a review (review.py), `open_to_others` is the one place in which a
shader becomes published: what follows from that hangs on the event.
"""

from sqlalchemy import select
from sqlmodel import col

from services.contracts.shaders import RenderStatus
from services.core.jobs.events import emit
from services.core.kit.database import WriteSession
from services.core.kit.errors import ConflictError
from services.core.kit.tables import utc_now
from services.core.ranking.hot import hot_score
from services.core.shaders import events
from services.core.shaders.models import Render, Shader

_AGAIN_SECONDS = 2


class NoPictureError(ConflictError):
    """The newest version could not be drawn; `version`, `failure_code` and `errors` say which and why."""

    code = "no_picture"
    title = "The newest version could not be drawn"


class PicturePendingError(ConflictError):
    """The newest version is not drawn yet; `version`, and `Retry-After` for when to look again."""

    code = "picture_pending"
    title = "The newest version is not drawn yet"


async def refuse_undrawn(session: WriteSession, shader: Shader, *, require_picture: bool) -> None:
    """Raise `NoPictureError` or `PicturePendingError` where the locked `shader` may not be shown to others yet."""
    row = col(Render.shader_id) == shader.id, col(Render.version) == shader.current_version
    render = (await session.scalars(select(Render).where(*row).execution_options(populate_existing=True))).one()
    # A picture that is taken anew, for another second, does not take away the one that is there.
    if render.still_name is not None:
        return
    version = {"version": shader.current_version}
    if render.status == RenderStatus.FAILED:
        why = {"failure_code": render.failure_code, "errors": render.errors}
        raise NoPictureError(
            f"Version {shader.current_version} could not be drawn ({render.failure_code}), so nothing was published",
            extra=version | why,
        )
    if require_picture:
        raise PicturePendingError(
            f"Version {shader.current_version} is not drawn yet, so nothing was published",
            extra=version,
            headers={"Retry-After": str(_AGAIN_SECONDS)},
        )


async def open_to_others(session: WriteSession, shader: Shader) -> None:
    """From now on others see the locked or new `shader`, for the first time; nothing awaits review any more."""
    now = utc_now()
    shader.published_at, shader.review_asked_at = now, None
    shader.hot = hot_score(shader.weighted_score, now)
    await emit(session, events.PUBLISHED, shader_id=shader.id, author_id=str(shader.author_id))
