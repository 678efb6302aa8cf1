"""An artist's payout account and a payer's payments over HTTP: whose they are, and what the provider says of them."""

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any
from uuid import UUID

import httpx2
import pytest
from asgi_lifespan import LifespanManager
from sqlalchemy import text

from services.api.settings import ApiSettings
from services.core.kit.database import Database
from services.core.kit.settings import LimitSettings
from services.core.payments.service import Payments
from services.core.payments.settings import PaymentSettings
from tests.fixtures.accounts import register
from tests.fixtures.api import app_for

if TYPE_CHECKING:
    from tests.stripe.scene import FakeStripe

PAYOUTS, ORDERS = "/api/v1/payouts", "/api/v1/payments/orders"


@pytest.fixture
async def site(
    settings: ApiSettings, stripe_on_a_port: "FakeStripe", database: Database, redis_client: Any
) -> AsyncIterator[httpx2.AsyncClient]:
    """A site that takes money from the fake of Stripe."""
    key, base = stripe_on_a_port.key, stripe_on_a_port.url
    payments = PaymentSettings.model_validate(
        {"provider": "stripe", "stripe_secret_key": key, "stripe_api_base": base, "countries": "DE,FR"}
    )
    application = app_for(settings.replace(payments))
    transport = httpx2.ASGITransport(application, raise_app_exceptions=False)
    async with LifespanManager(application), httpx2.AsyncClient(transport=transport, base_url="http://test") as client:
        yield client


async def test_an_account_is_made_filled_in_and_ready_when_the_provider_says_so(
    site: httpx2.AsyncClient, stripe_on_a_port: "FakeStripe", database: Database
) -> None:
    ada = await register(site, "ada")
    assert (await ada.get(PAYOUTS)).json()["status"] == "no_account"
    assert (await ada.post(f"{PAYOUTS}/link")).json()["code"] == "no_payout_account"
    refused = await ada.post(f"{PAYOUTS}/account", json={"country": "US", "of_age": True})
    assert (refused.status_code, refused.json()["code"]) == (422, "country_not_payable")
    assert (await ada.post(f"{PAYOUTS}/account", json={"country": "DE", "of_age": False})).status_code == 422
    for _ in range(2):
        made = await ada.post(f"{PAYOUTS}/account", json={"country": "DE", "of_age": True})
        assert (made.status_code, made.json()["status"], made.json()["country"]) == (200, "onboarding", "DE")
    (account,) = stripe_on_a_port.world.of("v2.core.account")
    first, second = [(await ada.post(f"{PAYOUTS}/link")).json()["url"] for _ in range(2)]
    assert first != second
    stripe_on_a_port.onboard(account["id"])
    async with database.write() as session:
        await session.execute(text("UPDATE payout_accounts SET fetched_at = now() - interval '1 hour'"))
    found = (await ada.get(PAYOUTS)).json()
    assert (found["status"], found["missing"], found["owed"], found["currency"]) == ("ready", [], 0, "USD")


async def test_lists_and_statements_are_ones_own(
    site: httpx2.AsyncClient, stripe_on_a_port: "FakeStripe", database: Database
) -> None:
    ada, bob = await register(site, "ada"), await register(site, "bob")
    await ada.post(f"{PAYOUTS}/account", json={"country": "DE", "of_age": True})
    async with database.write() as session:
        await session.execute(
            text(
                """
                INSERT INTO payment_transfers
                    (id, subject, account_id, amount, reversed, currency, created_at, fetched_at)
                SELECT 'tr_' || year, 'pledge:1', account_id, 1800, 0, 'USD',
                    make_timestamptz(year, 3, 1, 0, 0, 0), now()
                FROM payout_accounts, generate_series(2025, 2026) year
                """
            )
        )
    assert [each["id"] for each in (await ada.get(f"{PAYOUTS}/transfers")).json()] == ["tr_2026", "tr_2025"]
    assert (await bob.get(f"{PAYOUTS}/transfers")).json() == []
    statement = await ada.get(f"{PAYOUTS}/statement", params={"year": 2025})
    assert statement.headers["content-type"] == "text/csv; charset=utf-8"
    assert statement.text.splitlines()[1:] == ["2025-03-01,tr_2025,pledge:1,18.00,0.00,USD"]
    assert (await bob.get(f"{PAYOUTS}/statement", params={"year": 2025})).text.count("\n") == 1


