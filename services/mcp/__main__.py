"""`python -m services.mcp`: the MCP process alone, on FRACTAFRAG_MCP_PORT (3200). It keeps no state."""

import uvicorn

from services.core.kit.joined_writes import JoinedWrites
from services.core.kit.observability import configure_logging
from services.mcp.app import create_app
from services.mcp.settings import McpSettings


def main() -> None:
    """Serve until SIGTERM; requests that run get some seconds to finish."""
    settings = McpSettings()
    configure_logging("mcp", settings.log_level)
    uvicorn.run(
        create_app(settings),
        http=JoinedWrites,
        host=settings.mcp.host,
        port=settings.mcp.port,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=75,
        timeout_graceful_shutdown=20,
    )


if __name__ == "__main__":
    main()
