"""The jobs that learn what a user likes."""

from services.core.jobs.outbox import Job

UPDATE_TASTE = Job("feed.update_taste", "default")
"""Compute the taste of the user `user_id` anew."""
UPDATE_AUTHORS_TASTE = Job("feed.update_authors_taste", "default")
"""The same of the user `author_id`."""
RECOUNT_LOOKS = Job("feed.recount_looks", "default")
"""Take back what the suspended user `user_id` added to the counts of all; of one who was restored, add it again."""
