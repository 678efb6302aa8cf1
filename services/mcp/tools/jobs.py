"""Long work: `get_job` and, where it failed, `redraw_shader`.

So far it is the rendering of a version, `render:ID:VERSION`.
"""

import asyncio

from mcp_types import ImageContent
from pydantic import BaseModel, Field

from services.contracts.shaders import RenderPublic
from services.mcp.backend import Backend
from services.mcp.compiler import Finding, findings
from services.mcp.flashes import Flashes, flashes_of
from services.mcp.pictures import stored_picture
from services.mcp.tool import Arguments, Result, tool
from services.mcp.values import Number, ShaderId

_ENDS = frozenset({"ready", "failed"})
_FIRST_PAUSE, _LONGEST_PAUSE = 0.15, 1.0


class JobArguments(Arguments):
    """Which job."""

    job_id: str = Field(pattern=r"^render:[0-9A-Za-z]{1,16}:[1-9][0-9]{0,5}$", description="from another tool's result")
    include_image: bool = True


class Job(Flashes):
    """Where it stands."""

    job_id: str
    status: str = Field(description="pending, rendering, ready or failed")
    retry_after_seconds: int | None = Field(default=None, description="while it is not done: when to ask again")
    code: str | None = Field(default=None, description="why it failed")
    errors: list[Finding] = Field(default_factory=list)
    animated: bool | None = None
    average_color: str | None = None


class RedrawArguments(Arguments):
    """Whose picture failed."""

    shader_id: ShaderId
    version: Number | None = Field(default=None, description="the newest unless told")


class Redrawn(BaseModel):
    """Where the picture stands now."""

    job_id: str
    status: str
    retry_after_seconds: int | None = Field(default=None, description="when to ask get_job")


@tool(title="Ask for a job", toolset="read", scope=None)
async def get_job(backend: Backend, arguments: JobArguments) -> Result[Job]:
    """Where the picture of a version stands, by the job_id of another tool's result, and the picture when it is
    ready."""
    _, shader_id, number = arguments.job_id.split(":")
    version = int(number)
    render = await backend.api.render(shader_id, version)
    job = Job(job_id=arguments.job_id, **await job_fields(backend, render, shader_id, version))
    return Result(job, await picture_of(backend, render, shader_id, version) if arguments.include_image else [])


@tool(title="Draw a shader again", toolset="write", scope="write", open_world=False)
async def redraw_shader(backend: Backend, arguments: RedrawArguments) -> Result[Redrawn]:
    """Another try for the picture or loop of an own work that failed (get_job says why). To call it twice, or for a
    work that is drawn, changes nothing."""
    render = await backend.api.redraw(arguments.shader_id, arguments.version)
    waiting = None if render.status in _ENDS else 2
    return Result(
        Redrawn(job_id=job_of(render.shader_id, render.version), status=render.status, retry_after_seconds=waiting)
    )


def job_of(shader_id: str, version: int) -> str:
    """The job that makes the pictures of a version."""
    return f"render:{shader_id}:{version}"


async def job_fields(backend: Backend, render: RenderPublic, shader_id: str, version: int) -> dict[str, object]:
    """The members of `Job` but its id."""
    source = (await backend.api.version(shader_id, version)).source if render.errors else ""
    return {
        "status": render.status,
        "retry_after_seconds": None if render.status in _ENDS else 2,
        "code": render.failure_code,
        "errors": findings(render.errors, source),
        "animated": render.animated,
        **flashes_of(render.flashes, render.flash_count),
        "average_color": render.average_color,
    }


async def settled(backend: Backend, shader_id: str, version: int) -> RenderPublic:
    """The render, when it is done or the time to wait for it is over."""
    deadline = asyncio.get_running_loop().time() + backend.picture_seconds
    pause = _FIRST_PAUSE
    while True:
        render = await backend.api.render(shader_id, version)
        if render.status in _ENDS or asyncio.get_running_loop().time() + pause > deadline:
            return render
        await asyncio.sleep(pause)
        pause = min(pause * 1.5, _LONGEST_PAUSE)


async def picture_of(backend: Backend, render: RenderPublic, shader_id: str, version: int) -> list[ImageContent]:
    """The stored picture, where it is ready."""
    return await stored_picture(backend.api, shader_id, version) if render.status == "ready" else []
