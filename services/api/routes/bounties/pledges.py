"""Pledges: make one, take it back, one's own, and the bounty of a desire."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from services.api.authentication import KEY_SCOPE
from services.api.deps import (
    CallerDep,
    Cursor,
    IdempotencyDep,
    IdempotentRoute,
    Limit,
    MaybeCallerDep,
    ReadDep,
    ServicesDep,
    SignedInDep,
    WriteDep,
    account_limit,
    address_limit,
)
from services.api.routes.desires.board import DesireId
from services.contracts.bounties import BountyPublic, PledgeCreated, PledgePublic, Points
from services.contracts.pages import Page
from services.contracts.payments import PageAddress
from services.core.bounties import paying, pledging, points, reading, viewing
from services.core.bounties.schemas import PledgeCreate
from services.core.bounties.terms import terms
from services.core.identity.permissions import Scope
from services.core.kit.tables import utc_now
from services.core.payments.capabilities import require_provider
from services.core.payments.settings import PaymentSettings

desires_router = APIRouter(prefix="/api/v1/desires", tags=["bounties"], route_class=IdempotentRoute)
router = APIRouter(prefix="/api/v1/pledges", tags=["bounties"], route_class=IdempotentRoute)
points_router = APIRouter(prefix="/api/v1/points", tags=["bounties"])


async def payment_settings(services: ServicesDep) -> PaymentSettings:
    """The settings of payments; 404 `payments_off` where nobody can pledge."""
    settings = services.settings.of(PaymentSettings)
    require_provider(settings)
    return settings


PaymentsDep = Annotated[PaymentSettings, Depends(payment_settings)]


@desires_router.get("/{desire_id}/bounty")
async def read_bounty(
    desire_id: DesireId, caller: MaybeCallerDep, settings: PaymentsDep, session: ReadDep
) -> BountyPublic:
    """What is pledged on a desire, by whom and until when; its answers, and who was paid what by whom."""
    return await viewing.bounty(session, caller, desire_id, settings, utc_now())


@desires_router.post(
    "/{desire_id}/pledges",
    status_code=201,
    dependencies=[account_limit("pledges_account")],
    openapi_extra={KEY_SCOPE: Scope.BOUNTY.value},
)
async def pledge(
    desire_id: DesireId,
    body: PledgeCreate,
    caller: CallerDep,
    settings: PaymentsDep,
    session: WriteDep,
    response: Response,
    _: IdempotencyDep,
) -> PledgeCreated:
    """Pledge on an open desire. Points count at once; money once a person has paid it on the checkout's page.

    A key needs the scope `bounty` and limits that its owner has set on it.
    """
    made = await pledging.create(session, caller, desire_id, body, settings, utc_now())
    response.headers["Location"] = f"{router.prefix}/{made.id}"
    found = await reading.pledge(session, caller, made.id)
    return PledgeCreated(**found.model_dump(), terms=terms(settings))


@router.get("")
async def list_pledges(
    caller: CallerDep, settings: PaymentsDep, session: ReadDep, cursor: Cursor = None, limit: Limit = 24
) -> Page[PledgePublic]:
    """One's own pledges, the newest first."""
    return await reading.own(session, caller, cursor=cursor, limit=limit)


@router.get("/{pledge_id}")
async def read_pledge(pledge_id: UUID, caller: CallerDep, settings: PaymentsDep, session: ReadDep) -> PledgePublic:
    """One's own pledge with its history."""
    return await reading.pledge(session, caller, pledge_id)


@router.post(
    "/{pledge_id}/checkout", dependencies=[account_limit("payments_account"), address_limit("checkouts_address")]
)
async def checkout(pledge_id: UUID, caller: SignedInDep, settings: PaymentsDep, services: ServicesDep) -> PageAddress:
    """The page on which a person pays a pledge by card. It is good for an hour or so; ask again for another one."""
    services.payments.require_money()
    async with services.database.read() as session:
        wanted = await paying.purchase(session, caller, pledge_id)
    return PageAddress(url=await services.payments.money.pages.open(wanted))


@router.post("/{pledge_id}/withdraw")
async def withdraw(pledge_id: UUID, caller: SignedInDep, settings: PaymentsDep, session: WriteDep) -> PledgePublic:
    """Take a pledge back: all of it goes back to you. 409 `pledge_in_review` while a work waits, with its end."""
    await pledging.withdraw(session, caller, pledge_id, settings, utc_now())
    return await reading.pledge(session, caller, pledge_id)


@points_router.get("")
async def read_points(caller: CallerDep, settings: PaymentsDep, session: ReadDep) -> Points:
    """One's own points: what is left to pledge, with this month's, and what one has received."""
    left = await points.left(session, caller, 0 if settings.takes_money else settings.thanks_per_month, utc_now())
    return Points(left=left, reputation=await points.reputation(session, caller.user_id))
