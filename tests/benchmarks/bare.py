"""`python -m tests.benchmarks.bare PORT FILE`: a FastAPI application that gives the bytes of FILE, and nothing else.

It runs as services/api/__main__.py runs the API: the same uvicorn settings, no access log.
"""

import sys
from pathlib import Path

import uvicorn
from fastapi import FastAPI, Response


def main() -> None:
    """Serve until killed."""
    port, file = sys.argv[1:]
    body = Path(file).read_bytes()
    app = FastAPI()

    @app.get("/bytes")
    async def give() -> Response:
        return Response(body, media_type="application/json")

    uvicorn.run(
        app,
        host="127.0.0.1",
        port=int(port),
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=75,
        h11_max_incomplete_event_size=65_536,
    )


if __name__ == "__main__":
    main()
