"""Payments in the chart: API and workers alone have the key and a way out, the API alone the endpoints' secrets."""

from typing import Any

import pytest

from services.core.payments.settings import PaymentSettings
from services.core.subscriptions.settings import SubscriptionSettings
from tests.charts import helm, objects
from tests.charts.network import Peer
from tests.charts.test_mail import secrets_of
from tests.charts.test_network import Site

OFFER = {"id": "pro", "name": "Pro", "amount": 900, "currency": "EUR", "interval": "month", "priceId": "price_1"}
WITH_STRIPE: dict[str, Any] = {
    "site": {"publicUrl": "https://shaders.example.org"},
    "payments": {
        "provider": "stripe",
        "currency": "EUR",
        "countries": ["DE", "FR"],
        "limits": {"pledgeMaximum": 12_345_678, "openMaximum": 12_345_678},
        "offers": [OFFER],
        "stripe": {"existingSecret": "my-stripe"},
    },
}


def given(values: dict[str, Any], beginning: str) -> dict[str, dict[str, str]]:
    """The variables with this beginning, by component, without those from Secrets."""
    found: dict[str, dict[str, str]] = {}
    for _, pod in objects.pods(helm.render("fractafrag", values).docs):
        for entry in pod["spec"]["containers"][0].get("env", []):
            if entry["name"].startswith(beginning) and "value" in entry:
                found.setdefault(objects.component(pod), {})[entry["name"]] = entry["value"]
    return found


def test_api_and_workers_alone_have_the_key_and_the_api_alone_the_secrets() -> None:
    endpoints = {f"{name}-secrets" for name in ("account", "connected", "thin")}
    assert secrets_of(WITH_STRIPE, "my-stripe") == {"api": {"secret-key", *endpoints}, "worker": {"secret-key"}}
    found = given(WITH_STRIPE, "FRACTAFRAG_PAYMENTS_")
    assert found.keys() == {"api", "worker"}
    assert found["api"] == found["worker"]
    fields = {PaymentSettings.variable(name): name for name in PaymentSettings.model_fields}
    values = {fields[name]: value for name, value in found["api"].items()}
    settings = PaymentSettings.model_validate({**values, "stripe_secret_key": "rk_test_made_up"})
    assert (settings.currency, settings.payable_countries) == ("EUR", frozenset({"DE", "FR"}))
    # Large numbers are written as such, not as 1.2345678e+07.
    assert values["pledge_maximum"] == "12345678"


def test_what_is_for_sale_is_what_the_code_reads() -> None:
    (value,) = given(WITH_STRIPE, "FRACTAFRAG_SUBSCRIPTIONS_")["api"].values()
    assert [offer.price_id for offer in SubscriptionSettings(offers=value).configured] == ["price_1"]


@pytest.mark.parametrize("provider", ["none", "thanks"])
def test_without_money_there_is_no_secret_and_no_way_out(provider: str) -> None:
    values = {"payments": {"provider": provider, "stripe": {"existingSecret": "my-stripe"}}}
    assert secrets_of(values, "my-stripe") == {}
    assert ("api" in given(values, "FRACTAFRAG_PAYMENTS_")) == (provider == "thanks")
    site = Site(helm.render("fractafrag", values).docs)
    assert site.reaching_the_world(443) == set()


def test_api_and_workers_reach_stripe_and_it_can_be_named() -> None:
    assert Site(helm.render("fractafrag", WITH_STRIPE).docs).reaching_the_world(443) == {"api", "worker"}
    network = {"paymentsTo": [{"ipBlock": {"cidr": "198.51.100.0/24"}}]}
    site = Site(helm.render("fractafrag", {**WITH_STRIPE, "networkPolicy": network}).docs)
    assert site.reaching_the_world(443) == set()
    there = Peer(address="198.51.100.7")
    assert all(site.network.allows(pod, there, 443, "TCP") for pod in (*site.ends["api"], *site.ends["worker"]))


def test_the_notes_name_the_endpoints() -> None:
    notes = helm.render("fractafrag", WITH_STRIPE).notes
    for name in ("account", "connected", "thin"):
        assert f"https://shaders.example.org/api/v1/payments/webhooks/{name}" in notes
    assert "webhooks" not in helm.render("fractafrag", {}).notes
