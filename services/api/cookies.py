"""Our cookies, and the check that a request with them comes from our own pages.

`fractafrag-refresh` holds the refresh token, `fractafrag-device` the mark of a device on which an account signed in
(core/accounts/known_devices.py), which stays after a sign-out; `fractafrag-step` a secret to which the challenges of a
sign-in are bound; `fractafrag-attempt` and `fractafrag-pending` a sign-in with a provider between its steps
(core/accounts/providers/steps.py): no navigation from there needs them, as the page that it leads to sends them by a
request of its own. They are HttpOnly and SameSite=Strict. Over https they are `__Host-` bound: Secure, path `/`, no
other host of the domain can set them. Over plain http, which browsers allow on localhost, they have plain names.
"""

from datetime import timedelta
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends, Request, Response

from services.api.settings import ApiSettings
from services.api.state import ServicesDep
from services.core.accounts.known_devices import KNOWN_FOR
from services.core.accounts.providers.steps import ATTEMPT_LIVES, PENDING_LIVES
from services.core.accounts.settings import AuthSettings
from services.core.factors import challenges
from services.core.kit.errors import ForbiddenError


class CrossSiteError(ForbiddenError):
    """A page of another site sent this request in the user's browser."""

    code = "cross_site"
    title = "This request came from a page of another site"


class Cookie:
    """Reads, sets and clears a cookie of this installation."""

    def __init__(self, settings: ApiSettings, name: str, lifetime: timedelta) -> None:
        self._secure = settings.site.public_url.startswith("https://")
        self.name = f"__Host-{name}" if self._secure else name
        self._seconds = int(lifetime.total_seconds())

    def read(self, request: Request) -> str | None:
        """What the browser sent."""
        return request.cookies.get(self.name)

    def set(self, response: Response, value: str) -> None:
        """Give the browser this value."""
        response.set_cookie(
            self.name, value, max_age=self._seconds, path="/", secure=self._secure, httponly=True, samesite="strict"
        )

    def header(self, value: str) -> dict[str, str]:
        """The same, for a response that is not made yet, such as a refusal's."""
        scratch = Response()
        self.set(scratch, value)
        return {"Set-Cookie": scratch.headers["set-cookie"]}

    def clear(self, response: Response) -> None:
        """Take the value away."""
        response.delete_cookie(self.name, path="/", secure=self._secure, httponly=True, samesite="strict")


async def refresh_cookie(services: ServicesDep) -> Cookie:
    """The cookie with the refresh token."""
    lifetime = timedelta(days=services.settings.of(AuthSettings).refresh_absolute_days)
    return Cookie(services.settings, "fractafrag-refresh", lifetime)


async def device_cookie(services: ServicesDep) -> Cookie:
    """The cookie with the device's mark."""
    return Cookie(services.settings, "fractafrag-device", KNOWN_FOR)


async def step_cookie(services: ServicesDep) -> Cookie:
    """The cookie with the secret of a sign-in that has begun."""
    return Cookie(services.settings, "fractafrag-step", challenges.LIFE)


async def attempt_cookie(services: ServicesDep) -> Cookie:
    """The cookie with a sign-in that is on its way to a provider and back."""
    return Cookie(services.settings, "fractafrag-attempt", ATTEMPT_LIVES)


async def pending_cookie(services: ServicesDep) -> Cookie:
    """The cookie with who came back from a provider and has no account here yet."""
    return Cookie(services.settings, "fractafrag-pending", PENDING_LIVES)


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


CookieDep = Annotated[Cookie, Depends(refresh_cookie)]
DeviceCookieDep = Annotated[Cookie, Depends(device_cookie)]
StepCookieDep = Annotated[Cookie, Depends(step_cookie)]
AttemptCookieDep = Annotated[Cookie, Depends(attempt_cookie)]
PendingCookieDep = Annotated[Cookie, Depends(pending_cookie)]
SameSiteDep = Depends(refuse_other_sites)
