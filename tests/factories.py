"""Rows for tests, written straight into the session: valid, small, and different from one another.

    ada = await make_user(session, handle="ada")
    work = await make_shader(session, author=ada, title="Tide pool", tags=["water"])

`make_shader` gives a public work with version 1 and a ready render, listed. `rendered=False` leaves the render
pending; any field of `Shader` can be given by name.
"""

import hashlib
from datetime import timedelta
from itertools import count
from typing import Any

from services.contracts.glsl import Dialect
from services.contracts.shaders import PreviewStatus, RenderStatus, Visibility
from services.core.accounts.models import User
from services.core.identity.caller import Caller
from services.core.identity.permissions import Role
from services.core.kit.database import WriteSession
from services.core.kit.tables import utc_now
from services.core.ranking.hot import FULL_WEIGHT, hot_score
from services.core.shaders.listing import refresh_listing
from services.core.shaders.models import Render, Shader, ShaderVersion
from services.core.votes.schemas import VoteState, VoteValue
from services.core.votes.service import cast
from services.core.votes.settings import VoteSettings
from services.core.votes.weighing import Weighing

SOURCE = "void mainImage(out vec4 color, in vec2 at) {\n    color = vec4(at / iResolution.xy, 0.5, 1.0);\n}\n"
WEIGHING = Weighing.of(VoteSettings(), "the pepper of tests")
_numbers = count(1)


def object_name(kind: str, seed: str) -> str:
    """A well-formed object name that depends on `seed` only; nothing is stored under it."""
    digest = hashlib.sha256(f"{kind} {seed}".encode()).hexdigest()
    return f"{kind}/{digest[:2]}/{digest}.webp"


def caller_of(user: User) -> Caller:
    """The caller that a valid token of `user` stands for."""
    return Caller(user_id=user.id, handle=user.handle, role=Role(user.role))


async def vote(
    session: WriteSession, voter: User, shader_id: str, value: VoteValue = VoteValue.UP, *, address: str = "127.0.0.1"
) -> VoteState:
    """A vote of `voter`, who comes from `address`."""
    caller = caller_of(voter)
    return await cast(session, caller=caller, shader_id=shader_id, value=value, weighing=WEIGHING, address=address)


async def make_user(session: WriteSession, **fields: Any) -> User:
    """A user who cannot sign in (no password hash unless given)."""
    handle = fields.pop("handle", f"user-{next(_numbers)}")
    user = User(
        handle=handle,
        email=fields.pop("email", f"{handle}@example.org"),
        display_name=fields.pop("display_name", handle.title()),
        **fields,
    )
    session.add(user)
    await session.flush()
    return user


async def make_shader(
    session: WriteSession, *, author: User, source: str = SOURCE, rendered: bool = True, **fields: Any
) -> Shader:
    """A work with version 1 and its render."""
    number = next(_numbers)
    visibility = fields.pop("visibility", Visibility.PUBLIC)
    created_at = fields.pop("created_at", utc_now() - timedelta(days=1) + timedelta(milliseconds=number))
    published_at = fields.pop("published_at", None if visibility == Visibility.DRAFT else created_at)
    tags = fields.setdefault("tags", [])
    fields.setdefault("search_words", " ".join([*tags, author.handle]))
    votes = fields.get("score", fields.get("up", 0) - fields.get("down", 0))
    fields.setdefault("weighted_score", FULL_WEIGHT * votes)
    if published_at is not None:
        fields.setdefault("hot", hot_score(fields["weighted_score"], published_at))
    shader = Shader(
        author_id=author.id,
        title=fields.pop("title", f"Work {number}"),
        licence=fields.pop("licence", "CC0-1.0"),
        dialect=fields.pop("dialect", Dialect.SHADERTOY),
        visibility=visibility,
        created_at=created_at,
        published_at=published_at,
        **fields,
    )
    session.add(shader)
    await session.flush()
    await make_version(session, shader, source=source, number=1, rendered=rendered)
    return shader


async def make_version(
    session: WriteSession, shader: Shader, *, source: str, number: int | None = None, rendered: bool = True
) -> ShaderVersion:
    """The next version of `shader` (or `number`), with its render."""
    version = ShaderVersion(
        shader_id=shader.id,
        number=number or shader.current_version + 1,
        source=source,
        source_sha256=hashlib.sha256(source.encode()).hexdigest(),
        dialect=shader.dialect,
    )
    session.add(version)
    shader.current_version = version.number
    await session.flush()
    await make_render(session, version, rendered=rendered)
    return version


async def make_render(session: WriteSession, version: ShaderVersion, *, rendered: bool = True, **fields: Any) -> Render:
    """The render of `version`: ready with a still and a preview, or pending."""
    if rendered:
        seed = f"{version.shader_id} {version.number}"
        fields = {
            "status": RenderStatus.READY,
            "preview_status": PreviewStatus.READY,
            "still_name": object_name("still", seed),
            "preview_name": object_name("preview", seed),
            "still_time": 1.0,
            "average_color": "#224466",
            "animated": True,
            "flash_count": 0,
            "ready_at": utc_now(),
            **fields,
        }
    render = Render(shader_id=version.shader_id, version=version.number, **fields)
    session.add(render)
    await refresh_listing(session, version.shader_id)
    return render
