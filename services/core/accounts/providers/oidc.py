"""OpenID Connect: any provider with a discovery document, Google among them.

The document must name the configured issuer, the ID token must be signed by a key of it and be for us, for this attempt
(nonce) and for now. Where the ID token has no address the userinfo endpoint is asked, for the same subject. An address
counts as verified only where `email_verified` is true.
"""

import asyncio
import time
from typing import Any
from urllib.parse import urlsplit

from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from joserfc import jwt
from joserfc.errors import JoseError
from pydantic import BaseModel, ValidationError

from services.core.accounts.providers.key_sets import BadTokenError, ProviderKeys
from services.core.accounts.providers.profile import Profile, email_of, name_of
from services.core.accounts.providers.protocol import Answer, Wire
from services.core.accounts.providers.steps import Attempt
from services.core.accounts.sign_in_settings import ProviderConfig

_KEPT_SECONDS = 3_600.0
_LEEWAY_SECONDS = 60


class _Metadata(BaseModel):
    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str | None = None
    token_endpoint_auth_methods_supported: list[str] = ["client_secret_basic"]
    authorization_response_iss_parameter_supported: bool = False


class OidcProvider:
    """A provider by its discovery document, which is read when it is first needed."""

    def __init__(self, config: ProviderConfig) -> None:
        self.config = config
        self._wire = Wire(config)
        self._keys = ProviderKeys(self._read_keys)
        self._found: tuple[_Metadata, float] | None = None
        self._lock = asyncio.Lock()

    async def authorization_url(self, attempt: Attempt, redirect_uri: str) -> str:
        """Where to send the browser; raises `ProviderDownError`."""
        metadata = await self._metadata()
        url: str = prepare_grant_uri(
            metadata.authorization_endpoint,
            client_id=self.config.client_id,
            response_type="code",
            redirect_uri=redirect_uri,
            scope=f"openid email profile {self.config.scopes}".strip(),
            state=attempt.state,
            nonce=attempt.nonce,
            code_challenge=create_s256_code_challenge(attempt.verifier),
            code_challenge_method="S256",
        )
        return url

    async def profile(self, attempt: Attempt, answer: Answer, redirect_uri: str) -> Profile:
        """Who came back; raises `ProviderDownError` and `SignInRefusedError`."""
        metadata = await self._metadata()
        self._check_issuer(metadata, answer)
        basic = "client_secret_basic" in metadata.token_endpoint_auth_methods_supported
        method = "client_secret_basic" if basic else "client_secret_post"
        tokens = await self._wire.exchange(metadata.token_endpoint, method, answer.code, attempt, redirect_uri)
        claims = await self._claims(metadata, attempt, tokens.get("id_token"))
        if "email" not in claims and metadata.userinfo_endpoint is not None:
            claims = {**await self._userinfo(metadata.userinfo_endpoint, tokens, claims["sub"]), **claims}
        return Profile(
            issuer=metadata.issuer,
            subject=claims["sub"],
            email=email_of(claims.get("email")),
            verified=claims.get("email_verified") is True,
            name=name_of(claims.get("name")),
            nickname=name_of(claims.get("preferred_username") or claims.get("nickname")),
        )

    def _check_issuer(self, metadata: _Metadata, answer: Answer) -> None:
        """RFC 9207: a code of another provider is not carried to this one."""
        missing = answer.issuer is None and metadata.authorization_response_iss_parameter_supported
        if missing or answer.issuer not in {None, metadata.issuer}:
            raise self._wire.refused("the answer came from another issuer")

    async def _claims(self, metadata: _Metadata, attempt: Attempt, token: object) -> dict[str, Any]:
        if not isinstance(token, str):
            raise self._wire.refused("there is no ID token")
        try:
            claims = await self._keys.claims(token)
            jwt.JWTClaimsRegistry(
                leeway=_LEEWAY_SECONDS,
                iss={"essential": True, "value": metadata.issuer},
                aud={"essential": True, "value": self.config.client_id},
                exp={"essential": True},
                iat={"essential": True},
                nonce={"essential": True, "value": attempt.nonce},
                sub={"essential": True},
            ).validate(claims)
        except BadTokenError as error:
            raise self._wire.refused(str(error)) from None
        except (JoseError, ValueError, TypeError) as error:
            raise self._wire.refused(f"a claim is wrong: {type(error).__name__}") from None
        self._check_party(claims)
        if not isinstance(claims["sub"], str) or not 1 <= len(claims["sub"]) <= 255:
            raise self._wire.refused("the subject is no text of up to 255 characters")
        return claims

    def _check_party(self, claims: dict[str, Any]) -> None:
        """A token for several says which of them asked for it, and that is we."""
        alone = claims["aud"] in (self.config.client_id, [self.config.client_id])
        if claims.get("azp", self.config.client_id if alone else None) != self.config.client_id:
            raise self._wire.refused("the token was made for another client")

    async def _userinfo(self, url: str, tokens: dict[str, Any], subject: str) -> dict[str, Any]:
        found = await self._wire.get(url, {"Authorization": f"Bearer {tokens.get('access_token')}"})
        if not isinstance(found, dict) or found.get("sub") != subject:
            raise self._wire.refused("the userinfo endpoint speaks of somebody else")
        return found

    async def _metadata(self) -> _Metadata:
        async with self._lock:
            if self._found is not None and time.monotonic() - self._found[1] < _KEPT_SECONDS:
                return self._found[0]
            url = f"{self.config.issuer.rstrip('/')}/.well-known/openid-configuration"
            try:
                metadata = _Metadata.model_validate(await self._wire.get(url))
            except ValidationError as error:
                raise self._wire.down("its discovery document is not whole") from error
            if metadata.issuer != self.config.issuer:
                raise self._wire.down("its discovery document names another issuer")
            if urlsplit(self.config.issuer).scheme == "https" and not _all_https(metadata):
                raise self._wire.down("its discovery document leaves https")
            self._found = metadata, time.monotonic()
            return metadata

    async def _read_keys(self) -> Any:
        return await self._wire.get((await self._metadata()).jwks_uri)


def _all_https(metadata: _Metadata) -> bool:
    urls = (metadata.authorization_endpoint, metadata.token_endpoint, metadata.jwks_uri, metadata.userinfo_endpoint)
    return all(url is None or url.startswith("https://") for url in urls)
