"""What a provider does: `authorization_url` sends somebody there, `profile` says who came back.

Both ask the provider over the network and raise `ProviderDownError` (503) when it gives no proper answer in time, and
`profile` raises `SignInRefusedError` (400) for an answer that does not hold: nobody is signed in by it.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import httpx2
import structlog
from authlib.integrations.httpx_client import AsyncOAuth2Client, OAuthError

from services.core.accounts.providers.profile import Profile
from services.core.accounts.providers.steps import Attempt
from services.core.accounts.sign_in_settings import ProviderConfig
from services.core.kit.errors import FractafragError, UnavailableError
from services.core.kit.tls import authorities

SECONDS = 5.0
PAUSE_SECONDS = 5.0
MAX_ANSWER_BYTES = 1_048_576

log = structlog.get_logger("providers")


class ProviderDownError(UnavailableError):
    """The provider does not answer, or not as it should."""

    code = "provider_down"
    title = "The provider does not answer at the moment"

    def __init__(self, label: str) -> None:
        super().__init__(f"{label} does not answer at the moment. Try again later, or sign in another way", 30)


class SignInRefusedError(FractafragError):
    """What came back from the provider does not hold; the log has the reason."""

    status = 400
    code = "sign_in_refused"
    title = "This sign-in did not work"

    def __init__(self, label: str) -> None:
        super().__init__(f"What came back from {label} could not be accepted. Begin again")


@dataclass(frozen=True, slots=True)
class Answer:
    """What the provider gave the browser to bring back."""

    code: str
    issuer: str | None


class Provider(Protocol):
    """A provider that is configured."""

    config: ProviderConfig

    async def authorization_url(self, attempt: Attempt, redirect_uri: str) -> str:
        """Where to send the browser; raises `ProviderDownError`."""
        ...

    async def profile(self, attempt: Attempt, answer: Answer, redirect_uri: str) -> Profile:
        """Who came back; raises `ProviderDownError` and `SignInRefusedError`."""
        ...


class Wire:
    """Requests to one provider: short, without redirects, with a bounded answer."""

    def __init__(self, config: ProviderConfig) -> None:
        self.config = config
        self._down_until = 0.0

    def refused(self, reason: str) -> SignInRefusedError:
        """Log why, in our words, and give the error."""
        log.warning("sign_in_refused", provider=self.config.name, reason=reason)
        return SignInRefusedError(self.config.label)

    def down(self, cause: object) -> ProviderDownError:
        """Log what happened, without the provider's words, and give the error."""
        log.warning("provider_down", provider=self.config.name, cause=str(cause)[:100])
        return ProviderDownError(self.config.label)

    async def get(self, url: str, headers: Mapping[str, str] | None = None) -> Any:
        """A JSON document; raises `ProviderDownError`.

        Who does not answer is not asked again for some seconds: requests would wait behind one another for nothing.
        """
        if time.monotonic() < self._down_until:
            raise self.down("it did not answer a moment ago")
        async with httpx2.AsyncClient(verify=authorities(), timeout=SECONDS, trust_env=False) as client:
            try:
                async with client.stream("GET", url, headers={"Accept": "application/json", **(headers or {})}) as got:
                    if got.status_code != 200:
                        raise self.down(got.status_code)
                    return httpx2.Response(200, content=await self._bounded(got)).json()
            except httpx2.TransportError as error:
                self._down_until = time.monotonic() + PAUSE_SECONDS
                raise self.down(type(error).__name__) from error
            except (httpx2.HTTPError, httpx2.InvalidURL, ValueError) as error:
                raise self.down(type(error).__name__) from error

    async def _bounded(self, got: httpx2.Response) -> bytes:
        body = b""
        async for piece in got.aiter_bytes():
            body += piece
            if len(body) > MAX_ANSWER_BYTES:
                raise self.down("a long answer")
        return body

    def oauth(self, method: str) -> AsyncOAuth2Client:
        """Authlib's client for one step; `method` says how it shows the secret at the token endpoint."""
        return AsyncOAuth2Client(
            client_id=self.config.client_id,
            client_secret=self.config.secret,
            token_endpoint_auth_method=method,
            code_challenge_method="S256",
            verify=authorities(),
            timeout=SECONDS,
            trust_env=False,
        )

    async def exchange(self, url: str, method: str, code: str, attempt: Attempt, redirect_uri: str) -> dict[str, Any]:
        """The tokens for a code; raises `SignInRefusedError` for one that the provider does not take."""
        async with self.oauth(method) as client:
            try:
                tokens: dict[str, Any] = await client.fetch_token(
                    url,
                    grant_type="authorization_code",
                    code=code,
                    redirect_uri=redirect_uri,
                    code_verifier=attempt.verifier,
                )
            except OAuthError as error:
                # Its description is the provider's text, and may hold what we sent.
                raise self.refused(f"the code was not taken: {_known(error.error)}") from None
            except (httpx2.HTTPError, ValueError, TypeError) as error:
                raise self.down(type(error).__name__) from error
        return dict(tokens)


_ERRORS = frozenset({"invalid_grant", "invalid_client", "invalid_request", "unauthorized_client", "invalid_scope"})


def _known(code: object) -> str:
    return str(code) if code in _ERRORS or code == "bad_verification_code" else "another error"
