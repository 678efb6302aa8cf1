"""Subscriptions, which are billed by the fake's own clock."""

import calendar
import copy
from datetime import UTC, datetime
from typing import Any

from tests.stripe import cards
from tests.stripe.blanks import SUBSCRIPTION
from tests.stripe.errors import RefusedError
from tests.stripe.handlers import Call, fetch, metadata, on
from tests.stripe.invoices import collect, new_invoice
from tests.stripe.world import DAY, SHOWN, Obj, World, listed, page, shown

OVER = frozenset({"canceled", "incomplete_expired"})
# Days after a failed payment on which it is tried again; after the last the subscription ends.
RETRIES = (3, 5, 7)


def start_subscription(world: World, customer: str, lines: list[Obj], method: Obj, data: Obj) -> Obj:
    """What a paid Checkout session in subscription mode leaves behind."""
    now, trial = world.clock.now(), data.get("trial_period_days", 0) * DAY
    recurring = next(line["price"]["recurring"] for line in lines if line["price"]["type"] == "recurring")
    end = now + trial if trial else later_by(now, recurring)
    made = {
        **copy.deepcopy(SUBSCRIPTION),
        "id": world.new_id("sub"),
        "object": "subscription",
        "billing_cycle_anchor": now,
        "currency": lines[0]["price"]["currency"],
        "customer": customer,
        "default_payment_method": method["id"],
        "description": data.get("description"),
        "metadata": metadata(data.get("metadata")),
        "start_date": now,
        "status": "trialing" if trial else "active",
        "trial_end": end if trial else None,
        "trial_start": now if trial else None,
    }
    world.add(made)
    for line in lines:
        if line["price"]["type"] == "recurring":
            _item(world, made, line, (now, end))
    world.secret[made["id"]].update(
        cancel=lambda: cancel(world, made), paid=lambda method: _paid_late(world, made, method), failures=0
    )
    world.emit("customer.subscription.created", made)
    if not trial:
        collect(world, new_invoice(world, made, "subscription_create", (now, end)), method)
    world.later(end - now, lambda: renew(world, made, end))
    return made


def _item(world: World, subscription: Obj, line: Obj, period: tuple[int, int]) -> None:
    price = line["price"]
    world.add(
        {
            "id": world.new_id("si"),
            "object": "subscription_item",
            "billing_thresholds": None,
            "current_period_end": period[1],
            "current_period_start": period[0],
            "discounts": [],
            "metadata": {},
            "price": price,
            "quantity": line["quantity"],
            "subscription": subscription["id"],
            "tax_rates": [],
        }
    )


def later_by(at: int, recurring: Obj) -> int:
    """The end of a period that begins at `at`."""
    count, interval = int(recurring["interval_count"]), recurring["interval"]
    if interval in {"day", "week"}:
        return at + count * (DAY if interval == "day" else 7 * DAY)
    begin = datetime.fromtimestamp(at, UTC)
    months = begin.year * 12 + begin.month - 1 + count * (12 if interval == "year" else 1)
    year, month = divmod(months, 12)
    day = min(begin.day, calendar.monthrange(year, month + 1)[1])
    return int(begin.replace(year=year, month=month + 1, day=day).timestamp())


def renew(world: World, subscription: Obj, end: int) -> None:
    """A period is over."""
    items = world.of("subscription_item", subscription=subscription["id"])
    if subscription["status"] in OVER or items[0]["current_period_end"] != end:
        return
    if subscription["cancel_at_period_end"]:
        cancel(world, subscription, "cancellation_requested")
        return
    following = later_by(end, items[0]["price"]["recurring"])
    for each in items:
        each.update(current_period_start=end, current_period_end=following)
    world.later(following - world.clock.now(), lambda: renew(world, subscription, following))
    if subscription["status"] in {"unpaid", "paused"}:
        return
    invoice = new_invoice(world, subscription, "subscription_cycle", (end, following))
    method = world.by_id[subscription["default_payment_method"]]
    if collect(world, invoice, method):
        world.change(subscription, "customer.subscription.updated", status="active")
    else:
        world.secret[subscription["id"]]["failures"] = 0
        _plan_retry(world, subscription, invoice)
        world.change(subscription, "customer.subscription.updated", status="past_due")


def _plan_retry(world: World, subscription: Obj, invoice: Obj) -> None:
    failures = world.secret[subscription["id"]]["failures"]
    days = RETRIES[failures] - (RETRIES[failures - 1] if failures else 0)
    invoice["next_payment_attempt"] = world.clock.now() + days * DAY
    world.later(days * DAY, lambda: _retry(world, subscription, invoice))


