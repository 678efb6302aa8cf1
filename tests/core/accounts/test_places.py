"""Which sign-ins are from a place that is new, and how a device is named."""

from uuid import uuid4

import pytest

from services.core.accounts.models import AuthSession
from services.core.accounts.places import describe, is_known
from services.core.kit.tables import utc_now

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Gecko/20100101 Firefox/150.0"
SAFARI = "Mozilla/5.0 (iPhone; CPU iPhone OS 26_0 like Mac OS X) AppleWebKit/605.1.15 Version/26.0 Safari/604.1"
EDGE = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/150.0 Safari/537.36 Edg/150.0"


def session(user_agent: str, address: str) -> AuthSession:
    return AuthSession(user_id=uuid4(), user_agent=user_agent, address=address, expires_at=utc_now())


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        (FIREFOX, "Firefox on Linux"),
        (SAFARI, "Safari on iPhone"),
        (EDGE, "Edge on Windows"),
        ("curl/8.5", "a program"),
        ("<b>Your account is locked, pay at evil.example</b>", "a program"),
    ],
)
def test_a_device_is_named_in_our_words(user_agent: str, words: str) -> None:
    assert describe(user_agent) == words


@pytest.mark.parametrize(
    ("user_agent", "address", "known"),
    [
        (FIREFOX, "203.0.113.7", True),
        (FIREFOX.replace("150.0", "151.0"), "203.0.200.9", True),
        (SAFARI, "203.0.113.7", False),
        (FIREFOX, "198.51.100.7", False),
        (FIREFOX, "2001:db8::1", True),
        (FIREFOX, "2001:db9::1", False),
        (FIREFOX, "", False),
    ],
)
def test_a_place_is_a_device_in_a_network(user_agent: str, address: str, known: bool) -> None:
    earlier = [session(FIREFOX, "203.0.113.99"), session(FIREFOX, "2001:db8:ffff::2")]
    assert is_known(user_agent, address, earlier) is known
    assert not is_known(user_agent, address, [])
