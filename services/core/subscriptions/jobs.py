"""The jobs of subscriptions."""

from services.core.jobs.outbox import Job

SETTLE = Job("subscriptions.settle", "default")
"""Bring subscriptions and what they entitle to up to date with the mirror, where `subject` is a user."""
