"""All tools, in the order in which they are listed."""

from services.mcp.tool import ToolSpec
from services.mcp.tools.bounties import get_bounty, pledge
from services.mcp.tools.checking import render_preview, validate_shader
from services.mcp.tools.desires import fulfil_desire, get_desire, list_desires, post_desire
from services.mcp.tools.finding import get_trending, search_shaders, similar_shaders
from services.mcp.tools.jobs import get_job, redraw_shader
from services.mcp.tools.publishing import publish_shader
from services.mcp.tools.reading import get_shader
from services.mcp.tools.writing import create_shader_draft, fork_shader

TOOL_SPECS: tuple[ToolSpec, ...] = (
    search_shaders,
    get_trending,
    similar_shaders,
    get_shader,
    validate_shader,
    render_preview,
    create_shader_draft,
    fork_shader,
    publish_shader,
    get_job,
    redraw_shader,
    list_desires,
    get_desire,
    post_desire,
    fulfil_desire,
    get_bounty,
    pledge,
)
