"""What tests do with a fake of Stripe, beside calling it by the SDK."""

from collections.abc import Callable
from dataclasses import dataclass

import stripe as sdk

from tests.stripe import accounts, checkout, disputes
from tests.stripe.cards import GOOD
from tests.stripe.events import API_VERSION, Delivery, Endpoint, Send
from tests.stripe.server import KEY, Stripe
from tests.stripe.transport import client
from tests.stripe.world import Obj, World

# Brings the deliveries that wait into the order and number in which they are sent.
Order = Callable[[list[Delivery]], list[Delivery]]


def in_order(waiting: list[Delivery]) -> list[Delivery]:
    """As they happened."""
    return waiting


def twice_in_reverse(waiting: list[Delivery]) -> list[Delivery]:
    """The last first, and each twice."""
    return [each for each in reversed(waiting) for _ in range(2)]


def dropped(_: list[Delivery]) -> list[Delivery]:
    """None of them."""
    return []


@dataclass
class FakeStripe:
    """A fake and what tests do with it. `url` is empty where it is on no port."""

    fake: Stripe
    url: str = ""
    key: str = KEY

    @property
    def world(self) -> World:
        """Its objects and clock."""
        return self.fake.world

    def client(self, *, repeats: int = 2) -> sdk.StripeClient:
        """The SDK in this process."""
        return client(self.fake, self.key, repeats=repeats)

    def advance(self, seconds: int) -> None:
        """Let time pass at Stripe."""
        self.fake.world.advance(seconds)

    def settle(self) -> None:
        """Let charges get their balance transactions, and disputes and warnings of special cards come."""
        self.advance(self.fake.world.choices.capture_after + 2)

    def get(self, name: str) -> Obj:
        """An object as it is kept."""
        return self.fake.world.by_id[name]

    def pay(self, session: str, number: str = GOOD, *, authenticates: bool | None = None) -> str:
        """A person pays a Checkout session: `complete`, `declined` or `requires_action`."""
        found = self.fake.world.find("checkout.session", session)
        return checkout.pay(self.fake.world, found, number, authenticates=authenticates)

    def expire(self, session: str) -> None:
        """A session's time is over."""
        checkout.expire(self.fake.world, self.get(session))

    def onboard(self, account: str, ending: str = "complete") -> None:
        """A person walks through onboarding: complete, partly, pending, restrict or reject."""
        accounts.onboard(self.fake.world, self.get(account), ending)

    def dispute(self, charge: str, reason: str = "fraudulent") -> Obj:
        """A bank disputes a charge."""
        return disputes.dispute(self.fake.world, self.get(charge), reason)

    def decide(self, dispute: str, status: str) -> None:
        """The bank decides: won, lost or warning_closed."""
        disputes.close_dispute(self.fake.world, self.get(dispute), status)

    def warn(self, charge: str) -> Obj:
        """An early fraud warning."""
        return disputes.warn(self.fake.world, self.get(charge))

    def endpoint(self, url: str, *secrets: str, kind: str = "account", api_version: str = API_VERSION) -> Endpoint:
        """From now on events go there; `kind`: account, connect or thin. Two secrets: while they are rotated."""
        made = Endpoint(url, list(secrets), kind, api_version)
        self.fake.events.endpoints.append(made)
        return made

    async def deliver(
        self, send: Send, order: Order = in_order, *, version: str | None = None, at: int | None = None
    ) -> list[int]:
        """Send what waits; the statuses. `version`: of another API version; `at`: the time in the signature."""
        queue = self.fake.events.queue
        waiting, queue[:] = list(queue), []
        return [await each.send(send, version=version, at=at) for each in order(waiting)]
