"""What happens to accounts, for other domains. Erasure is no event: services/core/privacy/deletion.py calls it."""

from services.core.jobs.events import Event

DELETED = Event("account.deleted", ("user_id",))
SUSPENDED = Event("account.suspended", ("user_id",))
RESTORED = Event("account.restored", ("user_id",))
