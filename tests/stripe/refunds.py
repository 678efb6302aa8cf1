"""Refunds: back to the card, at once, later, or failing later."""

from tests.stripe import cards
from tests.stripe.errors import RefusedError, invalid
from tests.stripe.handlers import Call, fetch, metadata, on, one_of
from tests.stripe.money import balance, book
from tests.stripe.world import Obj, World, page

OPEN_DISPUTES = frozenset({"needs_response", "under_review", "lost", "appeal_needs_response", "appeal_under_review"})


def refunds_of(world: World, charge: Obj) -> list[Obj]:
    """All refunds of a charge, newest first."""
    return world.of("refund", charge=charge["id"])[::-1]


@on("post /v1/refunds")
def _create(world: World, call: Call) -> Obj:
    given = call.params
    if one_of(given, "charge", "payment_intent") == "charge":
        charge = world.find("charge", given["charge"], "charge")
    else:
        intent = world.find("payment_intent", given["payment_intent"], "payment_intent")
        if intent["status"] != "succeeded":
            message = f"This PaymentIntent ({intent['id']}) does not have a successful charge to refund."
            raise RefusedError(message, param="payment_intent")
        charge = world.find("charge", intent["latest_charge"])
    amount = _refundable(world, charge, given)
    return refund(world, charge, amount, given)


def _refundable(world: World, charge: Obj, given: Obj) -> int:
    """How much; refuses what Stripe refuses."""
    if charge["status"] != "succeeded":
        raise RefusedError(f"Charge {charge['id']} has not succeeded.", param="charge")
    if any(each["status"] in OPEN_DISPUTES for each in world.of("dispute", charge=charge["id"])):
        raise RefusedError(
            f"Charge {charge['id']} has been charged back; cannot issue a refund.", code="charge_disputed"
        )
    left = charge["amount"] - charge["amount_refunded"]
    if left == 0:
        raise RefusedError(f"Charge {charge['id']} has already been refunded.", code="charge_already_refunded")
    for name in ("reverse_transfer", "refund_application_fee"):
        if given.get(name) and charge["transfer_data"] is None:
            raise invalid(name, "the charge has no transfer or application fee of its own")
    amount = int(given.get("amount", left))
    if amount < 1:
        raise invalid("amount", "it must be greater than or equal to 1", code="parameter_invalid_integer")
    if amount > left:
        raise invalid("amount", f"Refund amount ({amount}) is greater than unrefunded amount on charge ({left})")
    return amount


def refund(world: World, charge: Obj, amount: int, given: Obj) -> Obj:
    """Give money back."""
    made = world.add(
        {
            "id": world.new_id("re"),
            "object": "refund",
            "amount": amount,
            "balance_transaction": None,
            "charge": charge["id"],
            "currency": charge["currency"],
            "destination_details": {"card": {"reference_status": "pending", "type": "refund"}, "type": "card"},
            "metadata": metadata(given.get("metadata")),
            "payment_intent": charge["payment_intent"],
            "reason": given.get("reason"),
            "receipt_number": None,
            "source_transfer_reversal": None,
            "status": "pending",
            "transfer_reversal": None,
        }
    )
    charge["amount_refunded"] += amount
    charge["refunded"] = charge["amount_refunded"] == charge["amount"]
    card = cards.of_method(world, charge["payment_method"])
    if _is_short(world, made):
        made["pending_reason"] = "insufficient_funds"
        world.later(3_600, lambda: _retry(world, made))
    elif card.refund == "waits":
        made["pending_reason"] = "processing"
        world.later(world.choices.failure_after, lambda: _retry(world, made))
    else:
        _pay_back(world, made)
    world.emit("refund.created", made)
    world.emit("charge.refunded", charge)
    if made["status"] == "succeeded" and card.refund == "fails":
        world.later(world.choices.failure_after, lambda: fail(world, made))
    return made


def _pay_back(world: World, made: Obj) -> None:
    moved = book(world, "refund", -made["amount"], made["currency"], made["id"])
    made.update(status="succeeded", balance_transaction=moved["id"])
    made.pop("pending_reason", None)


def _is_short(world: World, made: Obj) -> bool:
    return not world.choices.overdraft and sum(balance(world, None, made["currency"])) < made["amount"]


def _retry(world: World, made: Obj) -> None:
    if made["status"] != "pending":
        return
    if _is_short(world, made):
        world.later(3_600, lambda: _retry(world, made))
        return
    _pay_back(world, made)
    _tell(world, made)


def fail(world: World, made: Obj, reason: str = "expired_or_canceled_card") -> None:
    """The bank gives the money back to us."""
    if made["status"] not in {"succeeded", "pending"}:
        return
    if made["balance_transaction"] is not None:
        moved = book(world, "refund_failure", made["amount"], made["currency"], made["id"])
        made["failure_balance_transaction"] = moved["id"]
    made.update(status="failed", failure_reason=reason)
    charge = world.by_id[made["charge"]]
    charge["amount_refunded"] -= made["amount"]
    charge["refunded"] = False
    world.emit("refund.failed", made)
    _tell(world, made)


def _tell(world: World, made: Obj) -> None:
    world.emit("refund.updated", made)
    world.emit("charge.refund.updated", made)


fetch("/v1/refunds/{refund}", "refund")


@on("get /v1/refunds")
def _list(world: World, call: Call) -> Obj:
    wanted = {name: call.params[name] for name in ("charge", "payment_intent") if name in call.params}
    return page(world, "/v1/refunds", world.of("refund", **wanted), call.params)


@on("post /v1/refunds/{refund}")
def _change(world: World, call: Call) -> Obj:
    found = world.find("refund", call.place())
    world.change(found, "refund.updated", metadata=metadata(call.params.get("metadata"), found["metadata"]))
    return found
