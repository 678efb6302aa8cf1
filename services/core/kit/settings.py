"""Settings of all processes, read once at start from the environment (`FRACTAFRAG_<GROUP>_<NAME>`).

Outside development a missing or default secret stops the process with a sentence. No other module reads
`os.environ`; settings are passed down.
"""

import json
import re
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Annotated, Self

from joserfc.jwk import ECKey, KeySet, KeySetSerialization
from pydantic import BaseModel, Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

_PEM_KEY = re.compile(r"-----BEGIN (?:EC )?PRIVATE KEY-----.+?-----END (?:EC )?PRIVATE KEY-----", re.DOTALL)
_DEVELOPMENT_SECRET = "development-only"  # noqa: S105 -- refused outside development, see below


RateText = Annotated[str, Field(pattern=r"^[1-9]\d{0,6}/[1-9]\d{0,6}$")]


class Environment(StrEnum):
    """Where the process runs; `production` refuses what is only good for development."""

    DEVELOPMENT = "development"
    PRODUCTION = "production"


class DatabaseSettings(BaseModel):
    """PostgreSQL 16 with pgvector."""

    url: str = "postgresql+asyncpg://fractafrag@127.0.0.1:5432/fractafrag"
    pool_size: int = Field(10, ge=1, le=200)
    max_overflow: int = Field(10, ge=0, le=200)
    statement_timeout_ms: int = Field(10_000, ge=100)


class RedisSettings(BaseModel):
    """Redis 7 or Valkey: `url` for limits and blocklist, `queue_url` (default: the same) for dramatiq."""

    url: str = "redis://127.0.0.1:6379/0"
    queue_url: str | None = None

    @property
    def queue(self) -> str:
        """The server that holds the job queues."""
        return self.queue_url or self.url


class StorageSettings(BaseModel):
    """Object store: `file:///folder` or `s3://bucket/prefix` (credentials by the usual AWS_* variables)."""

    url: str = "file:///tmp/fractafrag-objects"
    endpoint: str | None = None


class AuthSettings(BaseModel):
    """Access tokens (ES256) and refresh tokens."""

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
    argon2_memory_kib: int = Field(19_456, ge=8_192)
    argon2_time_cost: int = Field(2, ge=1)
    argon2_concurrency: int = Field(2, ge=1, le=64)


class LimitSettings(BaseModel):
    """Limits for a caller; a rate is `count/seconds` and may be used up in one burst.

    `*_address` counts per client address, `*_account` per account, `login_pair` per address and login together, `key`
    per API key in place of its account.
    """

    enabled: bool = True
    trusted_proxies: int = Field(0, ge=0, le=5)
    body_bytes: int = 1_048_576
    source_bytes: int = 65_536
    publishes_per_month: int = 5
    address: RateText = "1200/60"
    bad_token_address: RateText = "60/60"  # noqa: S105 -- a rate
    login_address: RateText = "30/60"
    login_pair: RateText = "10/60"
    login_account: RateText = "100/600"
    register_address: RateText = "20/3600"
    refresh_address: RateText = "150/60"
    account: RateText = "1200/60"
    key: RateText = "600/60"
    keys_account: RateText = "60/3600"
    validate_account: RateText = "240/60"
    preview_account: RateText = "120/60"
    password_account: RateText = "10/60"  # noqa: S105 -- a rate
    export_account: RateText = "6/3600"
    events_account: RateText = "60/60"


class CacheSettings(BaseModel):
    """For how long, in seconds, a process may show lists as they were: a work just hidden stays that long in them."""

    list_seconds: float = Field(2.0, ge=0, le=60)
    pool_seconds: float = Field(2.0, ge=0, le=60)


class RendererSettings(BaseModel):
    """Where workers and the API find renderers: one URL whose host may resolve to many addresses."""

    url: str = "http://127.0.0.1:3100"
    timeout_seconds: float = 25.0


class WorkerSettings(BaseModel):
    """The worker process. Its threads only wait for renderers and the database, so there may be many."""

    queues: str = "default,render"
    threads: int = Field(16, ge=1, le=256)
    health_host: str = "127.0.0.1"
    health_port: int = Field(3300, ge=0, le=65_535)  # 0: any free port, named in the log
    stop_seconds: float = Field(40.0, ge=1)
    # After how long a silent worker's messages, and a claimed render that nobody extends, are free again.
    heartbeat_seconds: float = Field(15.0, ge=1)
    lease_seconds: float = Field(20.0, ge=1)
    # For how long an open render is left alone before it may count as lost.
    stale_seconds: float = Field(30.0, ge=1)


class SiteSettings(BaseModel):
    """How the outside sees this installation."""

    public_url: str = "http://localhost:8000"
    name: str = "Fractafrag"


class Settings(BaseSettings):
    """All groups. `Settings()` reads the environment; tests pass values."""

    model_config = SettingsConfigDict(
        env_prefix="FRACTAFRAG_", env_nested_delimiter="_", env_nested_max_split=1, extra="ignore"
    )

    environment: Environment = Environment.DEVELOPMENT
    log_level: str = "INFO"
    database: DatabaseSettings = DatabaseSettings()
    redis: RedisSettings = RedisSettings()
    storage: StorageSettings = StorageSettings()
    auth: AuthSettings = AuthSettings()
    limits: LimitSettings = LimitSettings()
    cache: CacheSettings = CacheSettings()
    renderer: RendererSettings = RendererSettings()
    site: SiteSettings = SiteSettings()
    worker: WorkerSettings = WorkerSettings()

    @model_validator(mode="after")
    def _refuse_default_secrets(self) -> Self:
        if self.environment is Environment.DEVELOPMENT:
            return self
        if self.auth.token_pepper.get_secret_value() == _DEVELOPMENT_SECRET:
            raise ValueError("FRACTAFRAG_AUTH_TOKEN_PEPPER must be set outside development")
        if len(self.auth.token_pepper.get_secret_value()) < 32:
            raise ValueError("FRACTAFRAG_AUTH_TOKEN_PEPPER must have at least 32 characters")
        if self.auth.signing_keys is None and self.auth.signing_keys_file is None:
            raise ValueError(
                "FRACTAFRAG_AUTH_SIGNING_KEYS or FRACTAFRAG_AUTH_SIGNING_KEYS_FILE must be set outside development"
            )
        return self

    @cached_property
    def key_set(self) -> KeySet:
        """The ring of signing keys; a fresh one when none is configured (development only)."""
        if self.auth.signing_keys_file is not None:
            return _key_set(self.auth.signing_keys_file.read_text())
        if self.auth.signing_keys is not None:
            return _key_set(self.auth.signing_keys.get_secret_value())
        return KeySet([ECKey.generate_key("P-256", {"kid": "development", "use": "sig"})])


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
