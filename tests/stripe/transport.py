"""The SDK's way into the fake within one process: `StripeClient(KEY, http_client=InProcess(fake))`."""

from collections.abc import Mapping
from typing import Any

import stripe

from tests.stripe.faults import BrokenError
from tests.stripe.server import Stripe, asked_from

# After so many seconds a client of ours gives up; here nobody waits for them.
_PATIENCE = 20


class InProcess(stripe.HTTPClient):
    """All of the SDK but the socket: its encoding, its headers, its repeats, without their waiting."""

    name = "fake"

    def __init__(self, fake: Stripe) -> None:
        super().__init__()
        self._fake = fake

    def request(
        self, method: str, url: str, headers: Mapping[str, str] | None, post_data: Any = None, **_: Any
    ) -> tuple[str, int, Mapping[str, str]]:
        """One request."""
        body = post_data.encode() if isinstance(post_data, str) else post_data or b""
        try:
            answer = self._fake.answer(asked_from(method, url, dict(headers or {}), body))
        except BrokenError as error:
            raise _broken("The connection broke.") from error
        if answer.seconds > _PATIENCE:
            raise _broken("Request timed out.")
        return answer.body.decode(), answer.status, dict(answer.headers)

    async def request_async(
        self, method: str, url: str, headers: Mapping[str, str], post_data: Any = None, **_: Any
    ) -> tuple[bytes, int, Mapping[str, str]]:
        """One request."""
        body, status, answered = self.request(method, url, headers, post_data)
        return body.encode(), status, answered

    async def sleep_async(self, secs: float) -> None:
        """No wait between repeats."""

    def _sleep_time_seconds(self, num_retries: int) -> float:  # the synchronous client sleeps by itself
        return 0

    def close(self) -> None:
        """Nothing is open."""

    async def close_async(self) -> None:
        """Nothing is open."""


def _broken(message: str) -> Exception:
    made: Any = stripe.APIConnectionError
    error: Exception = made(message, should_retry=True)
    return error


def client(fake: Stripe, key: str, *, repeats: int = 2) -> stripe.StripeClient:
    """An SDK client of a fake in this process."""
    return stripe.StripeClient(key, max_network_retries=repeats, http_client=InProcess(fake))
