"""`POST /_fake/NAME` with JSON: what tests tell a fake in another process."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.stripe import portal
from tests.stripe.errors import RefusedError
from tests.stripe.money import grant
from tests.stripe.scene import FakeStripe
from tests.stripe.server import Stripe
from tests.stripe.world import Obj, shown


class Orders:
    """Each method is an order; its arguments are the members of the JSON."""

    def __init__(self, fake: Stripe) -> None:
        self._scene, self._fake = FakeStripe(fake), fake

    def advance(self, seconds: int) -> Obj:
        """Let time pass."""
        self._scene.advance(seconds)
        return {"now": self._fake.world.clock.now()}

    def endpoint(self, url: str, secrets: list[str], kind: str = "account") -> Obj:
        """Send events there from now on."""
        self._scene.endpoint(url, *secrets, kind=kind)
        return {"endpoints": len(self._fake.events.endpoints)}

    def fault(self, **fault: Any) -> Obj:
        """Let requests fail."""
        self._fake.faults.add(**fault)
        return {"waiting": len(self._fake.faults.waiting)}

    def onboard(self, account: str, ending: str = "complete") -> Obj:
        """Walk through onboarding."""
        self._scene.onboard(account, ending)
        return shown(self._fake.world, self._scene.get(account))

    def pay(self, session: str, **how: Any) -> Obj:
        """Pay a Checkout session."""
        return {"outcome": self._scene.pay(session, **how)}

    def dispute(self, charge: str, reason: str = "fraudulent") -> Obj:
        """Dispute a charge."""
        return shown(self._fake.world, self._scene.dispute(charge, reason))

    def decide(self, dispute: str, status: str) -> Obj:
        """Decide a dispute."""
        self._scene.decide(dispute, status)
        return shown(self._fake.world, self._scene.get(dispute))

    def top_up(self, amount: int, currency: str) -> Obj:
        """Fill the platform's balance."""
        return grant(self._fake.world, amount, currency)

    def pay_out(self, amount: int, currency: str, account: str | None = None) -> Obj:
        """Send a balance to its owner's bank."""
        return shown(self._fake.world, portal.pay_out(self._fake.world, amount, currency, account))

    def log(self) -> Obj:
        """What happened, and what was asked."""
        return {"events": self._fake.events.log, "requests": [each.name for each in self._fake.asked]}


def orders(fake: Stripe) -> list[Route]:
    """The routes."""
    told = Orders(fake)
    names = [name for name in vars(Orders) if not name.startswith("_")]
    return [Route(f"/{name}", _route(getattr(told, name)), methods=["POST"]) for name in names]


def _route(order: Callable[..., Obj]) -> Callable[[Request], Awaitable[Response]]:
    async def run(request: Request) -> Response:
        body = await request.body()
        try:
            return JSONResponse(order(**(json.loads(body) if body else {})))
        except RefusedError as error:
            return JSONResponse(error.body(), error.status)

    return run
