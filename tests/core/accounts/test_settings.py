"""The settings of sign-in refuse what is only good for development; only the API reads them."""

from pathlib import Path
from uuid import uuid4

import pytest
from joserfc.jwk import ECKey, KeySet
from pydantic import SecretStr, ValidationError

from services.api.settings import ApiSettings
from services.core.accounts.settings import AuthSettings
from services.core.accounts.tokens import AccessTokens
from services.core.identity.permissions import Role
from services.worker.settings import WorkerSettings


def keys() -> SecretStr:
    ring = KeySet([ECKey.generate_key("P-256", {"kid": "a"})])
    return SecretStr(str(ring.as_dict(private=True)).replace("'", '"'))


@pytest.mark.parametrize(
    ("variables", "message"),
    [
        ({}, "FRACTAFRAG_AUTH_TOKEN_PEPPER must be set"),
        ({"TOKEN_PEPPER": "a-weak-pepper"}, "FRACTAFRAG_AUTH_TOKEN_PEPPER must have at least 32"),
        ({"TOKEN_PEPPER": "p" * 32}, "FRACTAFRAG_AUTH_SIGNING_KEYS or FRACTAFRAG_AUTH_SIGNING_KEYS_FILE must be set"),
    ],
)
def test_the_api_refuses_weak_secrets_in_production(
    variables: dict[str, str], message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FRACTAFRAG_ENVIRONMENT", "production")
    for name, value in variables.items():
        monkeypatch.setenv(f"FRACTAFRAG_AUTH_{name}", value)
    with pytest.raises(ValidationError, match=message) as caught:
        ApiSettings()
    assert not any(value in str(caught.value) for value in variables.values())


def test_the_api_starts_in_production_with_real_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRACTAFRAG_ENVIRONMENT", "production")
    monkeypatch.setenv("FRACTAFRAG_AUTH_TOKEN_PEPPER", "p" * 32)
    monkeypatch.setenv("FRACTAFRAG_AUTH_SIGNING_KEYS", keys().get_secret_value())
    with pytest.raises(ValidationError, match="FRACTAFRAG_FACTORS_KEYS or FRACTAFRAG_FACTORS_KEYS_FILE must be set"):
        ApiSettings()
    monkeypatch.setenv("FRACTAFRAG_FACTORS_KEYS", f"a:{'A' * 43}")
    assert [key.kid for key in ApiSettings().of(AuthSettings).key_set.keys] == ["a"]


def test_a_worker_starts_in_production_without_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRACTAFRAG_ENVIRONMENT", "production")
    with pytest.raises(LookupError):
        WorkerSettings().of(AuthSettings)


def test_a_secret_is_not_shown() -> None:
    assert "a-very-secret" not in repr(AuthSettings(token_pepper=SecretStr("a-very-secret-pepper-0123456789")))


def test_signing_keys_may_be_pem_blocks_and_the_first_signs(tmp_path: Path) -> None:
    first, second = (ECKey.generate_key("P-256") for _ in range(2))
    file = tmp_path / "keys.pem"
    file.write_bytes(first.as_pem(private=True) + b"\n" + second.as_pem(private=True))
    auth = AuthSettings(signing_keys_file=file)
    assert [key.kid for key in auth.key_set.keys] == [first.thumbprint(), second.thumbprint()]
    tokens = AccessTokens(auth, auth.key_set)
    token = tokens.issue(user_id=uuid4(), handle="ada", role=Role.USER, session_id=uuid4())
    other_way_round = (second.as_pem(private=True) + first.as_pem(private=True)).decode()
    rotated = AuthSettings(signing_keys=SecretStr(other_way_round))
    assert AccessTokens(rotated, rotated.key_set).verify(token.value).handle == "ada"
