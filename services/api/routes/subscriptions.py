"""What is for sale, and one's own subscription. Without money there is none of it: 404 `payments_off`."""

from typing import Annotated

from fastapi import APIRouter, Depends

from services.api.deps import ReadDep, ServicesDep, SignedInDep, account_limit, address_limit
from services.contracts.payments import PageAddress
from services.contracts.subscriptions import InvoiceSummary, MySubscription, Offer
from services.core.payments.capabilities import require_provider
from services.core.payments.settings import PaymentSettings
from services.core.subscriptions import buying, reading
from services.core.subscriptions.schemas import SubscriptionCheckout
from services.core.subscriptions.settings import SubscriptionSettings


async def _money(services: ServicesDep) -> SubscriptionSettings:
    require_provider(services.settings.of(PaymentSettings), money=True)
    return services.settings.of(SubscriptionSettings)


SettingsDep = Annotated[SubscriptionSettings, Depends(_money)]
router = APIRouter(prefix="/api/v1/subscriptions", tags=["subscriptions"])
ROUTERS = (router,)


@router.get("/offers")
async def read_offers(settings: SettingsDep) -> list[Offer]:
    """The plans for sale; they lift the monthly limit of publishes."""
    return reading.offers(settings)


@router.get("/mine")
async def read_mine(caller: SignedInDep, settings: SettingsDep, session: ReadDep) -> MySubscription:
    """One's own subscription, with what to tell its owner on every page (`attention`)."""
    return await reading.mine(session, caller.user_id, settings)


@router.get("/invoices")
async def read_invoices(caller: SignedInDep, _: SettingsDep, session: ReadDep) -> list[InvoiceSummary]:
    """One's latest invoices and receipts, at most 100."""
    return await reading.invoices(session, caller.user_id)


@router.post("/invoices/{invoice_id}/page", dependencies=[account_limit("payments_account")])
async def open_invoice(invoice_id: str, caller: SignedInDep, services: ServicesDep) -> PageAddress:
    """The address of the provider's page of an own invoice, on which it is read, or paid when it is not."""
    pages = services.payments.money.pages
    async with services.database.read() as session:
        found = await reading.own_invoice(session, caller.user_id, invoice_id)
    return PageAddress(url=await pages.invoice_page(found.id))


@router.post("/checkout", dependencies=[address_limit("checkouts_address"), account_limit("payments_account")])
async def open_checkout(
    body: SubscriptionCheckout, caller: SignedInDep, settings: SettingsDep, services: ServicesDep
) -> PageAddress:
    """The address of the provider's page on which one subscribes. 409 `already_subscribed` with a running one."""
    async with services.database.read() as session:
        wanted = await buying.purchase(session, caller, settings, body.offer_id)
    return PageAddress(url=await services.payments.money.pages.open(wanted))


@router.post("/portal", dependencies=[account_limit("payments_account")])
async def open_portal(caller: SignedInDep, services: ServicesDep) -> PageAddress:
    """The address of the provider's page on which one changes plan or card, cancels and renews."""
    return PageAddress(url=await services.payments.money.pages.portal(caller.user_id))
