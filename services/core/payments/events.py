"""What payments tell others."""

from services.core.jobs.events import Event

CHANGED = Event("payments.changed", ("subject",))
"""The mirror of `subject` (`pledge:ID`, `user:ID` for subscriptions and payout accounts) is as last fetched: look."""
