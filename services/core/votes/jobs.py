"""The jobs that count votes anew."""

from services.core.jobs.outbox import Job

RECOUNT = Job("votes.recount", "default")
"""Count the votes on all that the user `user_id` has voted on."""

AGE = Job("votes.age", "default")
"""Give votes the weight that the age of their accounts has come to."""
