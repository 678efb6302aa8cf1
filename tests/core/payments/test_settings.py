"""Settings of payments that make no sense, or that would move real money by mistake, stop the process."""

import pytest
from pydantic import ValidationError

from services.api.settings import ApiSettings
from services.core.payments.settings import PaymentSettings, WebhookSettings

TEST_KEY, LIVE_KEY = "rk_test_made_up", "rk_live_made_up"


@pytest.mark.parametrize(
    "given",
    [
        {"provider": "stripe"},
        {"provider": "stripe", "stripe_secret_key": "pk_test_made_up"},
        {"provider": "stripe", "stripe_secret_key": LIVE_KEY},
        {"provider": "stripe", "stripe_secret_key": TEST_KEY, "livemode": True},
        {"provider": "stripe", "stripe_secret_key": LIVE_KEY, "livemode": True, "stripe_api_base": "http://fake"},
        {"provider": "stripe", "stripe_secret_key": TEST_KEY, "stripe_api_base": "ftp://fake"},
        {"currency": "THX"},
        {"currency": "XXX"},
        {"pledge_minimum": 600, "pledge_maximum": 500},
        {"expiry_days": 46},
        {"countries": "de"},
    ],
)
def test_what_makes_no_sense_is_refused_without_the_key(given: dict[str, object]) -> None:
    with pytest.raises(ValidationError) as refusal:
        PaymentSettings.model_validate(given)
    assert "made_up" not in str(refusal.value.errors(include_input=False))


def test_without_a_provider_no_secret_is_needed() -> None:
    settings = PaymentSettings()
    assert not settings.is_on
    settings.check_production()


@pytest.mark.parametrize("kind", ["rk", "sk"])
def test_a_key_fits_its_mode(kind: str) -> None:
    for mode in ("test", "live"):
        key = f"{kind}_{mode}_made_up"
        given = {"provider": "stripe", "stripe_secret_key": key, "livemode": mode == "live"}
        assert PaymentSettings.model_validate(given).secret_key == key


def test_no_clock_holds_a_pledge_beyond_eighty_days() -> None:
    longest = PaymentSettings(expiry_days=45, review_days=14, contest_days=14)
    assert longest.expiry_days + longest.review_days + longest.contest_days < 80


def test_real_money_needs_a_site_that_others_reach(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("PROVIDER", "stripe"), ("STRIPE_SECRET_KEY", LIVE_KEY), ("LIVEMODE", "true")):
        monkeypatch.setenv(f"FRACTAFRAG_PAYMENTS_{name}", value)
    with pytest.raises(ValidationError, match="FRACTAFRAG_PAYMENTS_LIVEMODE needs a site with a public address"):
        ApiSettings()
    monkeypatch.setenv("FRACTAFRAG_SITE_PUBLIC_URL", "https://shaders.example")
    assert ApiSettings().of(PaymentSettings).livemode


def test_an_endpoint_has_two_secrets_at_most() -> None:
    settings = WebhookSettings.model_validate({"account_secrets": "whsec_a, whsec_b"})
    assert settings.secrets_of("account") == ("whsec_a", "whsec_b")
    assert settings.secrets_of("thin") == ()
    with pytest.raises(ValidationError, match="one or two"):
        WebhookSettings.model_validate({"thin_secrets": "a,b,c"})
