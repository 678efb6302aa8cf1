"""Gate 1: what Stripe's own types do not allow is refused, before anything is done."""

from typing import Any

import pytest
import stripe

from tests.stripe.handlers import HANDLERS
from tests.stripe.routes import all_routes, routed
from tests.stripe.scene import FakeStripe
from tests.stripe.walks import session


def test_the_fake_speaks_the_version_that_the_sdk_is_pinned_to() -> None:
    # Another one: read the changelog, look at section 1 of the reference, then change this line.
    assert stripe.api_version == "2026-10-28.endive"


def test_every_rule_is_of_a_route_that_the_sdk_calls() -> None:
    assert sorted(set(HANDLERS) - set(all_routes())) == []
    assert len(all_routes()) > 600


def test_a_fixed_name_goes_before_a_place() -> None:
    found = routed("get", "/v1/balance_transactions/txn_1")
    assert found is not None
    assert (found[0].path, found[1]) == ("/v1/balance_transactions/{id}", {"id": "txn_1"})


@pytest.mark.parametrize(
    ("params", "param"),
    [
        (session(ui_mode="hosted"), "ui_mode"),
        (session(payment_method_types=["card"]), "payment_method_types"),
        (session(surprise="x"), "surprise"),
        (session(idempotency_key="x"), "idempotency_key"),
        (session(line_items=[{"quantity": "many", "price": "price_1"}]), "line_items[0][quantity]"),
        (
            session(line_items=[{"quantity": 1, "price_data": {"unit_amount": 500}}]),
            "line_items[0][price_data][currency]",
        ),
        (session(metadata="a"), "metadata"),
        (session(expires_at="tomorrow"), "expires_at"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_session_of_another_shape_is_refused(stripe_fake: FakeStripe, params: Any, param: str) -> None:
    with pytest.raises(stripe.InvalidRequestError) as caught:
        stripe_fake.client().v1.checkout.sessions.create(params)
    assert caught.value.param == param
    assert not stripe_fake.world.of("checkout.session")


def test_what_tutorials_say_of_accounts_is_refused(stripe_fake: FakeStripe) -> None:
    sdk = stripe_fake.client()
    old: Any = {"type": "express"}
    with pytest.raises(stripe.InvalidRequestError, match="unknown parameter: type"):
        sdk.v2.core.accounts.create(old)
    number: Any = {"identity": {"country": 1}}
    with pytest.raises(stripe.InvalidRequestError, match=r"identity\[country\]"):
        sdk.v2.core.accounts.create(number)


def test_a_missing_parameter_is_named(stripe_fake: FakeStripe) -> None:
    params: Any = {"amount": 500, "destination": "acct_1"}
    with pytest.raises(stripe.InvalidRequestError, match="Missing required param: currency"):
        stripe_fake.client().v1.transfers.create(params)


def test_a_float_is_no_amount(stripe_fake: FakeStripe) -> None:
    params: Any = {"charge": "ch_1", "amount": 5.5}
    with pytest.raises(stripe.InvalidRequestError, match="Invalid amount"):
        stripe_fake.client().v1.refunds.create(params)


def test_another_key_and_another_version_are_refused(stripe_fake: FakeStripe) -> None:
    stripe_fake.key = "sk_live_x"
    with pytest.raises(stripe.AuthenticationError):
        stripe_fake.client().v1.balance.retrieve()
    stripe_fake.key = "sk_test_of_the_fake"
    with pytest.raises(stripe.InvalidRequestError, match="API version"):
        stripe_fake.client().v1.balance.retrieve(options={"stripe_version": "2024-06-20"})
