"""How the rules of a route are registered: `@on("post /v1/refunds")`."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from tests.stripe.errors import RefusedError, invalid
from tests.stripe.world import Obj, World, shown


@dataclass(frozen=True)
class Call:
    """A request that has passed gate 1."""

    places: dict[str, str]
    params: Obj
    # The connected account in whose name it is made.
    account: str | None = None
    expand: list[str] = field(default_factory=list)

    def place(self) -> str:
        """The id in the path, where there is one."""
        (name,) = self.places.values()
        return name


Handler = Callable[[World, Call], Obj]
HANDLERS: dict[str, Handler] = {}
# Kinds whose answer depends on the request.
ANSWERED: dict[str, Callable[[World, Call, Obj], Obj]] = {}


def on(route: str) -> Callable[[Handler], Handler]:
    """Register a function that returns a kept object, or a list as `page` makes it."""

    def register(handler: Handler) -> Handler:
        HANDLERS[route] = handler
        return handler

    return register


def fetch(route: str, kind: str) -> None:
    """Register the plain GET of an object."""

    @on(f"get {route}")
    def one(world: World, call: Call) -> Obj:
        return world.find(kind, call.place())


def answered(world: World, made: Obj, call: Call) -> Obj:
    """The answer to a call."""
    if made.get("id") not in world.by_id:
        return made
    if (view := ANSWERED.get(made["object"])) is not None:
        return view(world, call, made)
    return shown(world, made, call.expand)


# Rules that many routes share.

_THREE = frozenset(["bhd", "jod", "kwd", "omr", "tnd"])
_MINIMUM = {"gbp": 30, "jpy": 50, "kwd": 160, "chf": 50, "eur": 50, "usd": 50, "sek": 300, "dkk": 250, "nok": 300}
_CURRENCY = re.compile("[a-z]{3}")


def check_currency(currency: str, param: str = "currency") -> None:
    """Refuse what is no lower-case currency."""
    if not _CURRENCY.fullmatch(currency):
        raise invalid(param, f"{currency!r} must be a three-letter code in lower case")


def check_charge(amount: int, currency: str, param: str = "amount") -> None:
    """Refuse what cannot be charged."""
    check_currency(currency)
    if amount <= 0:
        raise invalid(param, "This value must be greater than or equal to 1.", code="parameter_invalid_integer")
    if amount < _MINIMUM.get(currency, 50):
        raise invalid(
            param, f"Amount must be at least {_MINIMUM.get(currency, 50)} {currency}", code="amount_too_small"
        )
    if amount > 99_999_999:
        raise invalid(param, "Amount must be no more than 999,999.99", code="amount_too_large")
    if currency in _THREE and amount % 10:
        raise invalid(param, "amounts of three decimals end in 0")


def fixed_fee(cents: int, currency: str) -> int:
    """A fixed fee of that many cents, roughly, in another currency's unit."""
    return cents * 10 if currency in _THREE else cents


def metadata(given: Any, before: Obj | None = None) -> Obj:
    """Metadata after a change: an empty value removes a key, an empty whole all."""
    if given == "":
        return {}
    made = {**(before or {}), **(given or {})}
    made = {name: str(value) for name, value in made.items() if value != ""}
    if len(made) > 50:
        raise invalid("metadata", "You can only have 50 keys")
    for name, value in made.items():
        if len(name) > 40 or "[" in name or "]" in name:
            raise invalid(f"metadata[{name}]", "Metadata keys have up to 40 characters and no brackets")
        if len(value) > 500:
            raise invalid(f"metadata[{name}]", "Metadata values have up to 500 characters")
    return made


def check_url(url: str, param: str) -> None:
    """Refuse what is no address of a page."""
    parts = urlsplit(url.replace("{CHECKOUT_SESSION_ID}", "x"))
    if parts.scheme not in {"http", "https"} or not parts.netloc or len(url) > 5_000:
        raise invalid(param, "Not a valid URL", code="url_invalid")


def only_one(params: Obj, *names: str) -> None:
    """Refuse parameters that exclude one another."""
    given = [name for name in names if params.get(name) not in (None, "")]
    if len(given) > 1:
        raise RefusedError(f"You may only specify one of these parameters: {', '.join(given)}.", param=given[0])


def one_of(params: Obj, *names: str) -> str:
    """The one parameter of these that has to be there."""
    only_one(params, *names)
    for name in names:
        if params.get(name):
            return name
    raise RefusedError(f"You must provide one of: {', '.join(names)}.", code="parameter_missing", param=names[0])
