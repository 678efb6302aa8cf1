"""People who use the site through the Ingress.

Interface: `Site` (requests), `Account` (who is signed in). Every answer that is not the expected one is an
AssertionError with its text, and so is a picture that does not come.
"""

import itertools
import secrets
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import httpx2

API = "/api/v1"
_NUMBERS = itertools.count(1)


@dataclass(frozen=True)
class Account:
    """Somebody who is signed in."""

    handle: str
    password: str
    headers: dict[str, str]


def still(number: int) -> str:
    """A shader that does not move, different for each number."""
    blue = (number % 250) / 250
    return (
        "void mainImage(out vec4 color, in vec2 at) {\n"
        f"    color = vec4(at / iResolution.xy, {blue:.3f}, 1.0); // {number}\n}}\n"
    )


def slow(loops: int) -> str:
    """A shader that takes a software renderer a while, different each time."""
    return (
        f"// {secrets.token_hex(4)}\nvoid mainImage(out vec4 color, in vec2 at) {{\n    float a = at.x;\n"
        f"    for (int i = 0; i < {loops}; i++) a = sin(a + float(i));\n"
        "    color = vec4(0.5 + 0.5 * a, 0.3, 0.6, 1.0);\n}\n"
    )


class Site:
    """Visits through the Ingress; each request has a connection of its own, as from so many visitors."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._own = threading.local()
        self._opened: list[httpx2.Client] = []

    @property
    def client(self) -> httpx2.Client:
        """The client of this thread; threads that share one can close each other's connections."""
        found: httpx2.Client | None = getattr(self._own, "client", None)
        if found is None:
            limits = httpx2.Limits(max_keepalive_connections=0)
            found = self._own.client = httpx2.Client(base_url=self.url, timeout=30, limits=limits, trust_env=False)
            self._opened.append(found)
        return found

    def close(self) -> None:
        """Close the clients of all threads."""
        for client in self._opened:
            client.close()

    def ask(self, method: str, path: str, expect: int = 200, **options: Any) -> httpx2.Response:
        """An answer with this status."""
        answer = self.client.request(method, path, **options)
        assert answer.status_code == expect, f"{method} {path}: {answer.status_code} {answer.text[:500]}"
        return answer

    def register(self) -> Account:
        """A new account."""
        handle, password = f"e2e-{secrets.token_hex(6)}", secrets.token_urlsafe(18)
        body = {"handle": handle, "email": f"{handle}@example.org", "password": password, "token_transport": "body"}
        tokens = self.ask("POST", f"{API}/auth/register", 201, json=body).json()
        return Account(handle, password, {"Authorization": f"Bearer {tokens['access_token']}"})

    def publish(self, account: Account, source: str, title: str = "") -> str:
        """The id of a new work."""
        body = {"title": title or f"e2e {next(_NUMBERS)}", "source": source, "licence": "CC0-1.0"}
        return str(self.ask("POST", f"{API}/shaders", 201, json=body, headers=account.headers).json()["id"])

    def publish_many(self, accounts: list[Account], sources: list[str]) -> list[str]:
        """The ids of new works, published by all accounts at the same time."""
        with ThreadPoolExecutor(8) as pool:
            return list(pool.map(lambda pair: self.publish(*pair), zip(itertools.cycle(accounts), sources)))

    def work(self, work: str) -> dict[str, Any]:
        """What everybody sees of a work."""
        found: dict[str, Any] = self.ask("GET", f"{API}/shaders/{work}").json()
        return found

    def wait_ready(self, work: str, seconds: float = 180) -> dict[str, Any]:
        """The work once its picture is there; one that failed is an error."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            found = self.work(work)
            assert found["render_status"] != "failed", found
            if found["render_status"] == "ready":
                return found
            time.sleep(0.5)
        raise AssertionError(f"{work} has no picture after {seconds:g} s: {found['render_status']}")
