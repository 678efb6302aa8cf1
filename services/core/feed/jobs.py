"""The job that learns what a user likes."""

from services.core.jobs.outbox import Job

UPDATE_TASTE = Job("feed.update_taste", "default")
