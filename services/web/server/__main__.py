"""`python -m services.web.server`: the web process alone, on FRACTAFRAG_WEB_PORT (8080)."""

from services.core.kit.observability import configure_logging
from services.core.kit.server import serve
from services.web.server.app import create_app
from services.web.server.settings import WebSettings


def main() -> None:
    """Serve until SIGTERM; requests that run get some seconds to finish."""
    settings = WebSettings()
    configure_logging("web", settings.log_level)
    serve(create_app(settings), host=settings.web.host, port=settings.web.port, timeout_graceful_shutdown=5)


if __name__ == "__main__":
    main()
