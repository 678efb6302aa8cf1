"""Money at the fake: what Stripe refuses is refused, and balances are the sums of their balance transactions."""

from collections import Counter
from typing import Any

import pytest
import stripe

from tests.stripe.money import balance, owned
from tests.stripe.scene import FakeStripe
from tests.stripe.walks import artist, paid, session, transferred

DAY = 86_400


def available(fake: FakeStripe, currency: str = "usd") -> tuple[int, int]:
    """What the API says: available and pending."""
    found = fake.client().v1.balance.retrieve()
    sums = [{each.currency: each.amount for each in part}.get(currency, 0) for part in (found.available, found.pending)]
    return sums[0], sums[1]


def test_a_charge_gets_its_balance_transaction_later_and_the_money_is_available_later_still(
    stripe_fake: FakeStripe,
) -> None:
    sdk = stripe_fake.client()
    opened = sdk.v1.checkout.sessions.create(session())
    assert opened.payment_intent is None
    assert stripe_fake.pay(opened.id) == "complete"
    path = "payment_intent.latest_charge.balance_transaction"
    charge: Any = sdk.v1.checkout.sessions.retrieve(opened.id, {"expand": [path]}).payment_intent
    assert charge.latest_charge.balance_transaction is None
    stripe_fake.settle()
    charge = sdk.v1.checkout.sessions.retrieve(opened.id, {"expand": [path]}).payment_intent
    assert charge.latest_charge.balance_transaction.net == 2_000 - 88
    assert available(stripe_fake) == (0, 1_912)
    stripe_fake.advance(3 * DAY)
    assert available(stripe_fake) == (1_912, 0)


def test_the_type_of_an_event_and_its_order_are_stripes(stripe_fake: FakeStripe) -> None:
    paid(stripe_fake)
    types = [each["type"] for each in stripe_fake.fake.events.log if not each["type"].startswith("pr")]
    assert types == [
        *("payment_intent.created", "charge.succeeded", "payment_intent.succeeded"),
        *("checkout.session.completed", "charge.updated"),
    ]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"line_items": []}, "line_items"),
        ({"success_url": "back"}, "valid URL"),
        ({"expires_at": 1}, "30 minutes"),
        ({"metadata": {"k" * 41: "v"}}, "40 characters"),
        ({"metadata": {"k": "v" * 501}}, "500 characters"),
        ({"subscription_data": {}, "ui_mode": "hosted_page"}, ""),
        ({"customer": "cus_none"}, "No such customer"),
        ({"ui_mode": "embedded_page"}, "success_url"),
        ({"expand": ["secrets"]}, "cannot be expanded"),
    ],
)
def test_a_session_against_the_rules_is_refused(stripe_fake: FakeStripe, change: Any, message: str) -> None:
    if "subscription_data" in change:
        change = {"subscription_data": {"description": "x"}}
        message = "can not pass"
    with pytest.raises(stripe.InvalidRequestError, match=message):
        stripe_fake.client().v1.checkout.sessions.create(session(**change))


@pytest.mark.parametrize(
    ("amount", "currency", "is_taken"),
    [(49, "usd", False), (50, "usd", True), (50, "jpy", True), (5_005, "kwd", False), (5_010, "kwd", True)],
)
def test_amounts_are_in_minor_units_of_their_currency(
    stripe_fake: FakeStripe, amount: int, currency: str, is_taken: bool
) -> None:
    if is_taken:
        charge = paid(stripe_fake, amount=amount, currency=currency)
        assert stripe_fake.get(charge)["amount"] == amount
    else:
        with pytest.raises(stripe.InvalidRequestError):
            paid(stripe_fake, amount=amount, currency=currency)


def test_a_refund_is_up_to_what_is_left_and_not_while_it_is_disputed(stripe_fake: FakeStripe) -> None:
    refunds, charge = stripe_fake.client().v1.refunds, paid(stripe_fake)
    refunds.create({"charge": charge, "amount": 1_500})
    with pytest.raises(stripe.InvalidRequestError, match="greater than unrefunded"):
        refunds.create({"charge": charge, "amount": 501})
    refunds.create({"charge": charge})
    with pytest.raises(stripe.InvalidRequestError) as caught:
        refunds.create({"charge": charge})
    assert caught.value.code == "charge_already_refunded"
    other = paid(stripe_fake)
    stripe_fake.dispute(other)
    with pytest.raises(stripe.InvalidRequestError) as caught:
        refunds.create({"charge": other})
    assert caught.value.code == "charge_disputed"


def test_a_refund_that_fails_brings_the_money_back(stripe_fake: FakeStripe) -> None:
    charge = paid(stripe_fake, "4000000000005126")
    made = stripe_fake.client().v1.refunds.create({"charge": charge})
    assert (made.status, available(stripe_fake)) == ("succeeded", (-2_000, 1_912))
    stripe_fake.advance(120)
    found = stripe_fake.client().v1.refunds.retrieve(made.id)
    assert (found.status, found.failure_reason) == ("failed", "expired_or_canceled_card")
    assert available(stripe_fake) == (0, 1_912)
    assert stripe_fake.get(charge)["amount_refunded"] == 0


def test_a_refund_waits_for_a_balance(stripe_fake: FakeStripe) -> None:
    stripe_fake.world.choices.overdraft = False
    charge, _ = transferred(stripe_fake)
    made = stripe_fake.client().v1.refunds.create({"charge": charge})
    assert (made.status, made.pending_reason) == ("pending", "insufficient_funds")
    paid(stripe_fake)
    stripe_fake.advance(2 * 3_600)
    assert stripe_fake.client().v1.refunds.retrieve(made.id).status == "succeeded"


