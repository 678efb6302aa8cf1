"""The site on one machine: API, MCP and web in one process on one port, by the same paths as behind the ingress.

`Site(settings, web_settings, mcp_settings)` is the application. `python -m services.standalone.site --fd N` serves it
on the socket that the supervisor opened.
"""

import argparse
import asyncio
import socket
from contextlib import AsyncExitStack

import uvicorn

from services.api.app import create_app as create_api
from services.api.problems import ProblemResponse, problem
from services.api.settings import ApiSettings
from services.core.kit.observability import App, Receive, Scope, Send, configure_logging
from services.core.kit.server import server_config
from services.core.mail.settings import MailSettings
from services.mcp.app import create_app as create_mcp
from services.mcp.settings import McpSettings
from services.standalone.hosts import Hosts, is_from_here
from services.standalone.mailbox import PATH as MAILBOX
from services.standalone.mailbox import mailbox_of
from services.web.server.app import create_app as create_web
from services.web.server.settings import WebSettings

_OF_THE_API = ("/api/", "/healthz", "/readyz", "/metrics")
_OF_MCP = ("/mcp", "/mcp/readonly")


class Site:
    """Sends each request to where it belongs, and opens and closes all three with its own lifespan."""

    def __init__(self, settings: ApiSettings, web_settings: WebSettings, mcp_settings: McpSettings) -> None:
        self._api = create_api(settings)
        self._web = create_web(web_settings, api=self._api)
        self._mcp = create_mcp(mcp_settings, api=self._api)
        self._mailbox = mailbox_of(settings.of(MailSettings), settings.environment)
        self._hosts = Hosts(settings.site.hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        else:
            await (self._refusal(scope) or self._for(scope))(scope, receive, send)

    def _refusal(self, scope: Scope) -> ProblemResponse | None:
        if not self._hosts.has(scope):
            detail = "This site does not go by that name; FRACTAFRAG_SITE_PUBLIC_URL and _ALLOWED_HOSTS say its names"
            return problem(421, "unknown_host", "This is another site", detail)
        if scope.get("path") == "/metrics" and not is_from_here(scope):
            return problem(404, "not_found", "There is nothing here", "Metrics are given on this machine only")
        return None

    def _for(self, scope: Scope) -> App:
        path = scope.get("path", "")
        if path in _OF_MCP:
            return self._mcp
        if self._mailbox is not None and (path == MAILBOX or path.startswith(f"{MAILBOX}/")):
            return self._mailbox
        return self._api if path.startswith(_OF_THE_API) else self._web

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        async with AsyncExitStack() as opened:
            for app in (self._api, self._web, self._mcp):
                await opened.enter_async_context(app.router.lifespan_context(app))
            await send({"type": "lifespan.startup.complete"})
            await receive()
        await send({"type": "lifespan.shutdown.complete"})


def main() -> None:
    """Serve until SIGTERM; requests that run get some seconds to finish."""
    parser = argparse.ArgumentParser(description="The API, MCP and the pages on an open socket.")
    parser.add_argument("--fd", type=int, required=True, help="descriptor of a listening socket")
    options = parser.parse_args()
    settings = ApiSettings()
    configure_logging("site", settings.log_level)
    config = server_config(Site(settings, WebSettings(), McpSettings()), timeout_graceful_shutdown=5)
    asyncio.run(uvicorn.Server(config).serve(sockets=[socket.socket(fileno=options.fd)]))


if __name__ == "__main__":
    main()
