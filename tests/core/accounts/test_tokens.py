"""What an access token must be to be believed."""

import base64
import hmac
import json
import time
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet

from services.core.accounts.settings import AuthSettings
from services.core.accounts.tokens import AccessTokens
from services.core.identity.errors import InvalidTokenError
from services.core.identity.permissions import Permission, Role

_KEY = ECKey.generate_key("P-256", {"kid": "one", "use": "sig"})
_SETTINGS = AuthSettings()
_TOKENS = AccessTokens(_SETTINGS, KeySet([_KEY]))
_USER, _SESSION = uuid4(), uuid4()


def _claims(**changes: Any) -> dict[str, Any]:
    claims = {
        "iss": "fractafrag",
        "aud": "fractafrag-api",
        "sub": str(_USER),
        "sid": str(_SESSION),
        "jti": "j",
        "iat": int(time.time()),
        "exp": int(time.time()) + 60,
        "handle": "ada",
        "role": "user",
        **changes,
    }
    return {name: value for name, value in claims.items() if value is not ...}


def _signed(claims: dict[str, Any], key: ECKey = _KEY, **header: Any) -> str:
    return jwt.encode({"alg": "ES256", "kid": "one", "typ": "at+jwt", **header}, claims, key, algorithms=["ES256"])


def _part(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def test_our_own_token_is_believed() -> None:
    token = _TOKENS.issue(user_id=_USER, handle="ada", role=Role.MODERATOR, session_id=_SESSION)
    caller = _TOKENS.verify(token.value)
    assert (caller.user_id, caller.handle, caller.role, caller.session_id) == (_USER, "ada", Role.MODERATOR, _SESSION)
    assert caller.may(Permission.HIDE_SHADERS)
    assert token.expires_in == 600
    assert _TOKENS.verify(_signed(_claims())).session_id == _SESSION


@pytest.mark.parametrize(
    "changes",
    [
        {"exp": int(time.time()) - 60},
        {"exp": ...},
        {"exp": "soon"},
        {"iat": int(time.time()) + 86_400},
        {"iss": "somebody"},
        {"iss": ...},
        {"aud": "fractafrag-mcp"},
        {"aud": ...},
        {"sub": ...},
        {"sub": "ada"},
        {"sub": 5},
        {"sid": ...},
        {"sid": None},
        {"jti": ...},
        {"handle": ...},
        {"role": "emperor"},
        {"role": ...},
    ],
)
def test_wrong_claims_are_not(changes: dict[str, Any]) -> None:
    with pytest.raises(InvalidTokenError):
        _TOKENS.verify(_signed(_claims(**changes)))


def test_a_token_that_was_believed_still_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    token = _signed(_claims())
    assert _TOKENS.verify(token) == _TOKENS.verify(token)
    later = time.time() + 70
    monkeypatch.setattr("time.time", lambda: later)
    with pytest.raises(InvalidTokenError):
        _TOKENS.verify(token)


@pytest.mark.parametrize("header", [{"typ": "JWT"}, {"typ": "at"}, {"kid": "two"}])
def test_wrong_headers_are_not(header: dict[str, Any]) -> None:
    with pytest.raises(InvalidTokenError):
        _TOKENS.verify(_signed(_claims(), **header))


def test_another_key_is_not() -> None:
    stranger = ECKey.generate_key("P-256", {"kid": "one"})
    with pytest.raises(InvalidTokenError):
        _TOKENS.verify(_signed(_claims(), stranger))


def test_no_algorithm_and_the_public_key_as_a_secret_are_not() -> None:
    unsigned = f"{_part({'alg': 'none', 'typ': 'at+jwt'})}.{_part(_claims())}."
    head = f"{_part({'alg': 'HS256', 'kid': 'one', 'typ': 'at+jwt'})}.{_part(_claims())}"
    signature = hmac.digest(_KEY.as_pem(private=False), head.encode(), "sha256")
    confused = f"{head}.{base64.urlsafe_b64encode(signature).decode().rstrip('=')}"
    for token in (unsigned, confused):
        with pytest.raises(InvalidTokenError):
            _TOKENS.verify(token)


def test_an_old_key_of_the_ring_still_verifies() -> None:
    new = ECKey.generate_key("P-256", {"kid": "two", "use": "sig"})
    rotated = AccessTokens(_SETTINGS, KeySet([new, _KEY]))
    old = _TOKENS.issue(user_id=_USER, handle="ada", role=Role.USER, session_id=_SESSION)
    assert rotated.verify(old.value).user_id == _USER
    fresh = rotated.issue(user_id=_USER, handle="ada", role=Role.USER, session_id=_SESSION)
    assert rotated.verify(fresh.value).user_id == _USER
    with pytest.raises(InvalidTokenError):
        _TOKENS.verify(fresh.value)


@given(st.one_of(st.text(), st.binary().map(lambda raw: raw.decode("latin-1")), st.just("a.b.c"), st.just("..")))
def test_no_text_breaks_it(text: str) -> None:
    with pytest.raises(InvalidTokenError):
        _TOKENS.verify(text)


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), lambda inner: st.lists(inner, max_size=3)))
def test_no_signed_claim_of_another_type_breaks_it(value: object) -> None:
    for name in ("iss", "aud", "sub", "sid", "jti", "exp", "iat", "handle", "role"):
        token = _signed(_claims(**{name: value}))
        try:
            caller = _TOKENS.verify(token)
        except InvalidTokenError:
            continue
        assert isinstance(caller.user_id, UUID)


@given(st.integers(0, 400), st.integers(0, 255))
def test_no_changed_byte_gets_through(place: int, byte: int) -> None:
    token = _signed(_claims())
    place %= len(token)
    changed = token[:place] + chr(byte) + token[place + 1 :]
    if base64url_equal(changed, token):
        return
    with pytest.raises(InvalidTokenError):
        _TOKENS.verify(changed)


def base64url_equal(left: str, right: str) -> bool:
    """Whether both say the same bytes: the last character of a part has bits that mean nothing."""

    def parts(token: str) -> list[bytes] | None:
        try:
            return [base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)) for part in token.split(".")]
        except ValueError:
            return None

    return parts(left) == parts(right)
