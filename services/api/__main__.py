"""`python -m services.api --host 127.0.0.1 --port 8000`: one process of the API; more of them by more replicas.

SIGTERM and SIGINT let running requests finish (10 seconds). Port 0 takes a free one, which the log names.
Proxy headers are read by our own `AddressLimit` with `FRACTAFRAG_LIMITS_TRUSTED_PROXIES`, not by uvicorn.
"""

import argparse

from services.api.app import create_app
from services.api.settings import ApiSettings
from services.core.kit.observability import configure_logging
from services.core.kit.server import serve


def main() -> None:
    """Serve until a signal ends it."""
    parser = argparse.ArgumentParser(prog="python -m services.api", description="The Fractafrag API.")
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen on (default %(default)s)")
    parser.add_argument("--port", type=int, default=8000, help="the port, 0 for a free one (default %(default)s)")
    options = parser.parse_args()
    settings = ApiSettings()
    configure_logging("api", settings.log_level)
    serve(create_app(settings), host=options.host, port=options.port)


if __name__ == "__main__":
    main()
