"""The refresh cookie, and the check that a request with it comes from our own pages.

The cookie is HttpOnly and SameSite=Strict. Over https it is `__Host-` bound: Secure, path `/`, no other host of the
domain can set it. Over plain http, which browsers allow on localhost, it has a plain name.
"""

from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends, Request, Response

from services.api.settings import ApiSettings
from services.api.state import ServicesDep
from services.core.accounts.settings import AuthSettings
from services.core.kit.errors import ForbiddenError


class CrossSiteError(ForbiddenError):
    """A page of another site sent this request in the user's browser."""

    code = "cross_site"
    title = "This request came from a page of another site"


class RefreshCookie:
    """Reads, sets and clears the cookie of this installation."""

    def __init__(self, settings: ApiSettings) -> None:
        self._secure = settings.site.public_url.startswith("https://")
        self.name = "__Host-fractafrag-refresh" if self._secure else "fractafrag-refresh"
        self._seconds = settings.of(AuthSettings).refresh_absolute_days * 86_400

    def read(self, request: Request) -> str | None:
        """The token that the browser sent."""
        return request.cookies.get(self.name)

    def set(self, response: Response, token: str) -> None:
        """Give the browser this token."""
        response.set_cookie(
            self.name, token, max_age=self._seconds, path="/", secure=self._secure, httponly=True, samesite="strict"
        )

    def clear(self, response: Response) -> None:
        """Take the token away."""
        response.delete_cookie(self.name, path="/", secure=self._secure, httponly=True, samesite="strict")


async def refresh_cookie(services: ServicesDep) -> RefreshCookie:
    """The cookie of this installation."""
    return RefreshCookie(services.settings)


async def refuse_other_sites(request: Request, services: ServicesDep) -> None:
    """Raise `CrossSiteError` when a browser says that another site's page sent the request.

    Programs send neither header and carry no cookie that somebody else could use.
    """
    site = request.headers.get("sec-fetch-site")
    if site is not None and site not in {"same-origin", "none"}:
        raise CrossSiteError
    origin = request.headers.get("origin")
    if origin is None:
        return
    own = urlsplit(services.settings.site.public_url)
    if origin != f"{own.scheme}://{own.netloc}" and _host_of(origin) != request.headers.get("host", ""):
        raise CrossSiteError


def _host_of(origin: str) -> str | None:
    """Host and port of an origin; None when it is none."""
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return None


CookieDep = Annotated[RefreshCookie, Depends(refresh_cookie)]
SameSiteDep = Depends(refuse_other_sites)
