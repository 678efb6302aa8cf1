"""Subscriptions over HTTP: who may, what is refused, and the pages of the provider."""

import json
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

import httpx2
import pytest
from asgi_lifespan import LifespanManager

from services.api.settings import ApiSettings
from services.core.kit.database import Database
from services.core.payments.settings import PaymentSettings, ProviderName
from services.core.subscriptions.settings import SubscriptionSettings
from tests.fixtures.accounts import register
from tests.fixtures.api import app_for

if TYPE_CHECKING:
    from tests.stripe.scene import FakeStripe

BASE = "/api/v1/subscriptions"


async def _offers(fake: "FakeStripe") -> SubscriptionSettings:
    client = fake.client()
    product = await client.v1.products.create_async({"name": "Pro"})
    price = await client.v1.prices.create_async(
        {"product": product.id, "currency": "usd", "unit_amount": 900, "recurring": {"interval": "month"}}
    )
    offer = {"id": "monthly", "name": "Pro", "amount": 900, "currency": "USD", "interval": "month"}
    return SubscriptionSettings(offers=json.dumps([{**offer, "price_id": price.id}]))


@pytest.fixture
async def shop(
    settings: ApiSettings, database: Database, stripe_on_a_port: "FakeStripe"
) -> AsyncIterator[httpx2.AsyncClient]:
    """A client of a site that sells one plan, at the fake of Stripe. `database` empties what it leaves behind."""
    assert database.engine is not None
    payments = PaymentSettings.model_validate(
        {"provider": "stripe", "stripe_secret_key": stripe_on_a_port.key, "stripe_api_base": stripe_on_a_port.url}
    )
    app = app_for(settings.replace(payments, await _offers(stripe_on_a_port)))
    async with LifespanManager(app):
        transport = httpx2.ASGITransport(app, raise_app_exceptions=False)
        async with httpx2.AsyncClient(transport=transport, base_url="http://test") as opened:
            yield opened


async def test_one_subscribes_and_sees_it(shop: httpx2.AsyncClient, stripe_on_a_port: "FakeStripe") -> None:
    ada = await register(shop)
    (offer,) = (await shop.get(f"{BASE}/offers")).json()
    assert offer == {
        "id": "monthly",
        "name": "Pro",
        "amount": 900,
        "currency": "USD",
        "exponent": 2,
        "interval": "month",
    }
    assert (await shop.get("/api/v1/payments/capabilities")).json()["subscriptions"] is True
    before = (await ada.get(f"{BASE}/mine")).json()
    assert before == {"is_entitled": False, "subscription": None, "attention": None}
    opened = await ada.post(f"{BASE}/checkout", json={"offer_id": "monthly"})
    assert opened.status_code == 200, opened.text
    assert opened.json()["url"].startswith(stripe_on_a_port.url)
    assert opened.headers["cache-control"] == "no-store"
    (page,) = stripe_on_a_port.world.of("checkout.session")
    assert stripe_on_a_port.pay(page["id"]) == "complete"
    stripe_on_a_port.settle()
    # Nobody told us; the person comes back from the page.
    (order,) = (await ada.get("/api/v1/payments/orders")).json()
    assert (await ada.post(f"/api/v1/payments/orders/{order['id']}/look")).status_code == 200
    again = await ada.post(f"{BASE}/checkout", json={"offer_id": "monthly"})
    assert (again.status_code, again.json()["code"]) == (409, "already_subscribed")
    (invoice,) = (await ada.get(f"{BASE}/invoices")).json()
    assert (invoice["paid"], invoice["status"]) == (900, "paid")
    shown = await ada.post(f"{BASE}/invoices/{invoice['id']}/page")
    assert shown.json()["url"].startswith("http")
    assert (await ada.post(f"{BASE}/portal")).json()["url"].startswith("http")
    eve = await register(shop)
    assert (await eve.post(f"{BASE}/invoices/{invoice['id']}/page")).status_code == 404
    assert (await eve.post(f"{BASE}/portal")).status_code == 404
    assert (await eve.get(f"{BASE}/invoices")).json() == []


async def test_price_and_currency_are_the_sites(shop: httpx2.AsyncClient) -> None:
    ada = await register(shop)
    assert (await ada.post(f"{BASE}/checkout", json={"offer_id": "yearly"})).status_code == 404
    for body in ({"offer_id": "monthly", "amount": 1}, {"offer_id": "../x"}, {}):
        assert (await ada.post(f"{BASE}/checkout", json=body)).status_code == 422


@pytest.mark.parametrize("provider", [ProviderName.NONE, ProviderName.THANKS])
async def test_without_money_there_are_no_subscriptions(
    settings: ApiSettings, database: Database, provider: ProviderName
) -> None:
    assert database.engine is not None
    app = app_for(settings.replace(PaymentSettings(provider=provider)))
    async with LifespanManager(app):
        transport = httpx2.ASGITransport(app, raise_app_exceptions=False)
        async with httpx2.AsyncClient(transport=transport, base_url="http://test") as client:
            ada = await register(client)
            answers = [
                await ada.get(f"{BASE}/offers"),
                await ada.get(f"{BASE}/mine"),
                await ada.get(f"{BASE}/invoices"),
                await ada.post(f"{BASE}/checkout", json={"offer_id": "monthly"}),
                await ada.post(f"{BASE}/portal"),
                await ada.post(f"{BASE}/invoices/in_1/page"),
            ]
    assert {(each.status_code, each.json()["code"]) for each in answers} == {(404, "payments_off")}
