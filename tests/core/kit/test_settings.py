"""Settings come from the environment and refuse what is only good for development."""

from pathlib import Path
from uuid import uuid4

import pytest
from joserfc.jwk import ECKey, KeySet
from pydantic import SecretStr, ValidationError

from services.core.accounts.tokens import AccessTokens
from services.core.identity.permissions import Role
from services.core.kit.settings import AuthSettings, Environment, Settings


def keys() -> SecretStr:
    ring = KeySet([ECKey.generate_key("P-256", {"kid": "a"})])
    return SecretStr(str(ring.as_dict(private=True)).replace("'", '"'))


def test_groups_are_read_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRACTAFRAG_DATABASE_POOL_SIZE", "7")
    monkeypatch.setenv("FRACTAFRAG_SITE_PUBLIC_URL", "https://shaders.example")
    settings = Settings()
    assert settings.database.pool_size == 7
    assert settings.site.public_url == "https://shaders.example"


@pytest.mark.parametrize(
    ("auth", "message"),
    [
        (AuthSettings(), "TOKEN_PEPPER must be set"),
        (AuthSettings(token_pepper=SecretStr("short")), "at least 32"),
        (AuthSettings(token_pepper=SecretStr("p" * 32)), "SIGNING_KEYS"),
    ],
)
def test_production_refuses_weak_secrets(auth: AuthSettings, message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        Settings(environment=Environment.PRODUCTION, auth=auth)


def test_production_starts_with_real_secrets() -> None:
    auth = AuthSettings(token_pepper=SecretStr("p" * 32), signing_keys=keys())
    settings = Settings(environment=Environment.PRODUCTION, auth=auth)
    assert [key.kid for key in settings.key_set.keys] == ["a"]


def test_a_secret_is_not_shown() -> None:
    settings = Settings(auth=AuthSettings(token_pepper=SecretStr("a-very-secret-pepper-0123456789")))
    assert "a-very-secret" not in repr(settings)


def test_signing_keys_may_be_pem_blocks_and_the_first_signs(tmp_path: Path) -> None:
    first, second = (ECKey.generate_key("P-256") for _ in range(2))
    file = tmp_path / "keys.pem"
    file.write_bytes(first.as_pem(private=True) + b"\n" + second.as_pem(private=True))
    settings = Settings(auth=AuthSettings(signing_keys_file=file))
    assert [key.kid for key in settings.key_set.keys] == [first.thumbprint(), second.thumbprint()]
    tokens = AccessTokens(settings.auth, settings.key_set)
    token = tokens.issue(user_id=uuid4(), handle="ada", role=Role.USER, session_id=uuid4())
    other_way_round = (second.as_pem(private=True) + first.as_pem(private=True)).decode()
    rotated = Settings(auth=AuthSettings(signing_keys=SecretStr(other_way_round)))
    assert AccessTokens(rotated.auth, rotated.key_set).verify(token.value).handle == "ada"
