"""The jobs of payments."""

from services.core.jobs.outbox import Job

SEND = Job("payments.send", "default")
"""Send the call `call_id` to the provider, unless that is done."""

TAKE_EVENT = Job("payments.take_event", "default")
"""Fetch what the stored event `event_id` is about."""

FETCH = Job("payments.fetch", "default")
"""Fetch the object `object_id` of the kind `kind` and record it."""

FETCH_UNDELIVERED = Job("payments.fetch_undelivered", "default")
"""Store the events that no endpoint of ours took."""

RECONCILE = Job("payments.reconcile", "default")
"""Compare the ledger with the provider."""
