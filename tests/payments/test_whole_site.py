"""`make run-payments`: real processes, real webhooks and the made-up Stripe, from the card to the artist."""

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import pytest

from services.standalone.ports import held_port
from tests.standalone.running import ROOT, wait

PASSWORD = "made up for trying"


@dataclass
class Person:
    """Somebody at the site, by HTTP."""

    client: httpx2.Client
    token: str

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        """The JSON of a good answer."""
        headers = {"Authorization": f"Bearer {self.token}"}
        answer = self.client.request(method, f"/api/v1{path}", json=body, headers=headers)
        assert answer.is_success, (path, answer.text)
        return answer.json()


@pytest.fixture(scope="module")
def client() -> Iterator[httpx2.Client]:
    """A site that runs with its fake, seeded."""
    port, output = held_port(), Path(tempfile.mkstemp(suffix=".out")[1])
    variables = {"PORT": str(port), "FAKE_STRIPE_PORT": str(held_port()), "FRACTAFRAG_GALLERY": "off"}
    with output.open("wb") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.stripe.site"],
            cwd=ROOT, env={**os.environ, **variables}, stdout=file, stderr=subprocess.STDOUT,
        )  # fmt: skip
    wait(lambda: "Cards, all made up" in output.read_text() or process.poll() is not None, 3_600)
    assert process.poll() is None, output.read_text()
    with httpx2.Client(base_url=f"http://localhost:{port}", timeout=30, trust_env=False) as opened:
        yield opened
    process.send_signal(signal.SIGINT)
    assert process.wait(60) == 0, output.read_text()


def person(client: httpx2.Client, handle: str) -> Person:
    """One of those who were made with the site."""
    given = {"login": handle, "password": PASSWORD, "token_transport": "body"}
    return Person(client, client.post("/api/v1/auth/login", json=given).json()["access_token"])


@pytest.mark.slow
def test_a_pledge_goes_from_the_card_to_the_artist(client: httpx2.Client) -> None:
    rita, theo = person(client, "rita"), person(client, "theo")
    desire = rita.ask("GET", "/desires")["items"][0]["id"]
    pledge = rita.ask("POST", f"/desires/{desire}/pledges", {"amount": 2_000, "currency": "USD"})["id"]

    def is_now(state: str) -> bool:
        return bool(rita.ask("GET", f"/pledges/{pledge}")["state"] == state)

    page = rita.ask("POST", f"/pledges/{pledge}/checkout")["url"]
    assert "declined" in client.post(page, data={"card": "4000000000000002"}).text
    assert client.post(page, data={"card": "4242424242424242"}).status_code == 303
    wait(lambda: is_now("active"))

    theo.ask("POST", "/payouts/account", {"country": "DE", "of_age": True})
    link = theo.ask("POST", "/payouts/link")["url"]
    assert client.get(link).status_code == 200
    assert client.post(link, data={"ending": "complete"}).status_code == 303
    wait(lambda: bool(theo.ask("GET", "/users/theo/shaders")["items"][0]["still_url"]))
    work = theo.ask("GET", "/users/theo/shaders")["items"][0]["id"]
    theo.ask("POST", f"/desires/{desire}/fulfilments", {"shader_id": work})
    wait(lambda: is_now("in_review"))

    rita.ask("POST", f"/pledges/{pledge}/accept", {})
    wait(lambda: is_now("released"), 180)
    (sent,) = theo.ask("GET", "/payouts/transfers")
    assert sent["amount"] == 1_800
