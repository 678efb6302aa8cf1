"""Settings of sign-in (`FRACTAFRAG_AUTH_<NAME>`), with the key ring that they name."""

import json
import re
from functools import cached_property
from pathlib import Path

from joserfc.jwk import ECKey, KeySet, KeySetSerialization
from pydantic import Field, SecretStr

from services.core.kit.settings import DomainSettings

_PEM_KEY = re.compile(r"-----BEGIN (?:EC )?PRIVATE KEY-----.+?-----END (?:EC )?PRIVATE KEY-----", re.DOTALL)
_DEVELOPMENT_SECRET = "development-only"  # noqa: S105 -- refused outside development, see below


class AuthSettings(DomainSettings):
    """Access tokens (ES256), refresh tokens and password hashes. Only the API reads them."""

    GROUP = "auth"

    issuer: str = "fractafrag"
    audience: str = "fractafrag-api"
    # Private EC P-256 keys, a JWK set or PEM: the first signs, all verify. Empty: a key made at start.
    signing_keys: SecretStr | None = None
    signing_keys_file: Path | None = None
    token_pepper: SecretStr = SecretStr(_DEVELOPMENT_SECRET)
    access_minutes: int = Field(10, ge=1, le=60)
    refresh_idle_days: int = Field(7, ge=1, le=90)
    refresh_absolute_days: int = Field(30, ge=1, le=365)
    refresh_reuse_seconds: int = Field(10, ge=0, le=120)
    # Whether an account publishes, votes and reports only with an address that it has confirmed.
    verify_addresses: bool = False
    argon2_memory_kib: int = Field(19_456, ge=8_192)
    argon2_time_cost: int = Field(2, ge=1)
    argon2_concurrency: int = Field(2, ge=1, le=64)

    def check_production(self) -> None:
        """Refuse a pepper that is the default or short, and keys that would be made at start."""
        pepper = self.token_pepper.get_secret_value()
        if pepper == _DEVELOPMENT_SECRET:
            raise ValueError(f"{self.variable('token_pepper')} must be set outside development")
        if len(pepper) < 32:
            raise ValueError(f"{self.variable('token_pepper')} must have at least 32 characters")
        if self.signing_keys is None and self.signing_keys_file is None:
            names = f"{self.variable('signing_keys')} or {self.variable('signing_keys_file')}"
            raise ValueError(f"{names} must be set outside development")

    @cached_property
    def key_set(self) -> KeySet:
        """The ring of signing keys; a fresh one when none is configured (development only)."""
        if self.signing_keys_file is not None:
            return _key_set(self.signing_keys_file.read_text())
        if self.signing_keys is not None:
            return _key_set(self.signing_keys.get_secret_value())
        return KeySet([ECKey.generate_key("P-256", {"kid": "development", "use": "sig"})])


class PurgeSettings(DomainSettings):
    """When what was deleted goes for good (privacy/purge.py)."""

    GROUP = "purge"

    # After so many days nobody can bring back a deleted work or account, not even by hand.
    deleted_days: int = Field(30, ge=1, le=3_650)


def _key_set(text: str) -> KeySet:
    """The ring that `text` holds: a JWK set, or PEM blocks one after the other, each named by its thumbprint."""
    blocks = _PEM_KEY.findall(text)
    if not blocks:
        value: KeySetSerialization = json.loads(text)
        return KeySet.import_key_set(value)
    keys = [ECKey.import_key(block, {"use": "sig"}) for block in blocks]
    for key in keys:
        key.ensure_kid()
    return KeySet(list(keys))
