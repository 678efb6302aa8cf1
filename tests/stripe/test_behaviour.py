"""Keys, failures, events and pages: what goes on around a request."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx2
import pytest
import stripe

from tests.stripe.scene import FakeStripe, dropped, twice_in_reverse
from tests.stripe.walks import artist, paid, recipient, session, subscribed

DAY = 86_400


def opened(fake: FakeStripe, key: str, **more: Any) -> stripe.checkout.Session:
    return fake.client().v1.checkout.sessions.create(session(**more), {"idempotency_key": key})


def test_a_key_gives_the_same_answer_for_a_day(stripe_fake: FakeStripe) -> None:
    first = opened(stripe_fake, "a")
    assert stripe_fake.pay(first.id) == "complete"
    again = opened(stripe_fake, "a")
    # What was answered then, not what is now.
    assert (again.id, again.status) == (first.id, "open")
    stripe_fake.advance(DAY)
    assert opened(stripe_fake, "a").id != first.id


def test_a_key_is_for_one_request(stripe_fake: FakeStripe) -> None:
    opened(stripe_fake, "a")
    with pytest.raises(stripe.IdempotencyError):
        opened(stripe_fake, "a", client_reference_id="other")


def test_what_fails_in_validation_is_not_kept_and_what_fails_later_is(stripe_fake: FakeStripe) -> None:
    sdk, charge = stripe_fake.client(), paid(stripe_fake)
    wrong: Any = {"charge": charge, "amount": "much"}
    with pytest.raises(stripe.InvalidRequestError):
        sdk.v1.refunds.create(wrong, {"idempotency_key": "a"})
    sdk.v1.refunds.create({"charge": charge}, {"idempotency_key": "a"})
    transfer: Any = {"amount": 100, "currency": "usd", "destination": artist(stripe_fake)}
    for _ in range(2):
        with pytest.raises(stripe.InvalidRequestError) as caught:
            sdk.v1.transfers.create(transfer, {"idempotency_key": "b"})
        assert caught.value.code == "balance_insufficient"
        paid(stripe_fake, "4000000000000077")
    assert sdk.v1.transfers.create(transfer, {"idempotency_key": "c"}).amount == 100


def test_v2_gives_the_object_as_it_is_now(stripe_fake: FakeStripe) -> None:
    accounts = stripe_fake.client().v2.core.accounts
    params: Any = recipient(include=["configuration.recipient"])
    first = accounts.create(params, {"idempotency_key": "a"})
    stripe_fake.onboard(first.id)
    again: Any = accounts.create(params, {"idempotency_key": "a"})
    assert again.id == first.id
    assert again.configuration.recipient.capabilities.stripe_balance.stripe_transfers.status == "active"


@pytest.mark.parametrize("kind", ["error_before", "reset_before", "reset_after", "conflict"])
def test_the_sdk_repeats_and_one_refund_comes_of_it(stripe_fake: FakeStripe, kind: str) -> None:
    charge = paid(stripe_fake)
    stripe_fake.fake.faults.add(kind, "POST /v1/refunds")
    stripe_fake.client().v1.refunds.create({"charge": charge, "amount": 500})
    assert [each["amount"] for each in stripe_fake.world.of("refund")] == [500]


def test_an_error_after_doing_is_kept_under_its_key(stripe_fake: FakeStripe) -> None:
    charge = paid(stripe_fake)
    stripe_fake.fake.faults.add("error_after", "POST /v1/refunds")
    with pytest.raises(stripe.APIError):
        stripe_fake.client().v1.refunds.create({"charge": charge, "amount": 500}, {"idempotency_key": "a"})
    assert len(stripe_fake.world.of("refund")) == 1
    # Only looking it up tells.
    assert len(stripe_fake.client().v1.refunds.list({"charge": charge}).data) == 1


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        ("rate_limit", stripe.RateLimitError),
        ("unauthorized", stripe.AuthenticationError),
        ("key_expired", stripe.AuthenticationError),
        ("forbidden", stripe.PermissionError),
    ],
)
def test_failures_have_the_classes_that_the_sdk_gives_them(
    stripe_fake: FakeStripe, kind: str, error: type[Exception]
) -> None:
    stripe_fake.fake.faults.add(kind, times=3)
    with pytest.raises(error):
        stripe_fake.client(repeats=0).v1.balance.retrieve()


@pytest.mark.parametrize("number", ["4000000000000002", "4000000000009995"])
def test_a_declined_card_leaves_the_session_open(stripe_fake: FakeStripe, number: str) -> None:
    made = opened(stripe_fake, "a")
    assert stripe_fake.pay(made.id, number) == "declined"
    assert stripe_fake.get(made.id)["status"] == "open"
    assert stripe_fake.pay(made.id) == "complete"
    assert len(stripe_fake.world.of("payment_intent")) == 1


def test_a_session_ends_by_itself_and_its_intent_with_it(stripe_fake: FakeStripe) -> None:
    made = opened(stripe_fake, "a")
    assert stripe_fake.pay(made.id, "4000002760003184") == "requires_action"
    stripe_fake.advance(DAY)
    assert stripe_fake.get(made.id)["status"] == "expired"
    assert stripe_fake.get(stripe_fake.get(made.id)["payment_intent"])["status"] == "canceled"
    with pytest.raises(stripe.InvalidRequestError, match="Only Checkout Sessions"):
        stripe_fake.client().v1.checkout.sessions.expire(made.id)


class Inbox:
    """An endpoint of ours: it checks signatures as the SDK does."""

    def __init__(self, secret: str) -> None:
        self.secret, self.types, self.versions = secret, list[str](), list[str | None]()
        self.status = 200

    async def __call__(self, _: str, body: bytes, headers: dict[str, str]) -> int:
        event = stripe.Webhook.construct_event(body, headers["Stripe-Signature"], self.secret)
        self.types.append(event.type)
        self.versions.append(event.api_version)
        return self.status


async def test_events_are_signed_and_come_as_a_test_wants_them(stripe_fake: FakeStripe) -> None:
    # Rotated: both secrets verify.
    stripe_fake.endpoint("http://test/hook", "whsec_new", "whsec_old")
    old, new = Inbox("whsec_old"), Inbox("whsec_new")
    paid(stripe_fake)
    assert set(await stripe_fake.deliver(old)) == {200}
    assert old.types[-1] == "charge.updated"
    paid(stripe_fake)
    await stripe_fake.deliver(new, twice_in_reverse, version="2024-06-20")
    assert new.types == [name for name in reversed(old.types) for _ in range(2)]
    assert set(new.versions) == {"2024-06-20"}


async def test_the_events_api_knows_what_did_not_arrive(stripe_fake: FakeStripe) -> None:
    stripe_fake.endpoint("http://test/hook", "whsec_a")
    inbox, events = Inbox("whsec_a"), stripe_fake.client().v1.events
    paid(stripe_fake)
    await stripe_fake.deliver(inbox)
    assert events.list({"delivery_success": False}).data == []
    last = events.list({"limit": 1}).data[0].id
    paid(stripe_fake)
    await stripe_fake.deliver(inbox, dropped)
    missed = events.list({"delivery_success": False, "types": ["charge.updated", "payment_intent.succeeded"]})
    assert [each.type for each in missed.data] == ["charge.updated", "payment_intent.succeeded"]
    later = [each.created for each in events.list({"ending_before": last, "limit": 3}).auto_paging_iter()]
    assert later == sorted(later)
    for each in missed.data:
        stripe_fake.fake.events.replay(each.id)
    await stripe_fake.deliver(inbox)
    assert len(events.list({"delivery_success": True, "type": "charge.updated"}).data) == 1
    stripe_fake.advance(31 * DAY)
    assert events.list().data == []


async def test_thin_events_and_those_of_connected_accounts_have_endpoints_of_their_own(
    stripe_fake: FakeStripe,
) -> None:
    sdk, came = stripe_fake.client(), list[tuple[str, str]]()
    for kind in ("account", "connect", "thin"):
        stripe_fake.endpoint(f"http://test/{kind}", "whsec_a", kind=kind)

    async def send(url: str, body: bytes, headers: dict[str, str]) -> int:
        if url.endswith("thin"):
            note: Any = sdk.parse_event_notification(body, headers["Stripe-Signature"], "whsec_a")
            assert note.fetch_related_object().id == account
            came.append(("thin", note.type))
        else:
            event = sdk.construct_event(body, headers["Stripe-Signature"], "whsec_a")
            came.append((url.rsplit("/", 1)[1], f"{event.type} {getattr(event, 'account', '')}"))
        return 200

    account = artist(stripe_fake)
    charge = paid(stripe_fake, "4000000000000077")
    params: Any = {"amount": 100, "currency": "usd", "destination": account, "source_transaction": charge}
    sdk.v1.transfers.create(params)
    sdk.v1.payouts.create({"amount": 100, "currency": "usd"}, {"stripe_account": account})
    await stripe_fake.deliver(send)
    assert ("thin", "v2.core.account.updated") in came
    assert ("account", "transfer.created ") in came
    assert ("connect", f"payout.paid {account}") in came


def test_a_subscription_is_billed_by_the_fakes_clock_and_ends_after_failures(stripe_fake: FakeStripe) -> None:
    from tests.stripe import subscriptions

    sdk = stripe_fake.client()
    name, customer = subscribed(stripe_fake)
    stripe_fake.advance(32 * DAY)
    assert [each.status for each in sdk.v1.invoices.list({"customer": customer}).data] == ["paid", "paid"]
    subscriptions.change_card(stripe_fake.world, stripe_fake.get(name), "4000000000000341")
    stripe_fake.advance(31 * DAY)
    found = sdk.v1.subscriptions.retrieve(name, {"expand": ["latest_invoice.payments"]})
    invoice: Any = found.latest_invoice
    assert (found.status, invoice.status, len(invoice.payments.data)) == ("past_due", "open", 1)
    stripe_fake.advance(8 * DAY)
    assert sdk.v1.subscriptions.retrieve(name).status == "canceled"


def test_a_subscription_ends_with_its_period_when_that_was_asked(stripe_fake: FakeStripe) -> None:
    sdk = stripe_fake.client()
    name, _ = subscribed(stripe_fake)
    found: Any = sdk.v1.subscriptions.update(name, {"cancel_at_period_end": True})
    assert found.cancel_at == found["items"].data[0].current_period_end
    stripe_fake.advance(32 * DAY)
    assert sdk.v1.subscriptions.retrieve(name).status == "canceled"
    assert stripe_fake.fake.events.log[-1]["type"] == "customer.subscription.deleted"


@asynccontextmanager
async def async_client(fake: FakeStripe) -> AsyncIterator[stripe.StripeClient]:
    http = stripe.HTTPXClient(timeout=5)
    yield stripe.StripeClient(fake.key, max_network_retries=2, http_client=http, base_addresses={"api": fake.url})
    await http.close_async()  # type: ignore[no-untyped-call] # of the SDK


async def test_the_whole_way_over_a_socket(stripe_on_a_port: FakeStripe) -> None:
    stripe_on_a_port.fake.faults.add("reset_after", "POST /v1/checkout/sessions")
    async with async_client(stripe_on_a_port) as sdk, httpx2.AsyncClient(trust_env=False) as browser:
        made = await sdk.v1.checkout.sessions.create_async(session(cancel_url="http://127.0.0.1/no"))
        url = str(made.url)
        assert "Card number" in (await browser.get(url)).text
        declined = await browser.post(url, data={"card": "4000 0000 0000 0002"})
        assert "declined" in declined.text
        asks = await browser.post(url, data={"card": "4000002760003184"})
        assert "is this you" in asks.text
        done = await browser.post(url, data={"card": "4000002760003184", "authenticates": "yes"})
        assert (done.status_code, done.headers["Location"]) == (303, f"http://127.0.0.1/back?session={made.id}")
        found = await sdk.v1.checkout.sessions.retrieve_async(made.id)
        assert (found.status, found.payment_status) == ("complete", "paid")
    assert len(stripe_on_a_port.world.of("checkout.session")) == 1


async def test_the_onboarding_page_and_the_portal(stripe_on_a_port: FakeStripe) -> None:
    fake = stripe_on_a_port
    case: Any = {
        "type": "account_onboarding",
        "account_onboarding": {"refresh_url": "http://127.0.0.1/again", "return_url": "http://127.0.0.1/back"},
    }
    async with async_client(fake) as sdk, httpx2.AsyncClient(trust_env=False) as browser:
        account = await sdk.v2.core.accounts.create_async(recipient())
        link = await sdk.v2.core.account_links.create_async({"account": account.id, "use_case": case})
        assert "Set up payouts" in (await browser.get(link.url)).text
        done = await browser.post(link.url, data={"ending": "complete"})
        assert done.headers["Location"] == "http://127.0.0.1/back"
        assert (await browser.get(link.url)).headers["Location"] == "http://127.0.0.1/again"
        name, customer = subscribed(fake)
        portal = await sdk.v1.billing_portal.sessions.create_async({"customer": customer, "return_url": "http://x/"})
        await browser.post(portal.url, data={"do": "cancel"})
        assert (await sdk.v1.subscriptions.retrieve_async(name)).cancel_at_period_end
        told = await browser.post(f"{fake.url}/_fake/advance", json={"seconds": 32 * DAY})
        assert told.status_code == 200
        assert (await sdk.v1.subscriptions.retrieve_async(name)).status == "canceled"
