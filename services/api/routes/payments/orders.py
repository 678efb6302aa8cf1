"""One's own payments: where they stand, and their receipts. Nothing here is for keys."""

from uuid import UUID

from fastapi import APIRouter

from services.api.deps import ReadDep, ServicesDep, SignedInDep, account_limit
from services.contracts.payments import OrderSummary, PageAddress
from services.core.payments import listing

router = APIRouter(prefix="/api/v1/payments/orders", tags=["payments"])


@router.get("")
async def list_orders(caller: SignedInDep, services: ServicesDep, session: ReadDep) -> list[OrderSummary]:
    """One's own payments, the latest first; at most 200."""
    services.payments.require_money()
    return await listing.orders_of(session, caller.user_id)


@router.post("/{order_id:uuid}/look", dependencies=[account_limit("payments_account")])
async def look(order_id: UUID, caller: SignedInDep, services: ServicesDep) -> OrderSummary:
    """Where a payment stands, asked of the provider now: what a person sees who comes back from its page."""
    return listing.summary_of(await services.payments.money.pages.look(caller.user_id, order_id))


@router.post("/{order_id:uuid}/receipt", dependencies=[account_limit("payments_account")])
async def open_receipt(order_id: UUID, caller: SignedInDep, services: ServicesDep) -> PageAddress:
    """The address of the provider's receipt."""
    return PageAddress(url=await services.payments.money.pages.receipt(caller.user_id, order_id))
