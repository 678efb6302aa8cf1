"""What a process opens once where money is taken: the provider, and all that asks it."""

from dataclasses import dataclass

from services.core.kit.database import Database
from services.core.payments import measuring
from services.core.payments.capabilities import PaymentsOffError, require_provider
from services.core.payments.following import Follower
from services.core.payments.opening import open_provider
from services.core.payments.pages import PaymentPages
from services.core.payments.payouts import Payouts
from services.core.payments.provider import Provider
from services.core.payments.reconciling import Reconciler
from services.core.payments.sending import Sender
from services.core.payments.settings import PaymentSettings
from services.core.payments.taking import EventTaker


class MoneyLeftError(Exception):
    """Payments were switched off while money is owed; nobody would send it. It says what to do."""

    def __init__(self, owed: list[str]) -> None:
        name = PaymentSettings.variable("provider")
        super().__init__(
            f"{', '.join(owed)} of pledges are held or owed, and {name} is not stripe any more. Set it back, run "
            "`fractafrag admin drain`, and wait until `fractafrag admin payments` shows nothing held, payable or due"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Money:
    """Everything that asks the provider."""

    provider: Provider
    follower: Follower
    sender: Sender
    taker: EventTaker
    pages: PaymentPages
    payouts: Payouts
    reconciler: Reconciler


@dataclass(frozen=True, slots=True)
class Payments:
    """The settings of payments, and `money` where it is taken."""

    settings: PaymentSettings
    opened: Money | None

    @classmethod
    def open(
        cls, database: Database, settings: PaymentSettings, public_url: str, provider: Provider | None = None
    ) -> "Payments":
        """On the present loop; nothing is asked yet. Tests give a provider."""
        provider = provider or open_provider(settings)
        if provider is None:
            return cls(settings, None)
        follower, url = Follower(database, provider, settings), public_url.rstrip("/")
        money = Money(
            provider=provider,
            follower=follower,
            sender=Sender(database, provider, follower),
            taker=EventTaker(database, follower),
            pages=PaymentPages(database, provider, follower, settings, url),
            payouts=Payouts(database, provider, follower, settings, url),
            reconciler=Reconciler(database, follower),
        )
        return cls(settings, money)

    @property
    def money(self) -> Money:
        """Raises `PaymentsOffError` where no money is taken."""
        if self.opened is None:
            raise PaymentsOffError
        return self.opened

    def require_money(self) -> None:
        """Raise `PaymentsOffError` where no money is taken."""
        require_provider(self.settings, money=True)

    async def check_left(self, database: Database) -> None:
        """Raise `MoneyLeftError` where no money is taken any more and some is still owed to people."""
        if self.opened is not None:
            return
        async with database.read() as session:
            owed = await measuring.left(session)
        if owed:
            raise MoneyLeftError(owed)

    async def aclose(self) -> None:
        """Close connections."""
        if self.opened is not None:
            await self.opened.provider.aclose()
