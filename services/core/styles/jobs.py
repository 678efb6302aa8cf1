"""The jobs that make style vectors."""

from services.core.jobs.outbox import Job

EMBED = Job("styles.embed", "default")
# One batch of the works whose vectors are missing or out of date.
CATCH_UP = Job("styles.catch_up", "default")
