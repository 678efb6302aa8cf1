"""Payout accounts: an artist's account at the provider, who alone asks them who they are and where their bank is.

Coming back from the provider's page proves nothing: where the account stands is fetched. The link to that page is good
once, so it is made for a signed-in person who asks for it, and kept nowhere.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col

from services.contracts.payments import PayoutStatus, PayoutSummary
from services.core.accounts.models import User
from services.core.kit.database import Database
from services.core.kit.tables import utc_now
from services.core.ledger.models import AccountKind
from services.core.ledger.posting import Account
from services.core.ledger.reading import balance_of
from services.core.payments.errors import CountryNotPayableError, PayoutAccountNeededError
from services.core.payments.following import Follower
from services.core.payments.models import PayoutAccount, PayoutState
from services.core.payments.provider import Provider
from services.core.payments.settings import PaymentSettings

# What was fetched a moment ago is shown as it is.
_FRESH = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Payouts:
    """Makes payout accounts, and says where they stand."""

    database: Database
    provider: Provider
    follower: Follower
    settings: PaymentSettings
    public_url: str

    async def open(self, user_id: UUID, country: str) -> PayoutSummary:
        """An account in this country, unless there is one. Raises `CountryNotPayableError`."""
        if country not in self.settings.payable_countries:
            raise CountryNotPayableError
        async with self.database.read() as session:
            known, user = await session.get(PayoutAccount, user_id), await session.get_one(User, user_id)
        if known is None:
            key = f"recipient:{user_id}:{country}"
            name, email = user.display_name or user.handle, user.email
            made = await self.provider.create_recipient(
                user_id=str(user_id), country=country, email=email, name=name, key=key
            )
            async with self.database.write() as session:
                row = {"user_id": user_id, "account_id": made.id, "country": made.country or country}
                values = {
                    **row,
                    "state": PayoutState.ONBOARDING,
                    "missing": list(made.missing),
                    "fetched_at": utc_now(),
                }
                await session.execute(
                    insert(PayoutAccount)
                    .values(**values, created_at=utc_now())
                    .on_conflict_do_nothing(index_elements=[col(PayoutAccount.user_id)])
                )
        return await self.summary(user_id)

    async def link(self, user_id: UUID) -> str:
        """The address of the provider's page, good once. Raises `PayoutAccountNeededError`."""
        async with self.database.read() as session:
            account = await session.get(PayoutAccount, user_id)
        if account is None or account.state == PayoutState.CLOSED:
            raise PayoutAccountNeededError
        page = f"{self.public_url}/settings"
        return await self.provider.onboarding_url(
            account.account_id, return_url=f"{page}?payouts=back", refresh_url=f"{page}?payouts=again"
        )

    async def summary(self, user_id: UUID, *, fresh: bool = False) -> PayoutSummary:
        """Where one's account stands, with `fresh` as the provider says now."""
        account = await self._account(user_id)
        if account is None:
            return PayoutSummary(status=PayoutStatus.NO_ACCOUNT, **await self._sums(user_id))
        if fresh and account.state != PayoutState.CLOSED and account.fetched_at < utc_now() - _FRESH:
            await self.follower.recipient(account.account_id)
            account = await self._account(user_id) or account
        return PayoutSummary(
            **await self._sums(user_id),
            status=PayoutStatus(account.state),
            country=account.country,
            missing=account.missing,
            why_not=account.why_not,
            bank_refused_at=account.bank_refused_at,
            checked_at=account.fetched_at,
        )

    async def _sums(self, user_id: UUID) -> dict[str, Any]:
        code = self.settings.currency
        async with self.database.read() as session:
            owed = await balance_of(session, Account(AccountKind.PAYABLE, str(user_id)), code)
            owes = await balance_of(session, Account(AccountKind.DEBT, str(user_id)), code)
        return {"currency": code, "owed": owed, "owes": owes}

    async def _account(self, user_id: UUID) -> PayoutAccount | None:
        async with self.database.read() as session:
            return await session.get(PayoutAccount, user_id)
