"""`python -m tests.benchmarks.bare_mcp PORT FILE`: a FastMCP server with one tool that gives the JSON of FILE.

It runs as services/mcp/__main__.py runs ours: stateless, host protection on, the same uvicorn settings, no access log.
"""

import json
import sys
from pathlib import Path
from typing import Any

import uvicorn
from fastmcp import FastMCP


def main() -> None:
    """Serve until killed."""
    port, file = sys.argv[1:]
    answer: dict[str, Any] = json.loads(Path(file).read_text())
    server = FastMCP("bare")

    @server.tool
    def give(query: str = "") -> dict[str, Any]:
        """Always the same."""
        return answer

    uvicorn.run(
        server.http_app(path="/mcp", stateless_http=True, host_origin_protection=True),
        host="127.0.0.1",
        port=int(port),
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=75,
    )


if __name__ == "__main__":
    main()
