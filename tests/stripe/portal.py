"""Portal sessions, and payouts to a bank."""

from tests.stripe.catalog import living_customer
from tests.stripe.errors import RefusedError
from tests.stripe.handlers import Call, check_url, fetch, metadata, on
from tests.stripe.money import balance, book, take
from tests.stripe.world import Obj, World, page


@on("post /v1/billing_portal/sessions")
def _create(world: World, call: Call) -> Obj:
    given = call.params
    if "customer" not in given:
        raise RefusedError("You must provide a customer.", code="parameter_missing", param="customer")
    customer = living_customer(world, given["customer"])
    if "return_url" in given:
        check_url(given["return_url"], "return_url")
    name = world.new_id("bps")
    return world.add(
        {
            "id": name,
            "object": "billing_portal.session",
            "configuration": "bpc_fake",
            "customer": customer["id"],
            "flow": None,
            "livemode": False,
            "locale": given.get("locale"),
            "on_behalf_of": None,
            "return_url": given.get("return_url"),
            "url": f"{world.choices.pages}/portal/{name}",
        }
    )


def pay_out(world: World, amount: int, currency: str, owner: str | None = None) -> Obj:
    """Send money of a balance to its owner's bank."""
    made = world.add(
        {
            "id": world.new_id("po"),
            "object": "payout",
            "amount": amount,
            "application_fee": None,
            "application_fee_amount": None,
            "arrival_date": world.clock.now() + 86_400,
            "automatic": False,
            "balance_transaction": None,
            "currency": currency,
            "description": None,
            "destination": None,
            "failure_balance_transaction": None,
            "failure_code": None,
            "failure_message": None,
            "livemode": False,
            "metadata": {},
            "method": "standard",
            "original_payout": None,
            "reconciliation_status": "not_applicable",
            "reversed_by": None,
            "source_type": "card",
            "statement_descriptor": None,
            "status": "paid",
            "type": "bank_account",
        }
    )
    world.secret[made["id"]]["owner"] = owner
    made["balance_transaction"] = book(world, "payout", -amount, currency, made["id"], owner=owner)["id"]
    for event in ("payout.created", "payout.paid"):
        world.emit(event, made, account=owner)
    return made


def bounce(world: World, payout: Obj) -> None:
    """The bank refuses a payout."""
    owner = world.secret[payout["id"]]["owner"]
    back = book(world, "payout_failure", payout["amount"], payout["currency"], payout["id"], owner=owner)
    payout.update(
        status="failed",
        failure_code="account_closed",
        failure_message="The bank account has been closed",
        failure_balance_transaction=back["id"],
    )
    world.emit("payout.failed", payout, account=owner)


@on("post /v1/payouts")
def _pay_out(world: World, call: Call) -> Obj:
    given = call.params
    if call.account is None:
        take(world, given["amount"], given["currency"], "this payout")
    elif balance(world, call.account, given["currency"])[0] < given["amount"]:
        raise RefusedError("You have insufficient funds in your Stripe account.", code="balance_insufficient")
    made = pay_out(world, given["amount"], given["currency"], call.account)
    made["metadata"] = metadata(given.get("metadata"))
    return made


fetch("/v1/payouts/{payout}", "payout")
fetch("/v1/topups/{topup}", "topup")


@on("get /v1/payouts")
def _list(world: World, call: Call) -> Obj:
    found = [each for each in world.of("payout") if world.secret[each["id"]]["owner"] == call.account]
    return page(world, "/v1/payouts", found, call.params)
