"""The jobs of desires."""

from services.core.jobs.outbox import Job

PROCESS = Job("desires.process", "default")
"""Embed the desire `desire_id` and find its cluster."""

RECOUNT_USER = Job("desires.recount_user", "default")
"""Count the clusters anew in which the user `user_id` has a desire, or follows one."""

RECOUNT_CLUSTERS = Job("desires.recount_clusters", "default")
"""Count the clusters `cluster_ids` anew."""

REEMBED = Job("desires.reembed", "default")
"""Embed what has no vector of the present embedder, until there is nothing left."""
