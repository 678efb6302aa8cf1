"""Where the pictures of a version stand, for those who may see the work."""

from sqlalchemy import select
from sqlmodel import col

from services.contracts.shaders import PreviewStatus, RenderPublic, RenderStatus
from services.core.identity.caller import Caller
from services.core.identity.permissions import Permission
from services.core.kit.database import ReadSession
from services.core.kit.errors import NotFoundError
from services.core.shaders.cards import picture_url
from services.core.shaders.models import Render, Shader
from services.core.shaders.visibility import visible_to


async def read_render(
    session: ReadSession, shader_id: str, caller: Caller | None, version: int | None = None
) -> RenderPublic:
    """The render of `version` (None: the newest). Raises `NotFoundError` for what the caller may not see."""
    wanted = col(Shader.current_version) if version is None else version
    statement = (
        select(Render, col(Shader.author_id))
        .join(Shader, col(Shader.id) == col(Render.shader_id))
        .where(col(Shader.id) == shader_id, col(Render.version) == wanted, visible_to(caller))
    )
    row = (await session.execute(statement)).one_or_none()
    if row is None:
        raise NotFoundError
    render, author_id = row
    insider = caller is not None and (caller.user_id == author_id or caller.may(Permission.INSPECT_SHADERS))
    return render_public(render, with_errors=insider)


def render_public(render: Render, *, with_errors: bool) -> RenderPublic:
    """What callers see of a render; `with_errors` for the author and moderators."""
    return RenderPublic.model_validate(
        {
            **render.model_dump(exclude={"errors", "timings"}, warnings=False),
            "errors": render.errors if with_errors else [],
            "still_url": picture_url(render.still_name),
            "preview_url": picture_url(render.preview_name),
        }
    )


def is_settled(render: RenderPublic) -> bool:
    """Whether nothing more will happen: failed, or the still is ready and there is a preview or will be none."""
    if render.status is RenderStatus.FAILED:
        return True
    return render.status is RenderStatus.READY and render.preview_status in (PreviewStatus.READY, PreviewStatus.SKIPPED)
