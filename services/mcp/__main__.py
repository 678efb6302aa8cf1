"""`python -m services.mcp`: the MCP process alone, on FRACTAFRAG_MCP_PORT (3200). It keeps no state."""

from services.core.kit.observability import configure_logging
from services.core.kit.server import serve
from services.mcp.app import create_app
from services.mcp.settings import McpSettings


def main() -> None:
    """Serve until SIGTERM; requests that run get some seconds to finish."""
    settings = McpSettings()
    configure_logging("mcp", settings.log_level)
    serve(create_app(settings), host=settings.mcp.host, port=settings.mcp.port)


if __name__ == "__main__":
    main()