def _retry(world: World, subscription: Obj, invoice: Obj) -> None:
    if subscription["status"] != "past_due" or invoice["status"] != "open":
        return
    if collect(world, invoice, world.by_id[subscription["default_payment_method"]]):
        world.change(subscription, "customer.subscription.updated", status="active")
        return
    secret = world.secret[subscription["id"]]
    secret["failures"] += 1
    if secret["failures"] < len(RETRIES):
        _plan_retry(world, subscription, invoice)
    else:
        invoice.update(next_payment_attempt=None, status="void")
        cancel(world, subscription, "payment_failed")


def _paid_late(world: World, subscription: Obj, method: Obj) -> None:
    subscription["default_payment_method"] = method["id"]
    if subscription["status"] in {"past_due", "unpaid", "incomplete"}:
        world.change(subscription, "customer.subscription.updated", status="active")


def cancel(world: World, subscription: Obj, reason: str = "cancellation_requested") -> None:
    """It ends now."""
    if subscription["status"] in OVER:
        return
    now = world.clock.now()
    subscription.update(status="canceled", ended_at=now, canceled_at=subscription["canceled_at"] or now)
    subscription["cancellation_details"] = {**subscription["cancellation_details"], "reason": reason}
    world.emit("customer.subscription.deleted", subscription)


def set_ending(world: World, subscription: Obj, ends: bool) -> None:
    """Let it end with its period, or not."""
    items = world.of("subscription_item", subscription=subscription["id"])
    world.change(
        subscription,
        "customer.subscription.updated",
        cancel_at_period_end=ends,
        cancel_at=items[0]["current_period_end"] if ends else None,
        canceled_at=world.clock.now() if ends else None,
    )


def change_card(world: World, subscription: Obj, number: str) -> None:
    """Another card from now on."""
    method = cards.stored(world, number, subscription["customer"])
    world.change(subscription, "customer.subscription.updated", default_payment_method=method["id"])


def _plan(price: Obj) -> Obj:
    """A price as it was called before there were prices; Stripe still sends both."""
    recurring = price["recurring"]
    same = ("active", "billing_scheme", "created", "currency", "id", "livemode", "metadata", "nickname", "product")
    return {
        **{name: price[name] for name in same},
        "object": "plan",
        "amount": price["unit_amount"],
        "amount_decimal": price["unit_amount_decimal"],
        "interval": recurring["interval"],
        "interval_count": recurring["interval_count"],
        "meter": None,
        "tiers_mode": None,
        "transform_usage": None,
        "trial_period_days": None,
        "usage_type": "licensed",
    }


SHOWN["subscription_item"] = lambda world, about: {
    "price": shown(world, about["price"]),
    "plan": _plan(about["price"]),
}
SHOWN["subscription"] = lambda world, about: {
    "items": listed(
        f"/v1/subscription_items?subscription={about['id']}",
        [shown(world, each) for each in world.of("subscription_item", subscription=about["id"])],
    )
}
fetch("/v1/subscriptions/{subscription_exposed_id}", "subscription")


@on("get /v1/subscriptions")
def _list(world: World, call: Call) -> Obj:
    found = world.of("subscription", **({"customer": call.params["customer"]} if "customer" in call.params else {}))
    status = call.params.get("status")
    if status is None:
        found = [each for each in found if each["status"] != "canceled"]
    elif status != "all":
        found = [each for each in found if each["status"] == status]
    return page(world, "/v1/subscriptions", found, call.params)


def _alive(world: World, call: Call) -> Obj:
    found = world.find("subscription", call.place())
    if found["status"] in OVER:
        raise RefusedError(
            f"No such subscription: '{found['id']}'; it is canceled.", status=404, code="resource_missing"
        )
    return found


@on("post /v1/subscriptions/{subscription_exposed_id}")
def _change(world: World, call: Call) -> Obj:
    found, given = _alive(world, call), call.params
    beyond = set(given) - {"cancel_at_period_end", "metadata", "expand", "description"}
    if beyond:
        raise RefusedError(f"This fake does not change {', '.join(sorted(beyond))}.", param=min(beyond))
    changes: dict[str, Any] = {}
    if "metadata" in given:
        changes["metadata"] = metadata(given["metadata"], found["metadata"])
    if "description" in given:
        changes["description"] = given["description"]
    if changes:
        world.change(found, "customer.subscription.updated", **changes)
    if "cancel_at_period_end" in given:
        set_ending(world, found, given["cancel_at_period_end"])
    return found


@on("delete /v1/subscriptions/{subscription_exposed_id}")
def _cancel(world: World, call: Call) -> Obj:
    found = _alive(world, call)
    cancel(world, found)
    return found
