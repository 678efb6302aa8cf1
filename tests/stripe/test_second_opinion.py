"""stripe-mock, where its binary is (STRIPE_MOCK or in PATH), says of our requests what gate 1 says.

It is stateless and knows 2026-08-26.dahlia, so three things differ: API v2, `allowed_payment_method_types`, and
anchors of billing; none of ours but the first two. `go install github.com/stripe/stripe-mock@latest` builds it.
"""

import os
import shutil
import subprocess
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest
import stripe

from services.standalone.patience import Patience
from services.standalone.ports import held_port
from services.standalone.processes import command_that_ends_with_us
from tests.stripe.scene import FakeStripe
from tests.stripe.walks import session

BINARY = os.environ.get("STRIPE_MOCK") or shutil.which("stripe-mock")
pytestmark = pytest.mark.skipif(BINARY is None, reason="needs the binary of stripe-mock")


@pytest.fixture(scope="module")
def opinion() -> Iterator[stripe.StripeClient]:
    """A client of stripe-mock."""
    ports = held_port(), held_port()
    addresses = ["-http-addr", f"127.0.0.1:{ports[0]}", "-https-addr", f"127.0.0.1:{ports[1]}"]
    process = subprocess.Popen(command_that_ends_with_us([str(BINARY), *addresses]), stdout=subprocess.DEVNULL)
    url, patience = f"http://127.0.0.1:{ports[0]}", Patience("stripe-mock")
    while not _answers(url):
        patience.wait(0, [process.pid])
    yield stripe.StripeClient("sk_test_123", base_addresses={"api": url}, http_client=stripe.RequestsClient())
    process.terminate()
    process.wait()


def _answers(url: str) -> bool:
    try:
        return httpx2.get(url, trust_env=False).status_code > 0
    except httpx2.TransportError:
        return False


def _known_to_both(params: Any) -> Any:
    return {name: value for name, value in params.items() if name != "allowed_payment_method_types"}


def test_it_takes_the_requests_that_we_make(opinion: stripe.StripeClient) -> None:
    v1 = opinion.v1
    v1.checkout.sessions.create(_known_to_both(session()))
    v1.customers.create({"metadata": {"user": "1"}})
    v1.refunds.create({"payment_intent": "pi_1", "metadata": {"subject": "pledge:1"}})
    transfer: Any = {"amount": 100, "currency": "usd", "destination": "acct_1", "source_transaction": "ch_1"}
    v1.transfers.create(transfer | {"transfer_group": "desire:1", "metadata": {"subject": "pledge:1"}})
    v1.transfers.reversals.create("tr_1", {"amount": 50})
    v1.billing_portal.sessions.create({"customer": "cus_1", "return_url": "https://shaders.example/"})
    v1.balance_transactions.list({"created": {"gte": 1}, "limit": 100, "expand": ["data.source"]})
    v1.events.list({"delivery_success": False, "types": ["charge.updated"]})


@pytest.mark.parametrize(
    "params",
    [
        _known_to_both(session(ui_mode="hosted")),
        _known_to_both(session(surprise="x")),
        _known_to_both(session(line_items=[{"quantity": "many", "price": "price_1"}])),
    ],
)
def test_it_refuses_what_gate_1_refuses(opinion: stripe.StripeClient, stripe_fake: FakeStripe, params: Any) -> None:
    for client in (opinion, stripe_fake.client()):
        with pytest.raises(stripe.InvalidRequestError):
            client.v1.checkout.sessions.create(params)
