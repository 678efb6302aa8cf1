"""Pages of the provider that somebody opens from a request: paying, subscribing, the portal.

A page is a row first. Asked again while it is open, the same page comes back; a row whose page we never heard of is
opened with the same key and parameters, which gives the same page. Addresses are fetched each time and kept nowhere.
"""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col

from services.core.kit.database import Database, ReadSession, WriteSession
from services.core.kit.errors import NotFoundError
from services.core.kit.tables import utc_now
from services.core.payments.errors import AlreadyPaidError, TooManyCheckoutsError
from services.core.payments.following import Follower
from services.core.payments.models import OrderState, PaymentCustomer, PaymentOrder
from services.core.payments.objects import Checkout, CheckoutOrder, CheckoutStatus, PlanOrder
from services.core.payments.provider import Provider, ProviderRefusedError
from services.core.payments.settings import PaymentSettings

# What is left of a page must be enough to pay on it; the provider wants pages to live for half an hour at least.
_LEFT, _LEAST = timedelta(minutes=2), timedelta(minutes=31)
_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Purchase:
    """What somebody is to pay for. Amount and currency are ours; `purpose` is what the provider groups it by.

    With `price_id` it is a subscription, and the amount is only for our list.
    """

    subject: str
    user_id: UUID
    amount: int
    currency: str
    title: str
    purpose: str
    price_id: str | None = None


@dataclass(frozen=True, slots=True)
class PaymentPages:
    """Opens pages, and looks where they stand."""

    database: Database
    provider: Provider
    follower: Follower
    settings: PaymentSettings
    public_url: str

    async def open(self, purchase: Purchase) -> str:
        """The address of a page on which this is paid. Raises `AlreadyPaidError`, `TooManyCheckoutsError`."""
        for _ in range(2):
            await self._end_last(purchase)
            async with self.database.write() as session:
                order = await _order(session, purchase, self.settings)
            checkout = await self._checkout(order)
            if checkout.status == CheckoutStatus.OPEN and checkout.url:
                return checkout.url
            # It has ended meanwhile: paid, or expired and followed by another one.
            if checkout.status == CheckoutStatus.COMPLETE:
                break
        raise AlreadyPaidError

    async def _end_last(self, purchase: Purchase) -> None:
        """End the last page for this where it serves no more: one that is open beside another could be paid, too."""
        async with self.database.read() as session:
            last = await _latest(session, purchase.subject)
        if last is None or last.price_id is not None or not _is_open(last) or _serves(last, purchase):
            return
        try:
            checkout = await (self.provider.fetch_checkout(last.checkout_id) if last.checkout_id else self.reopen(last))
            if checkout.status == CheckoutStatus.OPEN:
                checkout = await self.provider.expire_checkout(checkout.id)
        except ProviderRefusedError:
            await self._give_up(last.id)
        else:
            await self.follower.checkout(checkout)

    async def _checkout(self, order: PaymentOrder) -> Checkout:
        checkout = (
            await self.provider.fetch_checkout(order.checkout_id) if order.checkout_id else await self.reopen(order)
        )
        await self.follower.checkout(checkout)
        return checkout

    async def reopen(self, order: PaymentOrder) -> Checkout:
        """The page of a row, opened now or before: key and parameters are the row's."""
        back = f"{self.public_url}/payments/return?order={order.id}"
        urls = {"success_url": back, "cancel_url": f"{back}&left=true"}
        names = {"subject": order.subject, "order_id": str(order.id)}
        key = f"checkout:{order.subject}:{order.attempt}"
        if order.price_id is None:
            paying = CheckoutOrder(
                **names,
                **urls,
                amount=order.amount,
                currency=order.currency,
                title=order.title,
                group=order.purpose,
                expires_at=order.expires_at,
            )
            return await self.provider.open_checkout(paying, key=key)
        customer_id = await self.customer(order.user_id)
        subscribing = PlanOrder(
            **names, **urls, price_id=order.price_id, customer_id=customer_id, expires_at=order.expires_at
        )
        return await self.provider.open_plan_checkout(subscribing, key=key)

    async def customer(self, user_id: UUID) -> str:
        """Who the user is to the provider; made when it is first needed."""
        async with self.database.read() as session:
            known = await session.get(PaymentCustomer, user_id)
        if known is not None:
            return known.customer_id
        made = await self.provider.create_customer(user_id=str(user_id), key=f"customer:{user_id}")
        async with self.database.write() as session:
            row = insert(PaymentCustomer).values(user_id=user_id, customer_id=made)
            await session.execute(row.on_conflict_do_nothing())
        return made

    async def look(self, user_id: UUID, order_id: UUID) -> PaymentOrder:
        """Where one's own page stands, asked of the provider now. Raises `NotFoundError`."""
        async with self.database.read() as session:
            order = await _own(session, user_id, order_id)
        if order.checkout_id is not None and order.state in (OrderState.OPEN, OrderState.PROCESSING):
            await self.follower.follow("checkout.session", order.checkout_id)
            async with self.database.read() as session:
                order = await _own(session, user_id, order_id)
        return order

    async def receipt(self, user_id: UUID, order_id: UUID) -> str:
        """The address of the provider's receipt for one's own payment. Raises `NotFoundError`."""
        async with self.database.read() as session:
            order = await _own(session, user_id, order_id)
        payment = await self.provider.fetch_payment(order.payment_id) if order.payment_id else None
        if payment is None or payment.receipt_url is None:
            raise NotFoundError("There is no receipt yet")
        return payment.receipt_url

    async def portal(self, user_id: UUID) -> str:
        """The address of the page on which one changes or ends a subscription. Raises `NotFoundError`."""
        async with self.database.read() as session:
            known = await session.get(PaymentCustomer, user_id)
        if known is None:
            raise NotFoundError("There is no subscription yet")
        return await self.provider.portal_url(known.customer_id, return_url=f"{self.public_url}/settings")

    async def invoice_page(self, invoice_id: str) -> str:
        """The address of an invoice's page; whose it is, is asked by whoever calls."""
        found = await self.provider.fetch_invoice(invoice_id)
        if found.page_url is None:
            raise NotFoundError("There is no page of this invoice")
        return found.page_url

    async def mend(self, order: PaymentOrder) -> None:
        """For the sweep: open the page of a row that has none, or give it up when nothing can come of it."""
        if order.expires_at > utc_now() + _LEFT:
            try:
                await self.follower.checkout(await self.reopen(order))
            except ProviderRefusedError:
                await self._give_up(order.id)
        elif order.expires_at < utc_now() - timedelta(days=1):
            await self._give_up(order.id)

    async def _give_up(self, order_id: UUID) -> None:
        async with self.database.write() as session:
            order = await session.get(PaymentOrder, order_id, with_for_update=True)
            if order is not None and order.state == OrderState.ASKED:
                order.state = OrderState.EXPIRED


