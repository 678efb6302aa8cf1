"""Checkout sessions: what a request may ask for, and what happens on the page."""

import copy
from typing import Any

from tests.stripe import cards
from tests.stripe.blanks import SESSION
from tests.stripe.catalog import living_customer, new_price
from tests.stripe.errors import RefusedError, invalid, required
from tests.stripe.handlers import Call, check_charge, check_url, metadata, on, only_one
from tests.stripe.payments import FINAL, attempt, cancel_intent, decline_authentication, new_intent
from tests.stripe.subscriptions import start_subscription
from tests.stripe.world import DAY, LAZY, Obj, World, listed, page, shown

_ONLY_IN = {
    "payment_intent_data": "payment",
    "invoice_creation": "payment",
    "customer_creation": "payment",
    "submit_type": "payment",
    "subscription_data": "subscription",
}


@on("post /v1/checkout/sessions")
def _create(world: World, call: Call) -> Obj:
    given = call.params
    mode = given.get("mode")
    if mode is None:
        raise required("mode")
    for name, only in _ONLY_IN.items():
        if name in given and mode != only:
            raise RefusedError(f"You can not pass `{name}` in `{mode}` mode.", param=name)
    if mode == "setup":
        raise RefusedError("This fake has no sessions in setup mode.", param="mode")
    _check_pages(given)
    expires = _expiry(world, given)
    only_one(given, "customer", "customer_email")
    if "customer" in given:
        living_customer(world, given["customer"])
    if len(given.get("client_reference_id", "")) > 200:
        raise invalid("client_reference_id", "it has up to 200 characters")
    items = _items(world, given, mode)
    made = world.add(_session(world, given, items, expires))
    world.secret[made["id"]].update(given=given, items=items, intent=None)
    world.later(expires - world.clock.now(), lambda: expire(world, made))
    return made


def _check_pages(given: Obj) -> None:
    is_hosted = given.get("ui_mode", "hosted_page") == "hosted_page"
    if is_hosted:
        if "return_url" in given:
            raise RefusedError("`return_url` is not for hosted_page.", param="return_url")
        if "success_url" not in given:
            raise required("success_url")
    else:
        for name in ("success_url", "cancel_url"):
            if name in given:
                raise RefusedError(f"`{name}` is only for `ui_mode: hosted_page`.", param=name)
    for name in ("success_url", "cancel_url", "return_url"):
        if name in given:
            check_url(given[name], name)


def _expiry(world: World, given: Obj) -> int:
    now = world.clock.now()
    ahead = world.clock.ahead if world.choices.asker_stays else 0
    expires = int(given.get("expires_at", now + DAY - ahead)) + ahead
    # A minute's grace: the asker's clock is another one.
    if not now + 1_740 <= expires <= now + DAY + 60:
        raise invalid("expires_at", "it must be between 30 minutes and 24 hours from now")
    return expires


def _items(world: World, given: Obj, mode: str) -> list[Obj]:
    """Line items with their prices, made where they come as data."""
    if not given.get("line_items"):
        raise required("line_items")
    items = []
    for number, line in enumerate(given["line_items"]):
        param = f"line_items[{number}]"
        only_one(line, "price", "price_data")
        if "price_data" in line:
            price = new_price(world, Call({}, line["price_data"]))
            price["active"] = False
        elif "price" in line:
            price = world.find("price", line["price"], f"{param}[price]")
            if not price["active"] or not world.by_id[price["product"]]["active"]:
                raise invalid(f"{param}[price]", "The price specified is inactive.")
        else:
            raise required(f"{param}[price]")
        if line.get("quantity", 0) < 1:
            raise (
                required(f"{param}[quantity]")
                if "quantity" not in line
                else invalid(f"{param}[quantity]", "it is 1 or more")
            )
        if price["type"] == "recurring" and mode == "payment":
            raise RefusedError("You specified `payment` mode but passed a recurring price.", param=param)
        items.append({"price": price, "quantity": line["quantity"], "id": world.new_id("li")})
    _check_items(items, mode)
    return items


def _check_items(items: list[Obj], mode: str) -> None:
    if mode == "subscription" and not any(each["price"]["type"] == "recurring" for each in items):
        raise RefusedError("You must provide at least one recurring price in `subscription` mode.", param="line_items")
    if len({each["price"]["currency"] for each in items}) > 1:
        raise RefusedError("All prices must have the same currency.", param="line_items")
    if mode == "payment":
        check_charge(_total(items), items[0]["price"]["currency"], "line_items")


def _total(items: list[Obj]) -> int:
    return sum(int(each["price"]["unit_amount"]) * int(each["quantity"]) for each in items)


def _session(world: World, given: Obj, items: list[Obj], expires: int) -> Obj:
    name, total, mode = world.new_id("cs_test"), _total(items), given["mode"]
    is_hosted = given.get("ui_mode", "hosted_page") == "hosted_page"
    tax = given.get("automatic_tax", {}).get("enabled", False)
    return {
        **copy.deepcopy(SESSION),
        "id": name,
        "adaptive_pricing": {"enabled": given.get("adaptive_pricing", {}).get("enabled", True)},
        "allow_promotion_codes": given.get("allow_promotion_codes"),
        "allowed_payment_method_types": given.get("allowed_payment_method_types"),
        "amount_subtotal": total,
        "amount_total": total,
        "automatic_tax": {
            "enabled": tax,
            "liability": {"type": "self"} if tax else None,
            "provider": "stripe" if tax else None,
            "status": "complete" if tax else None,
        },
        "billing_address_collection": given.get("billing_address_collection"),
        "cancel_url": given.get("cancel_url"),
        "client_reference_id": given.get("client_reference_id"),
        "client_secret": None if is_hosted else f"{name}_secret_{world.number()}",
        "currency": items[0]["price"]["currency"],
        "customer": given.get("customer"),
        "customer_creation": given.get("customer_creation", "always" if mode == "subscription" else "if_required"),
        "customer_email": given.get("customer_email"),
        "expires_at": expires,
        "invoice_creation": {"enabled": False, **given["invoice_creation"]} if "invoice_creation" in given else None,
        "locale": given.get("locale"),
        "metadata": metadata(given.get("metadata")),
        "mode": mode,
        "payment_method_types": given.get("allowed_payment_method_types", ["card", "link"]),
        "return_url": given.get("return_url"),
        "submit_type": given.get("submit_type"),
        "success_url": given.get("success_url"),
        "ui_mode": given.get("ui_mode", "hosted_page"),
        "url": f"{world.choices.pages}/checkout/{name}" if is_hosted else None,
    }


