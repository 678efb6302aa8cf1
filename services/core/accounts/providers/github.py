"""GitHub, and GitHub Enterprise by its address: OAuth with PKCE, and its API for who came back.

It has no ID token. Somebody is their number there, as names change hands; an address counts only where it is the
primary one and verified.
"""

from typing import Any
from urllib.parse import urlsplit

from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge

from services.core.accounts.providers.profile import Profile, email_of, name_of
from services.core.accounts.providers.protocol import Answer, Wire
from services.core.accounts.providers.steps import Attempt
from services.core.accounts.sign_in_settings import ProviderConfig

_PUBLIC = "https://github.com"
_MEDIA_TYPE = "application/vnd.github+json"


class GithubProvider:
    """GitHub at `config.issuer`."""

    def __init__(self, config: ProviderConfig) -> None:
        self.config = config
        self._wire = Wire(config)
        self._site = config.issuer.rstrip("/")
        self._api = "https://api.github.com" if self._site == _PUBLIC else f"{self._site}/api/v3"

    async def authorization_url(self, attempt: Attempt, redirect_uri: str) -> str:
        """Where to send the browser."""
        url: str = prepare_grant_uri(
            f"{self._site}/login/oauth/authorize",
            client_id=self.config.client_id,
            response_type="code",
            redirect_uri=redirect_uri,
            scope=f"read:user user:email {self.config.scopes}".strip(),
            state=attempt.state,
            code_challenge=create_s256_code_challenge(attempt.verifier),
            code_challenge_method="S256",
        )
        return url

    async def profile(self, attempt: Attempt, answer: Answer, redirect_uri: str) -> Profile:
        """Who came back; raises `ProviderDownError` and `SignInRefusedError`."""
        if answer.issuer is not None and urlsplit(answer.issuer).netloc != urlsplit(self._site).netloc:
            raise self._wire.refused("the answer came from another issuer")
        url = f"{self._site}/login/oauth/access_token"
        tokens = await self._wire.exchange(url, "client_secret_post", answer.code, attempt, redirect_uri)
        headers = {"Authorization": f"Bearer {tokens.get('access_token')}", "Accept": _MEDIA_TYPE}
        user = await self._wire.get(f"{self._api}/user", headers)
        number = user.get("id") if isinstance(user, dict) else None
        if not isinstance(number, int) or isinstance(number, bool):
            raise self._wire.refused("GitHub does not say who it is")
        email = _primary(await self._wire.get(f"{self._api}/user/emails", headers))
        return Profile(
            issuer=self.config.issuer,
            subject=str(number),
            email=email,
            verified=email != "",
            name=name_of(user.get("name")),
            nickname=name_of(user.get("login")),
        )


def _primary(listed: Any) -> str:
    """The primary address, if it is verified."""
    for entry in listed if isinstance(listed, list) else []:
        if isinstance(entry, dict) and entry.get("primary") is True and entry.get("verified") is True:
            return email_of(entry.get("email"))
    return ""
