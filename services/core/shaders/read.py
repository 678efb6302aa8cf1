"""Reading shaders, their versions and renders, and their authors' profiles, as the caller may see them.

Raises `NotFoundError` for what does not exist or is not the caller's to see. Compile errors and a moderator's reason
are for the author and for moderators.
"""

from sqlmodel import col

from services.contracts.accounts import PublicProfile
from services.contracts.renderer import KEPT_WIDTHS
from services.contracts.shaders import (
    PreviewStatus,
    RenderPublic,
    RenderStatus,
    ShaderPublic,
    VersionPublic,
    Visibility,
)
from services.core.accounts import repository as accounts
from services.core.accounts.models import User
from services.core.identity.caller import Caller
from services.core.kit.database import ReadSession
from services.core.kit.errors import NotFoundError
from services.core.kit.pagination import JsonPage
from services.core.ledger.currencies import POINTS
from services.core.ledger.models import AccountKind
from services.core.ledger.posting import Account
from services.core.ledger.reading import balance_of
from services.core.shaders import repository
from services.core.shaders.models import Shader, ShaderVersion
from services.core.shaders.visibility import listed_or_own


async def shader(session: ReadSession, caller: Caller | None, shader_id: str) -> ShaderPublic:
    """A whole shader with its newest version; routes that only read give `repository.shader_json`."""
    return ShaderPublic.model_validate_json(await repository.shader_json_within(session, caller, shader_id))


async def version(session: ReadSession, caller: Caller | None, shader_id: str, number: int | None) -> VersionPublic:
    """A version, or the newest."""
    return VersionPublic.model_validate_json(await repository.version_json(session, caller, shader_id, number))


async def versions(
    session: ReadSession, caller: Caller | None, shader_id: str, *, cursor: str | None, limit: int
) -> JsonPage:
    """The versions of a shader, the newest first."""
    page = await repository.versions_page(session, caller, shader_id, cursor=cursor, limit=limit)
    if not page.items and cursor is None:
        raise NotFoundError
    return page


async def two_versions(
    session: ReadSession, caller: Caller | None, shader_id: str, old: int | None, new: int | None
) -> tuple[ShaderVersion, ShaderVersion]:
    """The two versions to be compared: `new` or the newest, and `old` or the one before that.

    The first that the caller may see is compared with itself.
    """
    after = await repository.visible_version(session, caller, shader_id, new)
    try:
        return await repository.visible_version(session, caller, shader_id, old or after.number - 1), after
    except NotFoundError:
        if old is not None:
            raise
        return after, after


async def still_name(
    session: ReadSession, caller: Caller | None, shader_id: str, number: int | None, width: int
) -> str:
    """The stored object that is the still of a version, or of the newest; `NotFoundError` also before there is one.

    The smallest size that is at least `width` pixels wide, or the largest that there is.
    """
    wanted = min((each for each in KEPT_WIDTHS if each >= width), default=None)
    name = await repository.still_name(session, caller, shader_id, number, wanted)
    if name is None:
        raise NotFoundError("This version has no picture yet")
    return name


async def render(
    session: ReadSession, shader_id: str, caller: Caller | None, number: int | None = None
) -> RenderPublic:
    """Where the pictures of a version, or of the newest, stand."""
    return RenderPublic.model_validate_json(await repository.render_json(session, caller, shader_id, number))


def is_settled(found: RenderPublic) -> bool:
    """Whether nothing more will happen: failed, or the still is ready and there is a preview or will be none."""
    if found.status is RenderStatus.FAILED:
        return True
    return found.status is RenderStatus.READY and found.preview_status in (PreviewStatus.READY, PreviewStatus.SKIPPED)


async def shaders_of(
    session: ReadSession,
    caller: Caller | None,
    handle: str,
    *,
    visibility: Visibility | None,
    cursor: str | None,
    limit: int,
) -> JsonPage:
    """A user's shaders, the newest first: the listed ones, and to the user all that are not deleted."""
    author = await _author(session, handle)
    conditions = [col(Shader.author_id) == author.id, listed_or_own(caller)]
    if visibility is not None:
        conditions.append(col(Shader.visibility) == visibility)
    listing = f"works {author.id} {visibility}"
    return await repository.cards_page(session, caller, *conditions, listing=listing, cursor=cursor, limit=limit)


async def profile(session: ReadSession, handle: str) -> PublicProfile:
    """What everybody sees of the user with this handle."""
    user = await _author(session, handle)
    shaders, score = await repository.totals(session, user.id)
    return PublicProfile(
        handle=user.handle,
        display_name=user.display_name,
        bio=user.bio,
        created_at=user.created_at,
        shaders=shaders,
        score=score,
        reputation=await balance_of(session, Account(AccountKind.REPUTATION, str(user.id)), POINTS),
    )


async def _author(session: ReadSession, handle: str) -> User:
    user = await accounts.user_by_handle(session, handle)
    if user is None or user.suspended_at is not None:
        raise NotFoundError("There is no user with this handle")
    return user
