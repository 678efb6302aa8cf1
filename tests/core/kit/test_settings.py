"""Settings come from the environment; a process has the groups of domains that name it, and no others."""

import pytest
from pydantic import Field, SecretStr, ValidationError

from services.core.domains import settings_of
from services.core.kit.settings import DatabaseSettings, DomainSettings, ProcessSettings
from services.core.registry.domain import Domain


class BillingSettings(DomainSettings):
    """The group of a toy domain."""

    GROUP = "billing"

    provider_key: SecretStr | None = None
    trial_days: int = Field(14, ge=0)

    def check_production(self) -> None:
        if self.provider_key is None:
            raise ValueError(f"{self.variable('provider_key')} must be set outside development")


BILLING = Domain(name="billing", settings={BillingSettings: frozenset({"worker"})})


class ToyWorkerSettings(ProcessSettings):
    DOMAIN_SETTINGS = settings_of("worker", [BILLING])

    database: DatabaseSettings = DatabaseSettings()


class ToyApiSettings(ProcessSettings):
    DOMAIN_SETTINGS = settings_of("api", [BILLING])


@pytest.fixture
def production(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    monkeypatch.setenv("FRACTAFRAG_ENVIRONMENT", "production")
    return monkeypatch


def test_groups_are_read_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRACTAFRAG_DATABASE_POOL_SIZE", "7")
    assert ToyWorkerSettings().database.pool_size == 7


def test_a_process_reads_the_groups_of_domains_that_name_it(production: pytest.MonkeyPatch) -> None:
    production.setenv("FRACTAFRAG_BILLING_PROVIDER_KEY", "a-provider-key")
    production.setenv("FRACTAFRAG_BILLING_TRIAL_DAYS", "30")
    billing = ToyWorkerSettings().of(BillingSettings)
    assert billing.trial_days == 30
    assert billing.provider_key == SecretStr("a-provider-key")


def test_a_missing_secret_stops_the_process_in_production(production: pytest.MonkeyPatch) -> None:
    with pytest.raises(ValidationError, match="FRACTAFRAG_BILLING_PROVIDER_KEY must be set"):
        ToyWorkerSettings()


def test_a_value_out_of_range_stops_the_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRACTAFRAG_BILLING_TRIAL_DAYS", "-1")
    with pytest.raises(ValidationError, match=r"billing\.trial_days"):
        ToyWorkerSettings()


def test_another_process_neither_needs_nor_reads_it(production: pytest.MonkeyPatch) -> None:
    settings = ToyApiSettings()
    production.setenv("FRACTAFRAG_BILLING_TRIAL_DAYS", "-1")
    assert ToyApiSettings() == settings
    with pytest.raises(LookupError, match="ToyApiSettings does not read BillingSettings"):
        settings.of(BillingSettings)


def test_a_secret_of_a_domain_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRACTAFRAG_BILLING_PROVIDER_KEY", "a-provider-key")
    settings = ToyWorkerSettings()
    assert "a-provider-key" not in repr(settings) + repr(settings.of(BillingSettings)) + settings.model_dump_json()
