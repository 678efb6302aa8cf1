"""The mails of a development site, at /mailbox: what lies in the folder as files, for whoever sits at this machine.

It exists only where `FRACTAFRAG_MAIL_MAILBOX` asks for it and the site is one for development; a production process
refuses that setting. It answers to this machine alone: by its own name and address, not through a proxy, so that no
page that a browser here has open can read it. Mails are shown in a frame without scripts.
"""

from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from jinja2 import Environment, PackageLoader
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from services.core.kit.observability import App, Receive, Scope, Send
from services.core.kit.settings import Environment as Kind
from services.core.mail.settings import MailDelivery, MailSettings
from services.standalone.hosts import is_from_here

PATH = "/mailbox"
_MOST = 100
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-src 'self'; base-uri 'none'",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
}


def mailbox_of(settings: MailSettings, environment: Kind) -> App | None:
    """The page, where the settings ask for it and may."""
    wanted = settings.mailbox and settings.delivery is MailDelivery.FOLDER and settings.folder is not None
    return Mailbox(settings.folder) if wanted and settings.folder and environment is Kind.DEVELOPMENT else None


class Mailbox:
    """ASGI application over a folder of mails."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._templates = Environment(loader=PackageLoader("services.standalone"), autoescape=True)
        self._pages = Starlette(routes=[Route(PATH, self._list), Route(f"{PATH}/{{name}}", self._show)])

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection from this machine; to others there is nothing here."""
        pages: App = self._pages if is_from_here(scope) else PlainTextResponse("Not found\n", status_code=404)
        await pages(scope, receive, send)

    def _list(self, _: Request) -> Response:
        """The newest mails first."""
        files = sorted(self._folder.glob("*.eml"), reverse=True)[:_MOST]
        mails = [(file.stem, _read(file)) for file in files]
        return self._page("mailbox.html", mails=mails)

    def _show(self, request: Request) -> Response:
        """One mail."""
        name = request.path_params["name"]
        file = next((file for file in self._folder.glob("*.eml") if file.stem == name), None)
        if file is None:
            return PlainTextResponse("There is no such mail\n", status_code=404)
        mail = _read(file)
        body = mail.get_body(("html",))
        return self._page("mail.html", mail=mail, html=body.get_content() if body else "")

    def _page(self, template: str, **values: object) -> Response:
        return HTMLResponse(self._templates.get_template(template).render(values), headers=_HEADERS)


def _read(file: Path) -> EmailMessage:
    read = message_from_bytes(file.read_bytes(), policy=policy.default)
    assert isinstance(read, EmailMessage)  # noqa: S101 -- the policy says so
    return read
