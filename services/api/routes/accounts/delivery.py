"""How tokens get to a client, and where a request to sign in comes from."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request, Response

from services.api import limits
from services.api.cookies import Cookie, CookieDep, DeviceCookieDep, StepCookieDep
from services.api.deps import Services, ServicesDep
from services.core.accounts.schemas import Tokens, TokenTransport
from services.core.accounts.sign_in import Device, SecondFactorNeededError


def device_of(request: Request) -> Device:
    """Where the request comes from, for the list of sessions."""
    return Device(request.headers.get("user-agent", ""), limits.address_of(request))


def network_of(request: Request) -> str:
    """What is counted as one client."""
    return limits.network_of(limits.address_of(request))


@dataclass(frozen=True, slots=True)
class Delivery:
    """Gives tokens to a client."""

    response: Response
    services: Services
    refresh: Cookie
    device: Cookie
    step: Cookie

    def deliver(self, tokens: Tokens, transport: TokenTransport) -> Tokens:
        """Put the refresh token where the client wants it; a browser is known as the account's from now on."""
        if transport is TokenTransport.BODY or tokens.refresh_token is None:
            return tokens
        self.refresh.set(self.response, tokens.refresh_token)
        self.device.set(self.response, self.services.known_devices.mark(tokens.user.id))
        return tokens.model_copy(update={"refresh_token": None})

    @contextmanager
    def handing_over(self, transport: TokenTransport) -> Iterator[None]:
        """Put the secret of a second step where the refresh token would go."""
        try:
            yield
        except SecondFactorNeededError as error:
            if transport is TokenTransport.BODY:
                error.extra["ticket"] = f"{error.extra['ticket']}.{error.secret}"
            else:
                error.headers |= self.step.header(error.secret)
            raise


async def delivery_of(
    response: Response, services: ServicesDep, refresh: CookieDep, device: DeviceCookieDep, step: StepCookieDep
) -> Delivery:
    """The way back to the client."""
    return Delivery(response, services, refresh, device, step)


DeliveryDep = Annotated[Delivery, Depends(delivery_of)]
