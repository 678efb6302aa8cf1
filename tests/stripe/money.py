"""Balance transactions, and the balances that are their sums."""

from tests.stripe.errors import RefusedError
from tests.stripe.handlers import Call, on
from tests.stripe.world import SHOWN, Obj, World, page, shown

# Whose balance it is: None is the platform's, else the id of a connected account.
Owner = str | None

_CATEGORY = {"transfer_refund": "transfer_reversal", "payment": "charge", "adjustment": "dispute"}


def book(
    world: World,
    kind: str,
    amount: int,
    currency: str,
    source: str | None,
    *,
    fee: int = 0,
    owner: Owner = None,
    available_on: int | None = None,
    description: str | None = None,
    category: str | None = None,
) -> Obj:
    """Move money. `amount` is what the balance gains before the fee."""
    fees = [{"amount": fee, "application": None, "currency": currency, "description": "Fees", "type": "stripe_fee"}]
    made: Obj = {
        "id": world.new_id("txn"),
        "object": "balance_transaction",
        "amount": amount,
        "available_on": world.clock.now() if available_on is None else available_on,
        "balance_type": "payments",
        "currency": currency,
        "description": description,
        "exchange_rate": None,
        "fee": fee,
        "fee_details": fees if fee else [],
        "net": amount - fee,
        "reporting_category": category or _CATEGORY.get(kind, kind),
        "source": source,
        "status": "pending",
        "type": kind,
    }
    world.secret[made["id"]]["owner"] = owner
    return world.add(made)


def owned(world: World, owner: Owner) -> list[Obj]:
    """The balance transactions of one account, oldest first."""
    return [each for each in world.by_kind["balance_transaction"] if world.secret[each["id"]]["owner"] == owner]


def balance(world: World, owner: Owner, currency: str) -> tuple[int, int]:
    """What is available, and what is pending."""
    now, available, pending = world.clock.now(), 0, 0
    for each in owned(world, owner):
        if each["currency"] == currency:
            if each["available_on"] <= now:
                available += each["net"]
            else:
                pending += each["net"]
    return available, pending


def take(world: World, amount: int, currency: str, what: str) -> None:
    """Refuse what the available balance does not cover."""
    if balance(world, None, currency)[0] < amount:
        raise RefusedError(
            f"You have insufficient available funds in your Stripe account for {what}.", code="balance_insufficient"
        )


SHOWN["balance_transaction"] = lambda world, about: {
    "status": "available" if about["available_on"] <= world.clock.now() else "pending"
}


@on("get /v1/balance")
def _balance(world: World, call: Call) -> Obj:
    currencies = {each["currency"] for each in owned(world, call.account)} or {world.choices.currency}
    sums = {currency: balance(world, call.account, currency) for currency in sorted(currencies)}
    return {
        "id": "balance",
        "object": "balance",
        "available": [_amount(name, available) for name, (available, _) in sums.items()],
        "connect_reserved": [_amount(name, 0) for name in sums],
        "livemode": False,
        "pending": [_amount(name, pending) for name, (_, pending) in sums.items()],
    }


def _amount(currency: str, amount: int) -> Obj:
    return {"amount": amount, "currency": currency, "source_types": {"card": amount}}


@on("get /v1/balance_transactions")
def _transactions(world: World, call: Call) -> Obj:
    wanted = {name: call.params[name] for name in ("type", "source", "currency") if name in call.params}
    found = [
        each
        for each in owned(world, call.account)
        if all(each[name] == value for name, value in wanted.items())
        and call.params.get("payout") in (None, world.secret[each["id"]].get("payout"))
    ]
    return page(world, "/v1/balance_transactions", found, call.params)


@on("get /v1/balance_transactions/{id}")
def _transaction(world: World, call: Call) -> Obj:
    return world.find("balance_transaction", call.place())


@on("get /v1/balance_settings")
def _settings(world: World, call: Call) -> Obj:
    kept = world.secret["balance_settings"].setdefault(
        call.account or "", {"payouts": {"schedule": {"interval": "manual"}, "status": "enabled"}}
    )
    return {"id": "balance_settings", "object": "balance_settings", "payments": kept}


@on("post /v1/balance_settings")
def _set(world: World, call: Call) -> Obj:
    kept = _settings(world, call)["payments"]
    for name, value in call.params.get("payments", {}).items():
        kept[name] = {**kept.get(name, {}), **value} if isinstance(value, dict) else value
    return _settings(world, call)


def grant(world: World, amount: int, currency: str) -> Obj:
    """Fill the platform's balance by a top-up, available at once."""
    made = world.add(
        {
            "id": world.new_id("tu"),
            "object": "topup",
            "amount": amount,
            "currency": currency,
            "description": None,
            "expected_availability_date": world.clock.now(),
            "failure_code": None,
            "failure_message": None,
            "livemode": False,
            "metadata": {},
            "source": None,
            "statement_descriptor": None,
            "status": "succeeded",
            "transfer_group": None,
        }
    )
    made["balance_transaction"] = book(world, "topup", amount, currency, made["id"])["id"]
    return shown(world, made)
