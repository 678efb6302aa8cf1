"""Whether a sign-in comes from a place that is new for a user, and how a device is named to them.

A place is known when an earlier session had the same browser and system from the same network: a /16 of IPv4 or a /32
of IPv6, about what one provider has in one region. A browser's own words are never shown: a stranger writes them.
"""

from collections.abc import Iterable
from ipaddress import ip_address, ip_network

from services.core.accounts.models import AuthSession

# The first that is in the User-Agent; many name others for compatibility's sake.
_BROWSERS = (
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("CriOS/", "Chrome"),
    ("FxiOS/", "Firefox"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def describe(user_agent: str) -> str:
    """Such as "Firefox on Linux", out of fixed words."""
    browser = next((name for sign, name in _BROWSERS if sign in user_agent), None)
    system = next((name for sign, name in _SYSTEMS if sign in user_agent), None)
    if browser is None:
        return "a program"
    return f"{browser} on {system}" if system else browser


def is_known(user_agent: str, address: str, earlier: Iterable[AuthSession]) -> bool:
    """Whether one of the earlier sessions was from the same place."""
    here = _place(user_agent, address)
    return any(_place(session.user_agent, session.address) == here for session in earlier)


def _place(user_agent: str, address: str) -> tuple[str, str]:
    try:
        version = ip_address(address).version
    except ValueError:
        return describe(user_agent), ""
    network = ip_network(f"{address}/{16 if version == 4 else 32}", strict=False)
    return describe(user_agent), str(network)
