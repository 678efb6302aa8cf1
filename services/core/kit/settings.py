"""What every process' settings are made of: read once, at its start, from `FRACTAFRAG_<GROUP>_<NAME>`.

Each process has a class of its own, a `ProcessSettings` with the groups that it uses, so that it holds no secret of
another. Groups of infrastructure are here; a domain's group is in its folder, and its `Domain` names the processes
that read it. Outside development a missing or default secret stops the process with a sentence. No other module reads
`os.environ`; settings are passed down.
"""

from enum import StrEnum
from functools import cache
from typing import Annotated, Any, ClassVar, Self, TypeVar, cast
from urllib.parse import urlsplit

from pydantic import BaseModel, Field, PrivateAttr, create_model, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

RateText = Annotated[str, Field(pattern=r"^[1-9]\d{0,6}/[1-9]\d{0,6}$")]
T = TypeVar("T", bound="DomainSettings")


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
    """Redis 7 or Valkey."""

    url: str = "redis://127.0.0.1:6379/0"


class StorageSettings(BaseModel):
    """Object store: `file:///folder` or `s3://bucket/prefix` (credentials by the usual AWS_* variables)."""

    url: str = "file:///tmp/fractafrag-objects"
    endpoint: str | None = None


class SiteSettings(BaseModel):
    """How the outside sees this installation."""

    public_url: str = "http://localhost:8000"
    name: str = "Fractafrag"
    # Further names, divided by commas, under which the site on one machine and MCP are reached.
    allowed_hosts: str = ""

    @property
    def hosts(self) -> list[str]:
        """The names besides localhost that a `Host` header may hold."""
        public = urlsplit(self.public_url).hostname
        named = [name.strip().lower() for name in self.allowed_hosts.split(",") if name.strip()]
        return [*named, *([public] if public else [])]


class ProxySettings(BaseModel):
    """How many proxies stand before a process: so many entries of `X-Forwarded-For` are believed, from the right."""

    trusted_proxies: int = Field(0, ge=0, le=5)


class LimitSettings(ProxySettings):
    """Limits for a caller; a rate is `count/seconds` and may be used up in one burst.

    `*_address` counts per client address, `*_account` per account, `login_pair` per address and account together,
    `login_device` per account on devices that it knows, `key` per API key in place of its account.
    """

    enabled: bool = True
    body_bytes: int = 1_048_576
    source_bytes: int = 65_536
    publishes_per_month: int = 5
    # Whose shaders a moderator looks at before others see them (shaders/review.py); 0: nobody's.
    reviewed_publishes: int = Field(0, ge=0, le=1_000)
    reviewed_days: int = Field(0, ge=0, le=3_650)
    drafts_per_account: int = 200
    versions_per_shader: int = 200
    bytes_per_account: int = 1_000_000_000
    address: RateText = "1200/60"
    bad_token_address: RateText = "60/60"  # noqa: S105 -- a rate
    login_address: RateText = "30/60"
    login_pair: RateText = "10/60"
    login_account: RateText = "100/600"
    login_device: RateText = "10/60"
    register_address: RateText = "20/3600"
    refresh_address: RateText = "150/60"
    account: RateText = "1200/60"
    key: RateText = "600/60"
    keys_account: RateText = "60/3600"
    validate_account: RateText = "240/60"
    preview_account: RateText = "120/60"
    redraw_account: RateText = "30/3600"
    mail_address: RateText = "30/3600"
    mail_account: RateText = "5/3600"
    password_account: RateText = "10/60"  # noqa: S105 -- a rate
    code_account: RateText = "10/3600"
    export_account: RateText = "6/3600"
    events_account: RateText = "60/60"
    desires_account: RateText = "60/3600"
    pledges_account: RateText = "30/3600"
    checkouts_address: RateText = "10/3600"
    desire_clicks_account: RateText = "240/3600"
    desires_address: RateText = "240/60"
    payments_account: RateText = "120/3600"


class DomainSettings(BaseModel):
    """Base of a domain's group: `FRACTAFRAG_<GROUP>_<NAME>`, where `GROUP` is one word."""

    GROUP: ClassVar[str]

    @classmethod
    def variable(cls, name: str) -> str:
        """The environment variable that holds the field `name`."""
        return f"FRACTAFRAG_{cls.GROUP}_{name}".upper()

    def check_production(self) -> None:
        """Called outside development: raises `ValueError` when a secret is missing or weak, naming its variable."""


class EnvironmentSettings(BaseSettings):
    """Base of all that is read from `FRACTAFRAG_*`. Without arguments it reads the environment; tests pass values."""

    model_config = SettingsConfigDict(
        env_prefix="FRACTAFRAG_",
        env_nested_delimiter="_",
        env_nested_max_split=1,
        extra="ignore",
        # An error ends up in a log, and the input of a group holds its secrets.
        hide_input_in_errors=True,
    )


class ProcessSettings(EnvironmentSettings):
    """Base of a process' settings: its groups are fields, those of domains are given by `of`."""

    DOMAIN_SETTINGS: ClassVar[tuple[type[DomainSettings], ...]] = ()

    environment: Environment = Environment.DEVELOPMENT
    log_level: str = "INFO"
    _domains: dict[type[DomainSettings], DomainSettings] = PrivateAttr(default_factory=dict)

    @classmethod
    def groups(cls) -> dict[str, type[BaseModel]]:
        """The groups that the process reads, by name: `database` is `FRACTAFRAG_DATABASE_<NAME>`."""
        fields = {name: field.annotation for name, field in cls.model_fields.items()}
        own = {name: kind for name, kind in fields.items() if isinstance(kind, type) and issubclass(kind, BaseModel)}
        return {**own, **{group.GROUP: group for group in cls.DOMAIN_SETTINGS}}

    @model_validator(mode="after")
    def _read_domains(self) -> Self:
        read = _reader(self.DOMAIN_SETTINGS)()
        self._domains = {group: getattr(read, group.GROUP) for group in self.DOMAIN_SETTINGS}
        if self.environment is not Environment.DEVELOPMENT:
            for group in self._domains.values():
                group.check_production()
        return self

    def of(self, group: type[T]) -> T:
        """The domain's group of this class; raises `LookupError` when the process does not read it."""
        if group not in self._domains:
            raise LookupError(f"{type(self).__name__} does not read {group.__name__}")
        return cast("T", self._domains[group])

    def replace(self, *groups: DomainSettings) -> Self:
        """A copy with these groups of domains in place of those of their class, for tests; checks nothing."""
        changed = self.model_copy()
        changed._domains = {**self._domains, **{type(group): group for group in groups}}  # noqa: SLF001 -- our own
        return changed


@cache
def _reader(groups: tuple[type[DomainSettings], ...]) -> type[EnvironmentSettings]:
    """Settings with a field for each group, under its name."""
    fields: dict[str, Any] = {group.GROUP: (group, Field(default_factory=group)) for group in groups}
    return create_model("DomainGroups", __base__=EnvironmentSettings, **fields)
