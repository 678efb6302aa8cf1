"""The job that counts votes anew."""

from services.core.jobs.outbox import Job

RECOUNT = Job("votes.recount", "default")
"""Count the votes on all that the user `user_id` has voted on."""