async def _order(session: WriteSession, purchase: Purchase, settings: PaymentSettings) -> PaymentOrder:
    """The row of the page that is open for this, or a new one; one request at a time for each subject."""
    await session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:s, 17))"), {"s": purchase.subject})
    latest = await _latest(session, purchase.subject)
    now = utc_now()
    if latest is not None and latest.price_id is None and latest.state in (OrderState.PAID, OrderState.PROCESSING):
        raise AlreadyPaidError
    if latest is not None and _serves(latest, purchase):
        return latest
    made = col(PaymentOrder.user_id) == purchase.user_id, col(PaymentOrder.created_at) > now - _HOUR
    if (await session.scalar(select(func.count()).select_from(PaymentOrder).where(*made)) or 0) >= (
        settings.checkouts_per_hour
    ):
        raise TooManyCheckoutsError(retry_after=int(_HOUR.total_seconds()))
    order = PaymentOrder(
        subject=purchase.subject,
        attempt=latest.attempt + 1 if latest is not None else 1,
        user_id=purchase.user_id,
        amount=purchase.amount,
        currency=purchase.currency,
        title=purchase.title,
        purpose=purchase.purpose,
        price_id=purchase.price_id,
        expires_at=now + max(timedelta(minutes=settings.checkout_minutes), _LEAST),
    )
    session.add(order)
    return order


async def _latest(session: ReadSession, subject: str) -> PaymentOrder | None:
    statement = select(PaymentOrder).where(col(PaymentOrder.subject) == subject)
    found: PaymentOrder | None = await session.scalar(statement.order_by(col(PaymentOrder.attempt).desc()).limit(1))
    return found


def _is_open(order: PaymentOrder) -> bool:
    return order.state in (OrderState.ASKED, OrderState.OPEN)


def _serves(order: PaymentOrder, purchase: Purchase) -> bool:
    """Whether its page is still one for this."""
    wanted = (purchase.amount, purchase.currency, purchase.price_id)
    is_same = (order.amount, order.currency, order.price_id) == wanted
    return _is_open(order) and is_same and order.expires_at > utc_now() + _LEFT


async def _own(session: ReadSession, user_id: UUID, order_id: UUID) -> PaymentOrder:
    order = await session.get(PaymentOrder, order_id)
    if order is None or order.user_id != user_id:
        raise NotFoundError
    return order
