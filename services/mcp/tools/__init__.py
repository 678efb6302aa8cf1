"""All tools, in the order in which they are listed."""

from services.mcp.tool import Kind
from services.mcp.tools.checking import validate_shader
from services.mcp.tools.finding import get_trending, search_shaders
from services.mcp.tools.reading import get_shader

KINDS: tuple[Kind, ...] = (
    search_shaders,
    get_trending,
    get_shader,
    validate_shader,
)