def test_a_transfer_needs_a_ready_recipient_and_a_balance(stripe_fake: FakeStripe) -> None:
    sdk, charge = stripe_fake.client(), paid(stripe_fake)
    params: Any = {"amount": 1_500, "currency": "usd", "source_transaction": charge}
    late, elsewhere, ready = (
        artist(stripe_fake, "partly"),
        artist(stripe_fake, identity={"country": "ca"}),
        artist(stripe_fake),
    )
    for to, code in ((late, "insufficient_capabilities_for_transfer"), (elsewhere, "transfers_not_allowed")):
        with pytest.raises(stripe.InvalidRequestError) as caught:
            sdk.v1.transfers.create(params | {"destination": to})
        assert caught.value.code == code
    with pytest.raises(stripe.InvalidRequestError, match="source transaction is in usd"):
        sdk.v1.transfers.create(params | {"destination": ready, "currency": "eur"})
    assert sdk.v1.transfers.create(params | {"destination": ready}).transfer_group == "desire:1"
    with pytest.raises(stripe.InvalidRequestError, match="must not exceed the source amount"):
        sdk.v1.transfers.create(params | {"destination": ready, "amount": 501})
    with pytest.raises(stripe.InvalidRequestError) as caught:
        sdk.v1.transfers.create({"amount": 100, "currency": "usd", "destination": ready})
    assert caught.value.code == "balance_insufficient"


def test_a_reversal_needs_the_recipients_balance(stripe_fake: FakeStripe) -> None:
    _, transfer = transferred(stripe_fake)
    sdk, owner = stripe_fake.client(), stripe_fake.get(transfer)["destination"]
    stripe_fake.advance(3 * DAY)
    sdk.v1.payouts.create({"amount": 1_000, "currency": "usd"}, {"stripe_account": owner})
    with pytest.raises(stripe.InvalidRequestError) as caught:
        sdk.v1.transfers.reversals.create(transfer)
    assert caught.value.code == "balance_insufficient"
    sdk.v1.transfers.reversals.create(transfer, {"amount": 800})
    found = sdk.v1.transfers.retrieve(transfer)
    assert (found.amount_reversed, found.reversed, len(found.reversals.data)) == (800, False, 1)


def test_a_dispute_takes_the_money_with_a_fee_and_gives_back_what_is_won(stripe_fake: FakeStripe) -> None:
    charge = paid(stripe_fake, "4000000000000259")
    (found,) = stripe_fake.client().v1.disputes.list({"charge": charge}).data
    assert (found.status, [each.net for each in found.balance_transactions]) == ("needs_response", [-3_500])
    stripe_fake.decide(found.id, "won")
    found = stripe_fake.client().v1.disputes.retrieve(found.id)
    assert [each.net for each in found.balance_transactions] == [-3_500, 2_000]


def test_an_inquiry_takes_nothing(stripe_fake: FakeStripe) -> None:
    charge = paid(stripe_fake, "4000000000001976")
    (found,) = stripe_fake.client().v1.disputes.list({"charge": charge}).data
    assert (found.status, found.balance_transactions) == ("warning_needs_response", [])
    stripe_fake.client().v1.refunds.create({"charge": charge})


def test_balances_are_the_sums_of_their_transactions(stripe_fake: FakeStripe) -> None:
    charge, transfer = transferred(stripe_fake)
    stripe_fake.client().v1.transfers.reversals.create(transfer, {"amount": 300})
    stripe_fake.client().v1.refunds.create({"charge": charge, "amount": 100})
    owner = stripe_fake.get(transfer)["destination"]
    for each in (None, owner):
        rows = owned(stripe_fake.world, each)
        assert all(row["amount"] - row["fee"] == row["net"] for row in rows)
        assert sum(balance(stripe_fake.world, each, "usd")) == sum(row["net"] for row in rows)
    listed = stripe_fake.client().v1.balance_transactions.list({"limit": 100}).data
    assert Counter(each.type for each in listed) == Counter(["charge", "transfer", "transfer_refund", "refund"])


def test_an_onboarding_link_opens_once(stripe_fake: FakeStripe) -> None:
    from tests.stripe.accounts import follow_link

    sdk, account = stripe_fake.client(), artist(stripe_fake, "partly")
    case: Any = {
        "type": "account_onboarding",
        "account_onboarding": {"refresh_url": "http://127.0.0.1/again", "return_url": "http://127.0.0.1/back"},
    }
    token = sdk.v2.core.account_links.create({"account": account, "use_case": case}).url.rsplit("/", 1)[1]
    assert follow_link(stripe_fake.world, token)[2]
    assert not follow_link(stripe_fake.world, token)[2]


def test_parts_of_an_account_are_null_unless_they_are_included(stripe_fake: FakeStripe) -> None:
    sdk, account = stripe_fake.client(), artist(stripe_fake)
    assert sdk.v2.core.accounts.retrieve(account).configuration is None
    found = sdk.v2.core.accounts.retrieve(account, {"include": ["configuration.recipient", "requirements"]})
    assert found.configuration is not None
    assert found.configuration.recipient is not None
    assert found.requirements is not None
    assert found.requirements.entries == []
    assert found.identity is None
