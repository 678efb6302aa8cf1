"""Settings of the ways to sign in (`FRACTAFRAG_SIGNIN_<NAME>`), with the providers that they name."""

from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, TypeAdapter, ValidationError, model_validator

from services.core.kit.settings import DomainSettings

_LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})


class ProviderKind(StrEnum):
    """How a provider is talked to; `google` is `oidc` with its issuer and label filled in."""

    GITHUB = "github"
    GOOGLE = "google"
    OIDC = "oidc"


_ISSUERS = {ProviderKind.GITHUB: "https://github.com", ProviderKind.GOOGLE: "https://accounts.google.com"}
_LABELS = {ProviderKind.GITHUB: "GitHub", ProviderKind.GOOGLE: "Google"}


class ProviderConfig(BaseModel):
    """One provider. `issuer` is exactly what its discovery document says (for GitHub Enterprise: its address)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,30}$")
    kind: ProviderKind
    label: str = Field("", max_length=40)
    issuer: str = Field("", max_length=300)
    client_id: str = Field(min_length=1, max_length=500)
    client_secret: SecretStr | None = None
    client_secret_file: Path | None = None
    # Beside `openid email profile`.
    scopes: str = Field("", max_length=500)

    @model_validator(mode="before")
    @classmethod
    def _fill_in(cls, given: object) -> object:
        if not isinstance(given, dict) or given.get("kind") not in set(ProviderKind):
            return given
        kind = ProviderKind(given["kind"])
        return {
            **given,
            "issuer": given.get("issuer") or _ISSUERS.get(kind, ""),
            "label": given.get("label") or _LABELS.get(kind) or str(given.get("name", "")),
        }

    @model_validator(mode="after")
    def _check(self) -> Self:
        url = urlsplit(self.issuer)
        if url.scheme not in {"https", "http"} or not url.hostname or url.query or url.fragment:
            raise ValueError("issuer must be an https address")
        if (self.client_secret is None) == (self.client_secret_file is None):
            raise ValueError("one of client_secret and client_secret_file must be given")
        return self

    @property
    def is_private(self) -> bool:
        """Whether what it says cannot be changed on the way: by https, or on this machine."""
        url = urlsplit(self.issuer)
        return url.scheme == "https" or url.hostname in _LOCAL

    @cached_property
    def secret(self) -> str:
        """The client's secret; raises `OSError` for a file that cannot be read."""
        if self.client_secret_file is not None:
            return self.client_secret_file.read_text().strip()
        return self.client_secret.get_secret_value() if self.client_secret else ""


class SignInSettings(DomainSettings):
    """Which ways lead into the site. Only the API reads them.

    `passwords` off: nobody signs in, registers or resets by password. `registration` off: no new accounts at all.
    `providers`, or the file `providers_file`, is a JSON list of `ProviderConfig`.
    """

    GROUP = "signin"

    passwords: bool = True
    registration: bool = True
    providers: SecretStr | None = None
    providers_file: Path | None = None

    @model_validator(mode="after")
    def _check(self) -> Self:
        """Refuse a list that is malformed, or a site that nobody could sign in to."""
        providers = self.configured
        if not self.passwords and not providers:
            raise ValueError(f"{self.variable('passwords')} is off and {self.variable('providers')} names no provider")
        return self

    def check_production(self) -> None:
        """Refuse a provider whose word could be changed on the way."""
        for provider in self.configured:
            if not provider.is_private:
                raise ValueError(f"{self.variable('providers')}: the issuer of {provider.name} must be https")

    @cached_property
    def configured(self) -> tuple[ProviderConfig, ...]:
        """The providers in their order; raises `ValueError` with a sentence that names the variable and no secret."""
        if self.providers_file is not None:
            text, variable = self.providers_file.read_text(), self.variable("providers_file")
        elif self.providers is not None and self.providers.get_secret_value().strip():
            text, variable = self.providers.get_secret_value(), self.variable("providers")
        else:
            return ()
        try:
            found = TypeAdapter(tuple[ProviderConfig, ...]).validate_json(text)
        except ValidationError as error:
            flaws = "; ".join(f"{'.'.join(map(str, flaw['loc']))}: {flaw['msg']}" for flaw in error.errors()[:3])
            raise ValueError(f"{variable}: {flaws}") from None
        for member in ("name", "issuer"):
            if len({getattr(provider, member) for provider in found}) < len(found):
                raise ValueError(f"{variable}: two providers have the same {member}")
        return found
