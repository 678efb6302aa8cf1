"""What the provider sends is stored as it came when it is signed, and refused when it is not."""

import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import httpx2
import pytest
from asgi_lifespan import LifespanManager
from sqlalchemy import text

from services.api.settings import ApiSettings
from services.core.kit.database import Database
from services.core.kit.settings import LimitSettings
from services.core.payments.settings import PaymentSettings, WebhookSettings
from tests.fixtures.api import app_for

if TYPE_CHECKING:
    from tests.stripe.scene import FakeStripe

OLD, NEW = "whsec_old", "whsec_new"
ADDRESS = "/api/v1/payments/webhooks"


@asynccontextmanager
async def serve_api(settings: ApiSettings) -> AsyncIterator[httpx2.AsyncClient]:
    """A client of the API with these settings."""
    application = app_for(settings)
    transport = httpx2.ASGITransport(application, raise_app_exceptions=False)
    async with LifespanManager(application), httpx2.AsyncClient(transport=transport, base_url="http://test") as client:
        yield client


@pytest.fixture
async def site(
    settings: ApiSettings, stripe_fake: "FakeStripe", database: Database
) -> AsyncIterator[httpx2.AsyncClient]:
    """A site that takes money, while the secret of its first endpoint is rotated."""
    payments = PaymentSettings.model_validate({"provider": "stripe", "stripe_secret_key": stripe_fake.key})
    webhooks = WebhookSettings.model_validate({"account_secrets": f"{OLD},{NEW}", "thin_secrets": NEW})
    async with serve_api(settings.replace(payments, webhooks)) as client:
        yield client


def event(**changes: Any) -> dict[str, Any]:
    """An event about a payment."""
    return {
        "id": "evt_1",
        "object": "event",
        "type": "payment_intent.succeeded",
        "api_version": "2026-10-28.endive",
        "created": int(time.time()),
        "livemode": False,
        "data": {"object": {"id": "pi_1", "object": "payment_intent"}},
        **changes,
    }


async def send(
    site: httpx2.AsyncClient, body: bytes, *secrets: str, at: int | None = None, endpoint: str = "account"
) -> int:
    """Send a body that these secrets signed; the status."""
    from stripe import WebhookSignature

    at = at or int(time.time())
    marks = [
        WebhookSignature.generate_signature_header(body.decode(errors="replace"), secret, timestamp=at)
        for secret in secrets
    ]
    header = ",".join([marks[0], *(mark.partition(",")[2] for mark in marks[1:])]) if marks else ""
    answer = await site.post(f"{ADDRESS}/{endpoint}", content=body, headers={"Stripe-Signature": header})
    return answer.status_code


async def stored(database: Database) -> list[tuple[str, bytes]]:
    async with database.read() as session:
        return [(row.id, row.payload) for row in await session.execute(text("SELECT id, payload FROM payment_events"))]


async def test_a_signed_event_is_stored_once_as_it_came_with_its_job(
    site: httpx2.AsyncClient, database: Database
) -> None:
    # An escaped NUL and half a surrogate pair, which no other route lets through, and spaces that a parser would lose.
    body = json.dumps(event(note="x")).encode().replace(b'"x"', b'  "\\u0000 \\ud800"  ')
    for secrets in ((OLD,), (NEW,), ("whsec_strange", NEW)):
        assert await send(site, body, *secrets) == 204
    assert await stored(database) == [("evt_1", body)]
    async with database.read() as session:
        jobs = await session.scalars(text("SELECT payload FROM outbox WHERE actor = 'payments.take_event'"))
        assert list(jobs) == [{"event_id": "evt_1"}]


@pytest.mark.parametrize(
    ("body", "secrets", "seconds"),
    [
        (event(), ("whsec_strange",), 0),
        (event(), (), 0),
        (event(), (NEW,), -301),
        (event(), (NEW,), 86_400 * 365),
        (event(livemode=True), (NEW,), 0),
        (event(id=""), (NEW,), 0),
        (event(data={}), (NEW,), 0),
        ([event()], (NEW,), 0),
    ],
)
async def test_what_is_not_signed_now_or_is_no_event_for_us_is_refused(
    site: httpx2.AsyncClient, database: Database, body: Any, secrets: tuple[str, ...], seconds: int
) -> None:
    status = await send(site, json.dumps(body).encode(), *secrets, at=int(time.time()) + seconds)
    assert (status, await stored(database)) == (400, [])


@pytest.mark.parametrize("body", [b"", b"\xff\xfe", b"no json", b'"text"', b"[" * 100_000])
async def test_what_is_no_json_is_refused_even_when_it_is_signed(
    site: httpx2.AsyncClient, database: Database, body: bytes
) -> None:
    assert await send(site, body, NEW) == 400
    assert await stored(database) == []


async def test_an_event_of_an_account_that_is_not_ours_is_refused(
    settings: ApiSettings, stripe_fake: "FakeStripe", database: Database
) -> None:
    payments = PaymentSettings.model_validate({"provider": "stripe", "stripe_secret_key": stripe_fake.key})
    webhooks = WebhookSettings.model_validate({"connected_secrets": NEW})
    body = json.dumps(event(account="acct_strange", type="payout.failed")).encode()
    async with serve_api(settings.replace(payments, webhooks)) as site:
        assert await send(site, body, NEW, endpoint="connected") == 400
        # Without a secret an endpoint does not exist.
        assert await send(site, body, NEW, endpoint="account") == 404
        assert await send(site, body, NEW, endpoint="other") == 404
    assert await stored(database) == []


async def test_a_thin_event_names_its_object(site: httpx2.AsyncClient, database: Database) -> None:
    thin = {
        "id": "evt_2",
        "object": "v2.core.event",
        "type": "v2.core.account.updated",
        "created": "2026-11-30T12:00:00.000Z",
        "livemode": False,
        "related_object": {"id": "acct_1", "type": "v2.core.account", "url": "/v2/core/accounts/acct_1"},
    }
    assert await send(site, json.dumps(thin).encode(), NEW, endpoint="thin") == 204
    async with database.read() as session:
        row = (await session.execute(text("SELECT object_id, object_type FROM payment_events"))).one()
    assert tuple(row) == ("acct_1", "v2.core.account")


async def test_neither_keys_nor_limits_of_ours_count_there(site: httpx2.AsyncClient) -> None:
    body = json.dumps(event()).encode()
    site.headers["Authorization"] = "Bearer no-token"
    assert await send(site, body, NEW) == 204


async def test_no_limit_by_address_counts_there(
    settings: ApiSettings, stripe_fake: "FakeStripe", database: Database, redis_client: Any
) -> None:
    payments = PaymentSettings.model_validate({"provider": "stripe", "stripe_secret_key": stripe_fake.key})
    webhooks = WebhookSettings.model_validate({"account_secrets": NEW})
    narrow = settings.model_copy(update={"limits": LimitSettings(address="1/3600")}).replace(payments, webhooks)
    async with serve_api(narrow) as site:
        for number in range(3):
            assert await send(site, json.dumps(event(id=f"evt_{number}")).encode(), NEW) == 204
        answers = [(await site.get("/api/v1/payments/capabilities")).status_code for _ in range(2)]
    assert answers == [200, 429]


@pytest.mark.parametrize("provider", ["none", "thanks"])
async def test_without_money_there_are_no_endpoints(settings: ApiSettings, provider: str) -> None:
    payments = PaymentSettings.model_validate({"provider": provider})
    webhooks = WebhookSettings.model_validate({"account_secrets": NEW})
    async with serve_api(settings.replace(payments, webhooks)) as site:
        assert await send(site, json.dumps(event()).encode(), NEW) == 404
