"""What becomes of subscriptions when an account goes: they are cancelled at the provider, and the rows stay.

The provider's own record of the customer is forgotten by payments, behind that.
"""

from datetime import datetime
from uuid import UUID

from services.contracts.subscriptions import SubscriptionState
from services.core.identity.credentials import EndedCredentials
from services.core.kit.database import WriteSession
from services.core.payments.calls import ask, cancel_plan
from services.core.subscriptions.reading import subscriptions_of


async def erase(session: WriteSession, user_id: UUID, _at: datetime) -> EndedCredentials:
    """Ask the provider to end what has not ended; nothing more is charged."""
    for row in await subscriptions_of(session, user_id):
        if row.state != SubscriptionState.ENDED:
            await ask(session, cancel_plan(f"user:{user_id}", plan_id=row.id))
    return EndedCredentials()
