"""`make run-payments`: the whole site on this machine with provider `stripe`, and the fake in place of Stripe.

    PORT=8000 .venv/bin/python -m tests.stripe.site

The fake runs in a thread of this process and forgets everything with it, so the site's data folder is a new one each
time, unless FRACTAFRAG_HOME names one. Three accounts and a wish are made by the site's own routes.
"""

import asyncio
import json
import os
import shutil
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import httpx2
import uvicorn

from services.core.accounts import admin
from services.core.kit.database import Database
from services.core.kit.server import server_config
from services.core.kit.settings import DatabaseSettings
from services.standalone.gallery.visitor import RefusedError, Visitor
from services.standalone.home import HomeError
from services.standalone.layout import running_environment
from services.standalone.patience import StartError
from services.standalone.supervisor import Supervisor
from tests.stripe.app import app_of
from tests.stripe.cards import CARDS
from tests.stripe.catalog import new_price
from tests.stripe.handlers import Call
from tests.stripe.scene import FakeStripe
from tests.stripe.server import KEY, Stripe
from tests.stripe.world import Choices

# Made up, as the key is: they open nothing but this fake and this site.
SECRETS = {"account": "whsec_of_the_account", "connected": "whsec_of_artists", "thin": "whsec_of_thin_events"}
_KINDS = {"account": "account", "connected": "connect", "thin": "thin"}
PASSWORD = "made up for trying"
PEOPLE = {"rita": "a requester", "theo": "an artist", "sam": "a subscriber"}
_SOURCE = "void mainImage(out vec4 color, in vec2 at) {\n  color = vec4(at / iResolution.xy, 0.5, 1.0);\n}\n"


def environment(fake: Stripe, url: str) -> dict[str, str]:
    """What a site needs to take the fake at `url` for Stripe, with a plan for sale."""
    monthly = {"currency": "usd", "unit_amount": 500, "recurring": {"interval": "month"}}
    price = new_price(fake.world, Call({}, {**monthly, "product_data": {"name": "Studio"}}))
    offer = {"id": "studio", "name": "Studio", "amount": 500, "currency": "USD", "interval": "month"}
    return {
        "FRACTAFRAG_PAYMENTS_PROVIDER": "stripe",
        "FRACTAFRAG_PAYMENTS_STRIPE_SECRET_KEY": KEY,
        "FRACTAFRAG_PAYMENTS_STRIPE_API_BASE": url,
        # Nobody waits here for days to see an artist paid.
        "FRACTAFRAG_PAYMENTS_ACCOUNT_DAYS": "0",
        "FRACTAFRAG_PAYMENTS_RELEASE_DAYS": "0",
        "FRACTAFRAG_SUBSCRIPTIONS_OFFERS": json.dumps([{**offer, "price_id": price["id"]}]),
        **{f"FRACTAFRAG_WEBHOOKS_{name.upper()}_SECRETS": secret for name, secret in SECRETS.items()},
    }


def listen(fake: Stripe, site: str) -> None:
    """Have the fake send its events to a site."""
    for name, secret in SECRETS.items():
        FakeStripe(fake).endpoint(f"{site}/api/v1/payments/webhooks/{name}", secret, kind=_KINDS[name])


@contextmanager
def serving(fake: Stripe, port: int) -> Iterator[str]:
    """The fake on a port of this machine, in a thread; it sends its events by itself."""
    server = uvicorn.Server(server_config(app_of(fake, delivers=True), host="127.0.0.1", port=port))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    fake.world.choices.pages = url = f"http://127.0.0.1:{port}"
    try:
        yield url
    finally:
        server.should_exit = True
        thread.join(10)


async def seed(address: str, home: Path) -> None:
    """Accounts, a wish and a work, once the site is ready."""
    async with httpx2.AsyncClient(base_url=address, timeout=30) as client:
        while not await _is_ready(client):  # noqa: ASYNC110 -- another process
            await asyncio.sleep(0.5)
        people = {handle: Visitor(client, handle, PASSWORD) for handle in PEOPLE}
        url = running_environment(home)["FRACTAFRAG_DATABASE_URL"]
        database = Database(DatabaseSettings(url=url), application="seed")
        for handle, visitor in people.items():
            await visitor.register(handle.title())
            async with database.write() as session:
                await admin.confirm_address(session, handle)
            await visitor.sign_in()
        await database.dispose()
        wish = {"prompt": "A lighthouse in a storm, seen from the sea"}
        made = await people["rita"].call("POST", "/api/v1/desires", wish, key="seed-wish-of-rita")
        work = {"title": "Lighthouse", "source": _SOURCE, "licence": "CC-BY-4.0", "visibility": "public"}
        await people["theo"].call("POST", "/api/v1/shaders", work, key="seed-work-of-theo")
    _explain(address, f"{address}/desires/{made['id']}")


async def _is_ready(client: httpx2.AsyncClient) -> bool:
    try:
        return (await client.get("/readyz")).status_code == 200
    except httpx2.TransportError:
        return False


def _explain(address: str, wish: str) -> None:
    url = os.environ["FAKE_STRIPE_URL"]
    people = "\n".join(f"  {handle:<6} {what}" for handle, what in PEOPLE.items())
    cards = "\n".join(f"  {card.number}  {card.does}" for card in CARDS.values())
    print(f"""
{address}/sign-in: these, with the password "{PASSWORD}"
{people}
A wish to pledge on:   {wish}
Payouts and plans:     {address}/settings
What Stripe would be:  {url}; a month later there, which renews plans:
                       curl -X POST -d '{{"seconds": 2700000}}' {url}/_fake/advance
Cards, all made up:
{cards}
""", flush=True)  # fmt: skip


def main() -> int:
    """Run until Ctrl-C."""
    port = int(os.environ.get("PORT") or "8000")
    given = os.environ.get("FRACTAFRAG_HOME")
    home = Path(given or tempfile.mkdtemp(prefix="fractafrag-payments-"))
    fake = Stripe(Choices(asker_stays=True))
    try:
        with serving(fake, int(os.environ.get("FAKE_STRIPE_PORT") or port + 10)) as url:
            os.environ["FAKE_STRIPE_URL"] = url
            _run(fake, url, home, port, {**environment(fake, url), **os.environ})
    except (HomeError, StartError) as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    finally:
        if given is None:
            shutil.rmtree(home, ignore_errors=True)
    return 0


def _run(fake: Stripe, url: str, home: Path, port: int, settings: Mapping[str, str]) -> None:
    address = f"http://localhost:{port}"
    listen(fake, address)
    threading.Thread(target=_seed, args=(address, home), daemon=True).start()
    Supervisor(home=home, host="127.0.0.1", port=port, environment=settings, verbose=False).run()


def _seed(address: str, home: Path) -> None:
    try:
        asyncio.run(seed(address, home))
    except (RefusedError, StartError, OSError) as error:
        print(f"The accounts could not be made: {error}", flush=True)


if __name__ == "__main__":
    raise SystemExit(main())
