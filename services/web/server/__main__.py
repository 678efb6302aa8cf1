"""`python -m services.web.server`: the web process alone, on FRACTAFRAG_WEB_PORT (8080)."""

import uvicorn

from services.core.kit.observability import configure_logging
from services.web.server.app import create_app
from services.web.server.settings import WebSettings


def main() -> None:
    """Serve until SIGTERM; requests that run get some seconds to finish."""
    settings = WebSettings()
    configure_logging("web", settings.log_level)
    uvicorn.run(
        create_app(settings),
        host=settings.web.host,
        port=settings.web.port,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=5,
    )


if __name__ == "__main__":
    main()