def expire(world: World, session: Obj) -> None:
    """The session ends, unless it is over."""
    if session["status"] == "open":
        intent = world.secret[session["id"]]["intent"]
        if intent is not None and intent["status"] not in FINAL:
            cancel_intent(world, intent, "expired")
        session.update(status="expired", url=None)
        world.emit("checkout.session.expired", session)


def pay(
    world: World,
    session: Obj,
    number: str = cards.GOOD,
    *,
    authenticates: bool | None = None,
    email: str = "ada@example.org",
) -> str:
    """A person enters a card: `complete`, `declined` or `requires_action`, after which they authenticate or do not."""
    if session["status"] != "open":
        raise RefusedError(f"This session is {session['status']}.")
    secret = world.secret[session["id"]]
    method = cards.stored(world, number, session["customer"])
    if session["mode"] == "subscription":
        return _subscribe(world, session, method, authenticates, email)
    if secret["intent"] is None:
        data = secret["given"].get("payment_intent_data", {})
        made = new_intent(world, session["amount_total"], session["currency"], session["customer"], data)
        secret["intent"] = made
        session["payment_intent"] = made["id"]
    intent: Obj = secret["intent"]
    if authenticates is False and cards.of_method(world, method["id"]).needs_action:
        decline_authentication(world, intent, method)
        return "declined"
    status = attempt(world, intent, method, is_authenticated=bool(authenticates))
    if status != "succeeded":
        return "requires_action" if status == "requires_action" else "declined"
    _complete(world, session, email)
    return "complete"


def _subscribe(world: World, session: Obj, method: Obj, authenticates: bool | None, email: str) -> str:
    card = cards.of_method(world, method["id"])
    if card.needs_action and authenticates is None:
        return "requires_action"
    if card.code is not None or authenticates is False:
        return "declined"
    secret = world.secret[session["id"]]
    if session["customer"] is None:
        from tests.stripe.handlers import HANDLERS

        made = HANDLERS["post /v1/customers"](world, Call({}, {"email": session["customer_email"] or email}))
        session["customer"] = made["id"]
    method["customer"] = session["customer"]
    subscription = start_subscription(
        world, session["customer"], secret["items"], method, secret["given"].get("subscription_data", {})
    )
    session.update(subscription=subscription["id"], invoice=subscription["latest_invoice"])
    _complete(world, session, email)
    return "complete"


def _complete(world: World, session: Obj, email: str) -> None:
    email = session["customer_email"] or email
    session.update(
        status="complete",
        payment_status="paid",
        url=None,
        customer_details={
            "address": {
                "city": None,
                "country": "US",
                "line1": None,
                "line2": None,
                "postal_code": None,
                "state": None,
            },
            "business_name": None,
            "email": email,
            "individual_name": None,
            "name": "Ada Example",
            "phone": None,
            "tax_exempt": "none",
            "tax_ids": [],
        },
    )
    world.emit("checkout.session.completed", session)


def _lines(world: World, session: Obj) -> Obj:
    lines = [
        {
            "id": each["id"],
            "object": "item",
            "amount_discount": 0,
            "amount_subtotal": each["price"]["unit_amount"] * each["quantity"],
            "amount_tax": 0,
            "amount_total": each["price"]["unit_amount"] * each["quantity"],
            "currency": each["price"]["currency"],
            "description": world.by_id[each["price"]["product"]]["name"],
            "price": shown(world, each["price"]),
            "quantity": each["quantity"],
        }
        for each in world.secret[session["id"]]["items"]
    ]
    return listed(f"/v1/checkout/sessions/{session['id']}/line_items", lines)


LAZY["checkout.session", "line_items"] = _lines


@on("get /v1/checkout/sessions/{session}")
def _one(world: World, call: Call) -> Obj:
    return world.find("checkout.session", call.place())


@on("get /v1/checkout/sessions")
def _list(world: World, call: Call) -> Obj:
    names: tuple[Any, ...] = ("customer", "payment_intent", "subscription", "status")
    found = world.of("checkout.session", **{name: call.params[name] for name in names if name in call.params})
    return page(world, "/v1/checkout/sessions", found, call.params)


@on("get /v1/checkout/sessions/{session}/line_items")
def _line_items(world: World, call: Call) -> Obj:
    return _lines(world, world.find("checkout.session", call.place()))


@on("post /v1/checkout/sessions/{session}")
def _change(world: World, call: Call) -> Obj:
    found = world.find("checkout.session", call.place())
    found["metadata"] = metadata(call.params.get("metadata"), found["metadata"])
    return found


@on("post /v1/checkout/sessions/{session}/expire")
def _expire(world: World, call: Call) -> Obj:
    found = world.find("checkout.session", call.place())
    if found["status"] != "open":
        raise RefusedError(
            f'Only Checkout Sessions with a status in ["open"] can be expired. This one is {found["status"]}.'
        )
    expire(world, found)
    return found
