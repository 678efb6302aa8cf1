"""What the fake answers is what the SDK's own classes describe: no member that they do not have, each of its type."""

import typing
from decimal import Decimal
from functools import cache
from types import UnionType
from typing import Any, ForwardRef, Literal, Union, get_args, get_origin

import stripe

from tests.stripe.scene import FakeStripe
from tests.stripe.walks import session, subscribed, transferred
from tests.stripe.world import shown

_DOTTED: dict[str, Any] = {
    "v2.core.account": stripe.v2.core.Account,
    "checkout.session": stripe.checkout.Session,
    "billing_portal.session": stripe.billing_portal.Session,
    "radar.early_fraud_warning": stripe.radar.EarlyFraudWarning,
}


def strange(about: Any, kind: Any, where: str) -> list[str]:
    """What of an object its class does not have or not so."""
    found: list[str] = []
    hints = members(kind)
    for name, value in about.items():
        if name not in hints:
            found.append(f"{where}.{name} is not in {kind.__name__}")
        elif not any(fits(value, each) for each in alternatives(hints[name], kind)):
            found.append(f"{where}.{name} is {value!r}, not {hints[name]}")
    needed = [name for name, hint in hints.items() if not is_optional(hint) and name != "OBJECT_NAME"]
    missing = [name for name in needed if name not in about]
    return [*found, *(f"{where}.{name} is missing" for name in missing)]


@cache
def members(kind: Any) -> dict[str, Any]:
    """The annotations of a class."""
    return {name: hint for name, hint in kind.__annotations__.items() if not name.startswith("_")}


def is_optional(hint: Any) -> bool:
    """Whether it may be null or missing."""
    return type(None) in get_args(hint)


def alternatives(hint: Any, kind: Any) -> list[Any]:
    """The types that a member may have."""
    if get_origin(hint) in {Union, UnionType}:
        return [each for part in get_args(hint) for each in alternatives(part, kind)]
    return [hint]


def fits(value: Any, hint: Any) -> bool:
    """Whether a value has a plain type; classes of the SDK and lists are hashes, ids and lists."""
    if hint is type(None):
        return value is None
    if get_origin(hint) is Literal:
        return value in get_args(hint)
    if hint in {int, bool, str, float}:
        return type(value) is hint
    if hint is Decimal:
        return isinstance(value, str)
    if get_origin(hint) is list:
        return isinstance(value, list)
    if isinstance(hint, ForwardRef | str) or typing.get_origin(hint) is not None:
        return isinstance(value, dict | str)
    return isinstance(value, dict)


def all_strange(fake: FakeStripe) -> list[str]:
    """Of every object that a fake keeps, and of every event."""
    found: list[str] = []
    for about in fake.world.by_id.values():
        found += strange(shown(fake.world, about), class_of(about["object"]), about["object"])
    for event in fake.fake.events.log:
        if event["object"] == "event":
            found += strange(fake.fake.events.public(event), stripe.Event, event["type"])
    return sorted(set(found))


def class_of(name: str) -> Any:
    """The SDK's class of a kind of object."""
    return _DOTTED.get(name) or getattr(stripe, "".join(part.title() for part in name.split("_")))


def test_everything_a_pledge_leaves_behind_is_as_the_sdk_describes_it(stripe_fake: FakeStripe) -> None:
    charge, _ = transferred(stripe_fake)
    stripe_fake.warn(charge)
    stripe_fake.decide(stripe_fake.dispute(charge)["id"], "won")
    declined = stripe_fake.client().v1.checkout.sessions.create(session())
    assert stripe_fake.pay(declined.id, "4000000000000002") == "declined"
    assert all_strange(stripe_fake) == []


def test_everything_a_subscription_leaves_behind_is_as_the_sdk_describes_it(stripe_fake: FakeStripe) -> None:
    subscribed(stripe_fake)
    stripe_fake.advance(40 * 86_400)
    assert all_strange(stripe_fake) == []
