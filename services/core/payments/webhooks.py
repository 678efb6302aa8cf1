"""Taking in what the provider sends: who signed it, for which mode and account, and then into the table as it is.

Nothing else is done here: what an event is about is fetched by a job (taking.py).
"""

import json
from dataclasses import dataclass

import structlog
from prometheus_client import Counter

from services.core.kit.database import Database
from services.core.kit.errors import FractafragError
from services.core.payments import taking
from services.core.payments.capabilities import PaymentsOffError
from services.core.payments.objects import Hint
from services.core.payments.settings import PaymentSettings, WebhookSettings
from services.core.payments.stripe_objects import hint_of

REFUSED = Counter("payments_webhooks_refused_total", "Events that were not taken, by endpoint.", ["endpoint", "why"])
TAKEN = Counter("payments_webhooks_total", "Events that were taken in, by endpoint.", ["endpoint", "outcome"])
ENDPOINTS = tuple(taking.TYPES)

log = structlog.get_logger("payments")


class BadEventError(FractafragError):
    """This is no event for us; the provider sends it again for some days."""

    status = 400
    code = "bad_event"
    title = "This is no event for this site"


@dataclass(frozen=True, slots=True)
class Webhooks:
    """The endpoints of this site at the provider."""

    database: Database
    settings: PaymentSettings
    secrets: WebhookSettings

    async def receive(self, endpoint: str, payload: bytes, signature: str) -> None:
        """Store an event once. Raises `PaymentsOffError` without a secret, and `BadEventError`."""
        secrets = self.secrets.secrets_of(endpoint) if endpoint in ENDPOINTS else ()
        if not self.settings.takes_money or not secrets:
            raise PaymentsOffError
        from services.core.payments.stripe_provider import api_version, is_signed

        if not is_signed(payload, signature, secrets):
            raise _refused(endpoint, "signature")
        hint = _hint(endpoint, payload)
        if hint.livemode != self.settings.livemode:
            raise _refused(endpoint, "mode")
        async with self.database.write() as session:
            if endpoint == "connected" and (
                hint.account_id is None or not await taking.is_known_account(session, hint.account_id)
            ):
                raise _refused(endpoint, "account")
            is_new = await taking.store(session, endpoint, hint, payload)
        TAKEN.labels(endpoint, "new" if is_new else "again").inc()
        if hint.api_version not in (None, api_version()):
            log.warning("event_of_another_version", event_id=hint.id)


def _hint(endpoint: str, payload: bytes) -> Hint:
    try:
        return hint_of(json.loads(payload))
    except (ValueError, RecursionError):
        raise _refused(endpoint, "form") from None


def _refused(endpoint: str, why: str) -> BadEventError:
    REFUSED.labels(endpoint, why).inc()
    return BadEventError()
