"""Events: one for all that happens, kept for 30 days, and their deliveries to endpoints.

Nothing is sent by itself: a test takes deliveries out of the queue (`Events.queue`) in the order and number that it
wants and sends them, or drops them; `Deliverer` in tests/stripe/server.py does it for a site that runs.
"""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import stripe
from stripe import WebhookSignature

from tests.stripe.errors import RefusedError, missing
from tests.stripe.handlers import Call, on
from tests.stripe.world import DAY, Obj, World, page, shown

API_VERSION = stripe.api_version
# Sends a body to an address with these headers: the status that came back.
Send = Callable[[str, bytes, dict[str, str]], Awaitable[int]]


@dataclass
class Endpoint:
    """Where events go. `kind`: `account` (ours), `connect` (connected accounts') or `thin` (of API v2)."""

    url: str
    secrets: list[str]
    kind: str = "account"
    api_version: str = API_VERSION
    # None: all types.
    types: frozenset[str] | None = None
    is_disabled: bool = False

    def wants(self, event: Obj) -> bool:
        """Whether an event goes there."""
        if self.is_disabled or (self.types is not None and event["type"] not in self.types):
            return False
        if event["object"] == "v2.core.event":
            return self.kind == "thin"
        return self.kind == ("connect" if event.get("account") else "account")


@dataclass
class Delivery:
    """One event on its way to one endpoint."""

    event: Obj
    endpoint: Endpoint
    statuses: list[int] = field(default_factory=list)

    @property
    def is_done(self) -> bool:
        """Whether it has arrived."""
        return any(200 <= status < 300 for status in self.statuses)

    def body(self, version: str | None = None) -> bytes:
        """What is sent; of another API version on demand."""
        event = dict(self.event)
        if event["object"] == "event":
            event["api_version"] = version or self.endpoint.api_version
        return json.dumps(event, indent=2).encode()

    def signature(self, body: bytes, at: int | None = None) -> str:
        """The header, with a signature by each secret of the endpoint (two while they are rotated)."""
        texts = [WebhookSignature.generate_signature_header(body.decode(), each, at) for each in self.endpoint.secrets]
        first, *others = texts
        return ",".join([first, *(text.split(",", 1)[1] for text in others)])

    async def send(self, send: Send, *, version: str | None = None, at: int | None = None) -> int:
        """Send it once. `at`: the time in the signature, instead of the machine's."""
        body = self.body(version)
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "Stripe-Signature": self.signature(body, at),
            "User-Agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
        }
        status = await send(self.endpoint.url, body, headers)
        self.statuses.append(status)
        return status


class Events:
    """The log and the queue of a world."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.endpoints: list[Endpoint] = []
        self.log: list[Obj] = []
        self.queue: list[Delivery] = []
        # All there ever were, for `delivery_success`.
        self.deliveries: list[Delivery] = []
        world.listeners.append(self.happened)
        world.secret["events"]["log"] = self

    def happened(self, kind: str, about: Obj, account: str | None, was: Obj | None) -> None:
        """Write an event and queue its deliveries."""
        event = self._thin(kind, about) if kind.startswith("v2.") else self._snapshot(kind, about, account, was)
        self.log.append(event)
        for endpoint in self.endpoints:
            if endpoint.wants(event):
                self._queue(event, endpoint)

    def _queue(self, event: Obj, endpoint: Endpoint) -> Delivery:
        delivery = Delivery(event, endpoint)
        self.queue.append(delivery)
        self.deliveries.append(delivery)
        return delivery

    def _snapshot(self, kind: str, about: Obj, account: str | None, was: Obj | None) -> Obj:
        data: Obj = {"object": shown(self.world, about)}
        if was is not None and kind.endswith(".updated"):
            data["previous_attributes"] = was
        event = {
            "id": self.world.new_id("evt"),
            "object": "event",
            "api_version": API_VERSION,
            "created": self.world.clock.now(),
            "data": data,
            "livemode": False,
            "request": dict(self.world.request),
            "type": kind,
        }
        return {**event, "account": account} if account else event

    def _thin(self, kind: str, about: Obj) -> Obj:
        path = {"v2.core.account": "/v2/core/accounts"}[about["object"]]
        return {
            "id": self.world.new_id("evt"),
            "object": "v2.core.event",
            "created": self.world.written(),
            "livemode": False,
            "reason": None,
            "related_object": {"id": about["id"], "type": about["object"], "url": f"{path}/{about['id']}"},
            "type": kind,
        }

    def replay(self, event: str) -> list[Delivery]:
        """Queue an event again, for all endpoints that want it."""
        found = next(each for each in self.log if each["id"] == event)
        return [self._queue(found, endpoint) for endpoint in self.endpoints if endpoint.wants(found)]

    def undelivered(self, event: Obj) -> bool:
        """Whether an endpoint still has to get it."""
        return any(not each.is_done for each in self.deliveries if each.event is event)

    def public(self, event: Obj) -> Obj:
        """As the Events API answers it."""
        waiting = sum(not each.is_done for each in self.deliveries if each.event is event)
        return {**event, "pending_webhooks": waiting}


def _log(world: World) -> Events:
    found: Events = world.secret["events"]["log"]
    return found


def _kept(world: World, name: str, kind: str) -> Obj:
    for each in _log(world).log:
        if each["id"] == name and each["object"] == kind:
            return each
    raise missing("event", name)


@on("get /v1/events/{id}")
def _one(world: World, call: Call) -> Obj:
    return _log(world).public(_kept(world, call.place(), "event"))


@on("get /v2/core/events/{id}")
def _one_thin(world: World, call: Call) -> Obj:
    return _kept(world, call.place(), "v2.core.event")


@on("get /v1/events")
def _list(world: World, call: Call) -> Obj:
    log, given = _log(world), call.params
    types = given.get("types") or ([given["type"]] if "type" in given else None)
    if len(types or ()) > 20:
        raise RefusedError("You may specify up to 20 types.", param="types")
    since = world.clock.now() - 30 * DAY
    found = [
        each
        for each in log.log
        if each["object"] == "event"
        and each["created"] >= since
        and each.get("account") == call.account
        and (types is None or any(_is_of(each["type"], wanted) for wanted in types))
        and given.get("delivery_success") in (None, not log.undelivered(each))
    ]
    answer = page(world, "/v1/events", found, given)
    answer["data"] = [log.public(each) for each in answer["data"]]
    return answer


def _is_of(kind: str, wanted: str) -> bool:
    return kind == wanted or (wanted.endswith(".*") and kind.startswith(wanted[:-1]))