async def test_a_payer_sees_where_a_payment_stands_and_nobody_else_does(
    site: httpx2.AsyncClient, stripe_on_a_port: "FakeStripe"
) -> None:
    from services.core.payments.pages import Purchase

    ada, bob = await register(site, "ada"), await register(site, "bob")
    transport: Any = site._transport
    payments: Payments = transport.app.state.services.payments
    user_id = UUID((await ada.get("/api/v1/users/me")).json()["id"])
    purchase = Purchase(
        subject="pledge:1", user_id=user_id, amount=700, currency="USD", title="A work", purpose="desire:1"
    )
    await payments.money.pages.open(purchase)
    (order,) = (await ada.get(ORDERS)).json()
    assert (order["state"], order["amount"], order["currency"]) == ("open", 700, "USD")
    assert (await ada.post(f"{ORDERS}/{order['id']}/receipt")).status_code == 404
    (session,) = stripe_on_a_port.world.of("checkout.session")
    stripe_on_a_port.pay(session["id"])
    for stranger in (bob, site):
        answers = [(await stranger.post(f"{ORDERS}/{order['id']}/{what}")).status_code for what in ("look", "receipt")]
        assert answers == ([404, 404] if stranger is bob else [401, 401])
    assert (await bob.get(ORDERS)).json() == []
    assert (await ada.post(f"{ORDERS}/{order['id']}/look")).json()["state"] == "paid"
    assert (await ada.post(f"{ORDERS}/{order['id']}/receipt")).json()["url"].startswith("http")


async def test_when_stripe_does_not_answer_the_page_says_when_to_come_back(
    site: httpx2.AsyncClient, stripe_on_a_port: "FakeStripe"
) -> None:
    ada = await register(site, "ada")
    for kind, code in (("rate_limit", "provider_unavailable"), ("unauthorized", "provider_locked_out")):
        stripe_on_a_port.fake.faults.add(kind)
        answer = await ada.post(f"{PAYOUTS}/account", json={"country": "DE", "of_age": True})
        assert (answer.status_code, answer.json()["code"]) == (503, code)
        assert int(answer.headers["Retry-After"]) > 0


@pytest.mark.parametrize("path", [PAYOUTS, ORDERS, f"{PAYOUTS}/transfers", f"{PAYOUTS}/statement?year=2026"])
async def test_without_money_there_are_no_payouts(client: httpx2.AsyncClient, path: str) -> None:
    ada = await register(client, "ada")
    answer = await ada.get(path)
    assert (answer.status_code, answer.json()["code"]) == (404, "payments_off")
    capabilities = (await client.get("/api/v1/payments/capabilities")).json()
    assert (capabilities["provider"], capabilities["pledges"], capabilities["payouts"]) == ("none", False, False)


async def test_whoever_tries_cards_by_many_accounts_is_limited_by_address(
    settings: ApiSettings, database: Database, redis_client: Any
) -> None:
    narrow = settings.model_copy(update={"limits": LimitSettings(checkouts_address="1/3600")})
    application = app_for(narrow)
    transport = httpx2.ASGITransport(application, raise_app_exceptions=False)
    path = "/api/v1/pledges/00000000-0000-0000-0000-000000000000/checkout"
    async with LifespanManager(application), httpx2.AsyncClient(transport=transport, base_url="http://test") as client:
        answers = [(await (await register(client)).post(path)).status_code for _ in range(2)]
    assert answers == [404, 429]
