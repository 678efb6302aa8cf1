"""Disputes and early fraud warnings."""

from tests.stripe.errors import RefusedError
from tests.stripe.handlers import Call, fetch, fixed_fee, metadata, on
from tests.stripe.money import book
from tests.stripe.world import DAY, SHOWN, Obj, World, page, shown

CLOSED = frozenset({"won", "lost", "warning_closed", "prevented"})


def dispute(world: World, charge: Obj, reason: str = "fraudulent", *, is_inquiry: bool = False) -> Obj:
    """A bank disputes a charge: what is not refunded is taken at once, with a fee; an inquiry takes nothing."""
    left = charge["amount"] - charge["amount_refunded"]
    if left == 0:
        raise RefusedError("A charge that is wholly refunded cannot be disputed.")
    made = world.add(
        {
            "id": world.new_id("du"),
            "object": "dispute",
            "amount": left,
            "balance_transactions": [],
            "charge": charge["id"],
            "currency": charge["currency"],
            "enhanced_eligibility_types": [],
            "evidence": {},
            "evidence_details": _evidence_details(world),
            "is_charge_refundable": is_inquiry,
            "livemode": False,
            "metadata": {},
            "payment_intent": charge["payment_intent"],
            "payment_method_details": None,
            "reason": reason,
            "status": "warning_needs_response" if is_inquiry else "needs_response",
        }
    )
    charge["disputed"] = True
    if not is_inquiry:
        _move(world, made, -left, fixed_fee(world.choices.dispute_fee, charge["currency"]), "dispute")
    world.emit("charge.dispute.created", made)
    if not is_inquiry:
        world.emit("charge.dispute.funds_withdrawn", made)
    return made


def _evidence_details(world: World) -> Obj:
    return {
        "due_by": world.clock.now() + 14 * DAY,
        "enhanced_eligibility": {},
        "has_evidence": False,
        "past_due": False,
        "submission_count": 0,
    }


def _move(world: World, made: Obj, amount: int, fee: int, category: str) -> None:
    moved = book(world, "adjustment", amount, made["currency"], made["id"], fee=fee, category=category)
    made["balance_transactions"].append(moved["id"])


def close_dispute(world: World, made: Obj, status: str) -> None:
    """The bank decides: `won`, `lost` or `warning_closed`."""
    if made["status"] in CLOSED:
        raise RefusedError("This dispute is already closed")
    is_inquiry = made["status"].startswith("warning")
    if is_inquiry != (status == "warning_closed"):
        raise RefusedError("An inquiry ends as warning_closed, a dispute as won or lost.")
    made["status"] = status
    if status == "won":
        _move(world, made, made["amount"], 0, "dispute_reversal")
        world.emit("charge.dispute.funds_reinstated", made)
    world.emit("charge.dispute.closed", made)


def escalate(world: World, made: Obj) -> None:
    """An inquiry becomes a dispute."""
    if not made["status"].startswith("warning"):
        raise RefusedError("Only an inquiry can become a dispute.")
    made.update(status="needs_response", is_charge_refundable=False)
    _move(world, made, -made["amount"], fixed_fee(world.choices.dispute_fee, made["currency"]), "dispute")
    world.emit("charge.dispute.updated", made)
    world.emit("charge.dispute.funds_withdrawn", made)


def warn(world: World, charge: Obj) -> Obj:
    """An early fraud warning."""
    made = world.add(
        {
            "id": world.new_id("issfr"),
            "object": "radar.early_fraud_warning",
            "actionable": True,
            "charge": charge["id"],
            "fraud_type": "made_with_stolen_card",
            "livemode": False,
            "payment_intent": charge["payment_intent"],
        }
    )
    world.emit("radar.early_fraud_warning.created", made)
    return made


SHOWN["dispute"] = lambda world, about: {
    "balance_transactions": [shown(world, world.by_id[each]) for each in about["balance_transactions"]]
}


def _actionable(world: World, about: Obj) -> Obj:
    charge = world.by_id[about["charge"]]
    return {"actionable": not (charge["refunded"] or charge["disputed"])}


SHOWN["radar.early_fraud_warning"] = _actionable
fetch("/v1/disputes/{dispute}", "dispute")
fetch("/v1/radar/early_fraud_warnings/{early_fraud_warning}", "radar.early_fraud_warning")


@on("get /v1/disputes")
def _list(world: World, call: Call) -> Obj:
    return page(world, "/v1/disputes", world.of("dispute", **_of_payment(call)), call.params)


@on("get /v1/radar/early_fraud_warnings")
def _warnings(world: World, call: Call) -> Obj:
    found = world.of("radar.early_fraud_warning", **_of_payment(call))
    return page(world, "/v1/radar/early_fraud_warnings", found, call.params)


def _of_payment(call: Call) -> dict[str, str]:
    return {name: call.params[name] for name in ("charge", "payment_intent") if name in call.params}


@on("post /v1/disputes/{dispute}")
def _answer(world: World, call: Call) -> Obj:
    """Evidence; the words winning_evidence and losing_evidence decide the dispute, as in Stripe's test mode."""
    found = world.find("dispute", call.place())
    if found["status"] in CLOSED:
        raise RefusedError("This dispute is already closed")
    found["metadata"] = metadata(call.params.get("metadata"), found["metadata"])
    evidence = call.params.get("evidence", {})
    found["evidence"].update(evidence)
    found["evidence_details"]["has_evidence"] = bool(found["evidence"])
    if evidence and call.params.get("submit", True):
        found["evidence_details"]["submission_count"] += 1
        found["status"] = "warning_under_review" if found["status"].startswith("warning") else "under_review"
    world.emit("charge.dispute.updated", found)
    ends = {"winning_evidence": "won", "losing_evidence": "lost"}
    if (status := ends.get(evidence.get("uncategorized_text", ""))) and not found["status"].startswith("warning"):
        close_dispute(world, found, status)
    return found


@on("post /v1/disputes/{dispute}/close")
def _accept(world: World, call: Call) -> Obj:
    found = world.find("dispute", call.place())
    close_dispute(world, found, "warning_closed" if found["status"].startswith("warning") else "lost")
    return found
