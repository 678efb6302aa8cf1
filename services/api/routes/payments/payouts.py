"""One's own payouts: the account at the provider, what is owed and what was sent. Nothing here is for keys."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from services.api.deps import ReadDep, ServicesDep, SignedInDep, account_limit
from services.contracts.payments import PageAddress, PayoutSummary, TransferSummary
from services.core.payments import listing
from services.core.payments.schemas import PayoutAccountCreate

router = APIRouter(prefix="/api/v1/payouts", tags=["payouts"])


@router.get("", dependencies=[account_limit("payments_account")])
async def read_payouts(caller: SignedInDep, services: ServicesDep) -> PayoutSummary:
    """Where one's payout account stands, as the provider says now, and what is owed."""
    return await services.payments.money.payouts.summary(caller.user_id, fresh=True)


@router.post("/account", dependencies=[account_limit("payments_account")])
async def open_account(body: PayoutAccountCreate, caller: SignedInDep, services: ServicesDep) -> PayoutSummary:
    """Have a payout account made, unless there is one. Who one is and where the bank is, only the provider asks."""
    return await services.payments.money.payouts.open(caller.user_id, body.country)


@router.post("/link", dependencies=[account_limit("payments_account")])
async def open_link(caller: SignedInDep, services: ServicesDep) -> PageAddress:
    """The address of the provider's page on which the account is filled in. It is good once and for minutes."""
    return PageAddress(url=await services.payments.money.payouts.link(caller.user_id))


@router.get("/transfers")
async def list_transfers(caller: SignedInDep, services: ServicesDep, session: ReadDep) -> list[TransferSummary]:
    """What was sent to one's account, the latest first; at most 500."""
    services.payments.require_money()
    return await listing.transfers_to(session, caller.user_id)


@router.get("/statement", response_class=Response, responses={200: {"content": {"text/csv": {}}}})
async def read_statement(
    caller: SignedInDep, services: ServicesDep, session: ReadDep, year: Annotated[int, Query(ge=2000, le=9998)]
) -> Response:
    """A year's transfers as CSV, for one's own books. Amounts are in whole currency, as people write them."""
    services.payments.require_money()
    text = await listing.statement(session, caller.user_id, year)
    headers = {"Content-Disposition": f'attachment; filename="payouts-{year}.csv"'}
    return Response(text, media_type="text/csv; charset=utf-8", headers=headers)
