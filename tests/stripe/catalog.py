"""Customers, products and prices."""

from typing import Any

from tests.stripe.errors import RefusedError, invalid
from tests.stripe.handlers import Call, check_currency, fetch, metadata, on, one_of
from tests.stripe.world import Obj, World, page


@on("post /v1/customers")
def _new_customer(world: World, call: Call) -> Obj:
    given = call.params
    made = {
        "id": world.new_id("cus"),
        "object": "customer",
        "address": given.get("address"),
        "balance": 0,
        "currency": None,
        "default_source": None,
        "delinquent": False,
        "description": given.get("description"),
        "discount": None,
        "email": given.get("email"),
        "invoice_prefix": f"FAKE{world.number():04d}",
        "invoice_settings": {
            "custom_fields": None,
            "default_payment_method": None,
            "footer": None,
            "rendering_options": None,
        },
        "livemode": False,
        "metadata": metadata(given.get("metadata")),
        "name": given.get("name"),
        "next_invoice_sequence": 1,
        "phone": given.get("phone"),
        "preferred_locales": given.get("preferred_locales", []),
        "shipping": None,
        "tax_exempt": "none",
        "test_clock": None,
    }
    world.emit("customer.created", world.add(made))
    return made


@on("get /v1/customers/{customer}")
def _customer(world: World, call: Call) -> Obj:
    return world.find("customer", call.place(), "customer")


@on("post /v1/customers/{customer}")
def _change_customer(world: World, call: Call) -> Obj:
    found = living_customer(world, call.place())
    changes = {name: _cleared(call.params[name]) for name in _OWN_WORDS if name in call.params}
    if "metadata" in call.params:
        changes["metadata"] = metadata(call.params["metadata"], found["metadata"])
    world.change(found, "customer.updated", **changes)
    return found


_OWN_WORDS = ("address", "description", "email", "name", "phone", "preferred_locales")


def _cleared(value: Any) -> Any:
    return None if value == "" else value


@on("delete /v1/customers/{customer}")
def _delete_customer(world: World, call: Call) -> Obj:
    found = living_customer(world, call.place())
    for subscription in world.of("subscription", customer=found["id"]):
        world.secret[subscription["id"]]["cancel"]()
    name = found["id"]
    world.emit("customer.deleted", found)
    found.clear()
    found.update({"id": name, "object": "customer", "deleted": True, "created": world.clock.now()})
    return found


@on("get /v1/customers")
def _customers(world: World, call: Call) -> Obj:
    found = [each for each in world.of("customer") if "deleted" not in each]
    if email := call.params.get("email"):
        found = [each for each in found if each["email"] == email]
    return page(world, "/v1/customers", found, call.params)


def living_customer(world: World, name: str) -> Obj:
    """A customer who is not deleted."""
    found = world.find("customer", name, "customer")
    if found.get("deleted"):
        raise RefusedError(
            f"No such customer: '{name}'; it was deleted.", status=404, code="resource_missing", param="customer"
        )
    return found


@on("post /v1/products")
def new_product(world: World, call: Call) -> Obj:
    """A product."""
    given = call.params
    made = {
        "id": given.get("id") or world.new_id("prod"),
        "object": "product",
        "active": given.get("active", True),
        "default_price": None,
        "description": given.get("description"),
        "images": given.get("images", []),
        "livemode": False,
        "marketing_features": [],
        "metadata": metadata(given.get("metadata")),
        "name": given["name"],
        "package_dimensions": None,
        "shippable": None,
        "statement_descriptor": given.get("statement_descriptor"),
        "tax_code": given.get("tax_code"),
        "type": "service",
        "unit_label": None,
        "updated": world.clock.now(),
        "url": None,
    }
    world.emit("product.created", world.add(made))
    return made


fetch("/v1/products/{id}", "product")
fetch("/v1/prices/{price}", "price")


@on("post /v1/products/{id}")
def _change_product(world: World, call: Call) -> Obj:
    return _changed(world, call, "product", ("active", "description", "name"))


@on("post /v1/prices/{price}")
def _change_price(world: World, call: Call) -> Obj:
    return _changed(world, call, "price", ("active", "lookup_key", "nickname"))


def _changed(world: World, call: Call, kind: str, names: tuple[str, ...]) -> Obj:
    found = world.find(kind, call.place())
    changes = {name: _cleared(call.params[name]) for name in names if name in call.params}
    if "metadata" in call.params:
        changes["metadata"] = metadata(call.params["metadata"], found["metadata"])
    world.change(found, f"{kind}.updated", **changes)
    return found


@on("get /v1/products")
def _products(world: World, call: Call) -> Obj:
    return page(world, "/v1/products", _with(world.of("product"), call.params, "active"), call.params)


@on("get /v1/prices")
def _prices(world: World, call: Call) -> Obj:
    found = _with(world.of("price"), call.params, "active", "currency", "product", "type")
    if keys := call.params.get("lookup_keys"):
        found = [each for each in found if each["lookup_key"] in keys]
    return page(world, "/v1/prices", found, call.params)


def _with(found: list[Obj], params: Obj, *names: str) -> list[Obj]:
    return [each for each in found if all(each[name] == params[name] for name in names if name in params)]


@on("post /v1/prices")
def new_price(world: World, call: Call) -> Obj:
    """A price, of a product that is there or of one that comes with it."""
    given = call.params
    check_currency(given["currency"])
    if one_of(given, "product", "product_data") == "product_data":
        product = new_product(world, Call({}, given["product_data"]))
    else:
        product = world.find("product", given["product"], "product")
    if not product["active"]:
        raise invalid("product", "The product is not active")
    amount = given.get("unit_amount")
    if amount is None or amount < 0:
        raise RefusedError("This fake knows prices with a unit_amount of 0 or more.", param="unit_amount")
    made = {
        "id": world.new_id("price"),
        "object": "price",
        "active": given.get("active", True),
        "billing_scheme": "per_unit",
        "currency": given["currency"],
        "custom_unit_amount": None,
        "livemode": False,
        "lookup_key": given.get("lookup_key"),
        "metadata": metadata(given.get("metadata")),
        "nickname": given.get("nickname"),
        "product": product["id"],
        "recurring": _recurring(given.get("recurring")),
        "tax_behavior": given.get("tax_behavior", "unspecified"),
        "tiers_mode": None,
        "transform_quantity": None,
        "type": "recurring" if given.get("recurring") else "one_time",
        "unit_amount": amount,
        "unit_amount_decimal": str(amount),
    }
    world.emit("price.created", world.add(made))
    return made


def _recurring(given: Obj | None) -> Obj | None:
    if given is None:
        return None
    return {"interval_count": 1, "meter": None, "trial_period_days": None, "usage_type": "licensed", **given}
