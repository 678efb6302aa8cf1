"""Sign-in with providers, and the ways into one's own account. The rules are in core/accounts/providers/flow.py."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Request, Response

from services.api import limits
from services.api.cookies import AttemptCookieDep, PendingCookieDep, SameSiteDep
from services.api.deps import (
    ProvenDep,
    ReadDep,
    ServicesDep,
    SignedInDep,
    account_limit,
    address_limit,
    maybe_caller,
    no_key,
)
from services.api.routes.accounts.delivery import DeliveryDep, device_of, network_of
from services.core.accounts import identities, service
from services.core.accounts.providers.flow import Finished
from services.core.accounts.providers.protocol import Answer
from services.core.accounts.providers.schemas import (
    Identity,
    ProviderAccount,
    ProviderBegin,
    ProviderInfo,
    ProviderProposal,
    ProviderRegistration,
    ProviderResult,
    ProviderReturn,
    ProviderUrl,
    ReturnPath,
    SignInWays,
    WaysInto,
)
from services.core.accounts.schemas import TokenTransport
from services.core.accounts.sign_in_settings import SignInSettings
from services.core.wording.gate import require

router = APIRouter(prefix="/api/v1/auth", tags=["auth"], dependencies=[Depends(no_key)])
_STEP = [SameSiteDep, address_limit("login_address")]
Name = Annotated[str, Path(max_length=40, examples=["github"])]


@router.get("/ways")
async def list_ways(services: ServicesDep) -> SignInWays:
    """How one gets into this site."""
    settings = services.settings.of(SignInSettings)
    return SignInWays(
        passwords=settings.passwords,
        registration=settings.registration,
        mail=services.mails.is_on,
        providers=_providers(settings),
    )


@router.post("/providers/{name}/begin", dependencies=_STEP)
async def begin_sign_in(
    name: Name, body: ProviderBegin, response: Response, services: ServicesDep, attempt: AttemptCookieDep
) -> ProviderUrl:
    """Begin a sign-in with a provider: the browser goes to `url`, and comes back to /sign-in/with/NAME of the site."""
    url, kept = await services.provider_sign_in.begin(name, body.return_to)
    attempt.set(response, kept)
    return ProviderUrl(url=url)


@router.post("/providers/{name}/link", dependencies=[SameSiteDep, account_limit("password_account")])
async def begin_link(
    name: Name,
    body: ProviderBegin,
    response: Response,
    caller: ProvenDep,
    services: ServicesDep,
    attempt: AttemptCookieDep,
) -> ProviderUrl:
    """Begin to link a provider to one's account; it goes on as a sign-in does."""
    url, kept = await services.provider_sign_in.begin(name, body.return_to, caller)
    attempt.set(response, kept)
    return ProviderUrl(url=url)


@router.post("/providers/{name}/finish", dependencies=_STEP)
async def finish_sign_in(
    name: Name,
    body: ProviderReturn,
    request: Request,
    services: ServicesDep,
    delivery: DeliveryDep,
    attempt: AttemptCookieDep,
    pending: PendingCookieDep,
) -> ProviderResult:
    """Go on with what the provider led back with, once, in the browser in which it began.

    To link, send the access token, too.
    """
    answer = Answer(body.code, body.iss) if body.code is not None and body.error is None else None
    caller = await maybe_caller(request)
    kept = attempt.read(request)
    attempt.clear(delivery.response)
    done = await services.provider_sign_in.finish(name, answer, body.state, kept, device_of(request), caller)
    if done.pending is not None:
        pending.set(delivery.response, done.pending)
    tokens = delivery.deliver(done.tokens, TokenTransport.COOKIE) if done.tokens is not None else None
    return ProviderResult(next=done.next, return_to=done.return_to, tokens=tokens, proposal=_proposal(done))


@router.post("/providers/register", dependencies=[SameSiteDep])
async def register_with_provider(
    body: ProviderRegistration,
    request: Request,
    services: ServicesDep,
    delivery: DeliveryDep,
    pending: PendingCookieDep,
) -> ProviderAccount:
    """Make the account of who came back from a provider, and sign in."""
    await limits.take(request, services, register_address=network_of(request))
    await require(services.texts, body)
    kept, device = pending.read(request), device_of(request)
    tokens, return_to = await services.provider_sign_in.register(kept, body, device)
    pending.clear(delivery.response)
    return ProviderAccount(tokens=delivery.deliver(tokens, TokenTransport.COOKIE), return_to=return_to)


@router.post("/providers/confirm", dependencies=[SameSiteDep, account_limit("password_account")])
async def confirm_link(
    request: Request, response: Response, caller: SignedInDep, services: ServicesDep, pending: PendingCookieDep
) -> ReturnPath:
    """Link who came back from a provider to the account with their address, to which one has signed in."""
    return_to = await services.provider_sign_in.confirm(pending.read(request), caller)
    pending.clear(response)
    return ReturnPath(return_to=return_to)


@router.get("/identities")
async def list_identities(caller: SignedInDep, session: ReadDep, services: ServicesDep) -> WaysInto:
    """The ways into one's account."""
    user = await service.current_user(session, caller.user_id)
    found = [Identity.model_validate(row) for row in await identities.of_user(session, user.id)]
    label_of = services.provider_sign_in.label_of
    return WaysInto(
        has_password=user.password_hash is not None,
        identities=[entry.model_copy(update={"label": label_of(entry.issuer)}) for entry in found],
        providers=_providers(services.settings.of(SignInSettings)),
    )


@router.delete("/identities/{identity_id:uuid}", status_code=204)
async def unlink(identity_id: UUID, caller: ProvenDep, services: ServicesDep) -> None:
    """Unlink a provider from one's account. 409 `last_way_in` where nothing else would lead into it."""
    await services.provider_sign_in.unlink(caller, identity_id)


def _providers(settings: SignInSettings) -> list[ProviderInfo]:
    return [ProviderInfo(name=provider.name, label=provider.label) for provider in settings.configured]


def _proposal(done: Finished) -> ProviderProposal | None:
    if done.profile is None:
        return None
    profile = done.profile
    return ProviderProposal(
        handle=done.handle, display_name=profile.name, email=profile.email, email_verified=profile.verified
    )
