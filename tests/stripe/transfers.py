"""Transfers to connected accounts, and their reversals."""

from tests.stripe.accounts import TRANSFERS, is_active
from tests.stripe.errors import RefusedError, invalid, required
from tests.stripe.handlers import Call, check_currency, metadata, on
from tests.stripe.money import balance, book, take
from tests.stripe.world import SHOWN, Obj, World, listed, page, shown


@on("post /v1/transfers")
def _create(world: World, call: Call) -> Obj:
    given = call.params
    check_currency(given["currency"])
    _check_recipient(world, given["destination"])
    source = _source(world, given) if "source_transaction" in given else None
    if "amount" not in given and source is None:
        raise required("amount")
    amount: int = given["amount"] if "amount" in given else (source or {})["amount"]
    if amount < 1:
        raise invalid("amount", "it must be greater than or equal to 1", code="parameter_invalid_integer")
    if source is None:
        take(world, amount, given["currency"], "this transfer")
    else:
        sent = sum(
            each["amount"] - each["amount_reversed"] for each in world.of("transfer", source_transaction=source["id"])
        )
        if amount + sent > source["amount"]:
            message = "Transfers using this transaction as a source must not exceed the source amount."
            raise RefusedError(message, code="balance_insufficient", param="amount")
    return _move(world, given, amount, source)


def _check_recipient(world: World, name: str) -> None:
    account = world.by_id.get(name)
    if account is None or account["object"] != "v2.core.account":
        raise RefusedError(f"No such destination: '{name}'", code="resource_missing", param="destination")
    if account["identity"]["country"].upper() not in world.choices.transfer_countries:
        message = f"Funds can't be sent to accounts located in {account['identity']['country']} from this platform."
        raise RefusedError(message, code="transfers_not_allowed", param="destination")
    if account["closed"] or not is_active(account, TRANSFERS):
        message = "Your destination account needs to have at least one of these capabilities enabled: transfers."
        raise RefusedError(message, code="insufficient_capabilities_for_transfer", param="destination")


def _source(world: World, given: Obj) -> Obj:
    charge = world.find("charge", given["source_transaction"], "source_transaction")
    if charge["status"] != "succeeded":
        raise invalid("source_transaction", "the charge has not succeeded")
    if charge["currency"] != given["currency"]:
        raise invalid("currency", f"the source transaction is in {charge['currency']}")
    group = given.get("transfer_group")
    if group and charge["transfer_group"] not in (None, group):
        raise invalid("transfer_group", "it differs from that of the source transaction")
    return charge


def _move(world: World, given: Obj, amount: int, source: Obj | None) -> Obj:
    currency, owner = given["currency"], given["destination"]
    made = world.add(
        {
            "id": world.new_id("tr"),
            "object": "transfer",
            "amount": amount,
            "amount_reversed": 0,
            "balance_transaction": None,
            "currency": currency,
            "description": given.get("description"),
            "destination": owner,
            "destination_payment": world.new_id("py"),
            "livemode": False,
            "metadata": metadata(given.get("metadata")),
            "reversed": False,
            "source_transaction": source and source["id"],
            "source_type": "card",
            "transfer_group": given.get("transfer_group") or (source and source["transfer_group"]),
        }
    )
    out = book(world, "transfer", -amount, currency, made["id"], available_on=_available_on(world, source))
    made["balance_transaction"] = out["id"]
    book(world, "payment", amount, currency, made["destination_payment"], owner=owner, available_on=out["available_on"])
    world.emit("transfer.created", made)
    return made


def _available_on(world: World, source: Obj | None) -> int:
    """With a source the money is what the charge brings in, and available when that is."""
    if source is None:
        return world.clock.now()
    moved = world.by_id.get(source["balance_transaction"] or "")
    return int(moved["available_on"]) if moved else world.clock.now() + world.choices.available_after


SHOWN["transfer"] = lambda world, about: {
    "reversals": listed(
        f"/v1/transfers/{about['id']}/reversals",
        [shown(world, each) for each in world.of("transfer_reversal", transfer=about["id"])[::-1]],
    )
}


@on("get /v1/transfers/{transfer}")
def _one(world: World, call: Call) -> Obj:
    return world.find("transfer", call.place())


@on("get /v1/transfers")
def _list(world: World, call: Call) -> Obj:
    wanted = {name: call.params[name] for name in ("destination", "transfer_group") if name in call.params}
    return page(world, "/v1/transfers", world.of("transfer", **wanted), call.params)


@on("post /v1/transfers/{transfer}")
def _change(world: World, call: Call) -> Obj:
    found = world.find("transfer", call.place())
    changed = metadata(call.params.get("metadata"), found["metadata"])
    description = call.params.get("description", found["description"])
    world.change(found, "transfer.updated", description=description, metadata=changed)
    return found


@on("post /v1/transfers/{id}/reversals")
def _reverse(world: World, call: Call) -> Obj:
    given, transfer = call.params, world.find("transfer", call.place())
    left = transfer["amount"] - transfer["amount_reversed"]
    amount = given.get("amount", left)
    if left == 0:
        raise RefusedError("The transfer is already fully reversed.", code="transfer_already_reversed")
    if not 1 <= amount <= left:
        raise invalid("amount", f"Reversal amount must be from 1 to what is left of the transfer ({left})")
    if sum(balance(world, transfer["destination"], transfer["currency"])) < amount:
        message = "The recipient's balance does not cover this reversal."
        raise RefusedError(message, code="balance_insufficient", param="amount")
    return _bring_back(world, transfer, amount, given)


def _bring_back(world: World, transfer: Obj, amount: int, given: Obj) -> Obj:
    made = world.add(
        {
            "id": world.new_id("trr"),
            "object": "transfer_reversal",
            "amount": amount,
            "balance_transaction": None,
            "currency": transfer["currency"],
            "destination_payment_refund": world.new_id("pyr"),
            "metadata": metadata(given.get("metadata")),
            "source_refund": None,
            "transfer": transfer["id"],
        }
    )
    moved = book(world, "transfer_refund", amount, transfer["currency"], made["id"])
    made["balance_transaction"] = moved["id"]
    owner = transfer["destination"]
    book(world, "payment_refund", -amount, transfer["currency"], made["destination_payment_refund"], owner=owner)
    transfer["amount_reversed"] += amount
    transfer["reversed"] = transfer["amount_reversed"] == transfer["amount"]
    world.emit("transfer.reversed", transfer)
    return made


@on("get /v1/transfers/{id}/reversals")
def _reversals(world: World, call: Call) -> Obj:
    name = world.find("transfer", call.place())["id"]
    return page(world, f"/v1/transfers/{name}/reversals", world.of("transfer_reversal", transfer=name), call.params)


@on("get /v1/transfers/{transfer}/reversals/{id}")
def _reversal(world: World, call: Call) -> Obj:
    found = world.find("transfer_reversal", call.places["id"])
    if found["transfer"] != call.places["transfer"]:
        raise invalid("id", "it is of another transfer")
    return found
