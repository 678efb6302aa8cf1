"""A site with everything of payments and bounties but its processes: their jobs are run here, one by one, or killed."""

import random
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from pydantic import SecretStr
from sqlalchemy import text

from services.core.bounties import following, leaving, looking
from services.core.kit.database import Database
from services.core.kit.errors import FractafragError, UnavailableError
from services.core.payments import sweeps
from services.core.payments.models import PaymentOrder
from services.core.payments.service import Money, Payments
from services.core.payments.settings import PaymentSettings, WebhookSettings
from services.core.payments.stripe_provider import StripeProvider
from services.core.payments.taking import EarlyEventError
from services.core.payments.webhooks import BadEventError, Webhooks
from tests.payments.times import Time
from tests.stripe.events import Delivery
from tests.stripe.scene import FakeStripe
from tests.stripe.transport import InProcess

URL = "https://shaders.example"
_KINDS = {"account": "account", "connected": "connect", "thin": "thin"}


class KilledError(BaseException):
    """The process is killed: nothing after it is done."""


class Line(InProcess):
    """The way to Stripe, on which a process can be killed before a request is sent or after it was answered."""

    def __init__(self, fake: FakeStripe, choose: random.Random) -> None:
        super().__init__(fake.fake)
        self.choose, self.odds = choose, 0.0

    async def request_async(self, method: str, *args: Any, **more: Any) -> Any:
        """One request, perhaps the last."""
        when = self.choose.random()
        if method == "post" and when < self.odds / 2:
            raise KilledError
        answer = await super().request_async(method, *args, **more)
        if method == "post" and when > 1 - self.odds / 2:
            raise KilledError
        return answer


@dataclass
class Site:
    """The site. `secrets` are those of its webhooks; the fake signs with the same."""

    database: Database
    fake: FakeStripe
    time: Time
    choose: random.Random
    settings: PaymentSettings
    secrets: dict[str, list[str]] = field(default_factory=lambda: {name: [f"whsec_{name}"] for name in _KINDS})

    def __post_init__(self) -> None:
        for name, kind in _KINDS.items():
            self.fake.endpoint(name, *self.secrets[name], kind=kind)
        self.line = Line(self.fake, self.choose)

    @property
    def money(self) -> Money:
        """As a process has it that was just started."""
        provider = StripeProvider(self.settings, http_client=self.line)
        return Payments.open(self.database, self.settings, URL, provider).money

    # Jobs

    async def work(self, most: int = 10_000) -> int:
        """Run jobs that are due, in any order; how many. One whose process was killed stays."""
        done = 0
        while done < most and (rows := await self._due()):
            for row in self.choose.sample(rows, min(len(rows), most - done)):
                await self._run(row.id, row.actor, row.payload)
                done += 1
        return done

    async def _due(self) -> list[Any]:
        async with self.database.write() as session:
            others = text("DELETE FROM outbox WHERE actor <> ALL(:known)")
            await session.execute(others, {"known": list(self._actors())})
            found = await session.execute(
                text("SELECT id, actor, payload FROM outbox WHERE run_at <= now() ORDER BY id LIMIT 50")
            )
            return list(found.all())

    async def _run(self, row: int, actor: str, payload: Mapping[str, Any]) -> None:
        try:
            await self._actors()[actor](**payload)
        except (KilledError, EarlyEventError, UnavailableError):
            again = text("UPDATE outbox SET run_at = now() + interval '40 seconds' WHERE id = :row")
            async with self.database.write() as session:
                await session.execute(again, {"row": row})
        else:
            async with self.database.write() as session:
                await session.execute(text("DELETE FROM outbox WHERE id = :row"), {"row": row})

    def _actors(self) -> dict[str, Callable[..., Awaitable[object]]]:
        """What the worker's actors do, without the worker."""
        database, settings, money, now = self.database, self.settings, self.money, self.time.now

        async def fetch(kind: str, object_id: str) -> None:
            if kind != "order":
                await money.follower.follow(kind, object_id)
                return
            async with database.read() as session:
                order = await session.get_one(PaymentOrder, UUID(object_id))
            await money.pages.mend(order)

        return {
            "bounties.look": lambda desire_id: looking.look(database, settings, desire_id, now()),
            "bounties.tick": lambda pledge_id: looking.tick(database, settings, UUID(pledge_id), now()),
            "bounties.follow": lambda subject: following.follow(database, settings, subject, now()),
            "bounties.leave": lambda user_id: leaving.leave(database, settings, UUID(user_id), now()),
            "payments.send": lambda call_id: money.sender.send(UUID(call_id)),
            "payments.take_event": money.taker.take,
            "payments.fetch": fetch,
            "payments.fetch_undelivered": money.taker.fetch_undelivered,
            "payments.reconcile": money.reconciler.run,
        }

    async def sweep(self) -> None:
        """What runs by time: sweep B, and the two of bounties."""
        async with self.database.write() as session:
            await sweeps.sweep(session, self.settings)
            await looking.ask_for_due(session, self.time.now())
            await looking.ask_for_astray(session)

    # Events

    async def receive(self, endpoint: str, body: bytes, headers: dict[str, str]) -> int:
        """An event arrives; the status of the answer."""
        given = {f"{name}_secrets": SecretStr(",".join(self.secrets[name])) for name in _KINDS}
        webhooks = Webhooks(self.database, self.settings, WebhookSettings(**given))
        try:
            await webhooks.receive(endpoint, body, headers["Stripe-Signature"])
        except BadEventError:
            return 400
        return 200

    async def deliver(self, deliveries: list[Delivery], version: str | None = None) -> list[int]:
        """Send these; signed at the machine's time, which is what the SDK compares with."""
        return [await each.send(self.receive, version=version) for each in deliveries]

    def rotate(self) -> None:
        """New secrets: Stripe signs with both for a while, and we know the new ones, or both."""
        for endpoint, name in zip(self.fake.fake.events.endpoints, _KINDS, strict=True):
            new = f"whsec_{name}_new"
            endpoint.secrets.insert(0, new)
            self.secrets[name] = self.choose.choice(([new], [new, *self.secrets[name]]))

    def take(self, most: int) -> list[Delivery]:
        """Some of the deliveries that wait."""
        queue = self.fake.fake.events.queue
        taken = self.choose.sample(queue, min(most, len(queue)))
        for each in taken:
            queue.remove(each)
        return taken

    async def quietly(self, step: Awaitable[object]) -> bool:
        """Whether a step was allowed."""
        try:
            await step
        except (FractafragError, KilledError):
            return False
        return True
