"""The jobs of bounties."""

from services.core.jobs.outbox import Job

LOOK = Job("bounties.look", "default")
"""Bring the pledges on the desire `desire_id` in line with it and its answers."""

TICK = Job("bounties.tick", "default")
"""Do with the pledge `pledge_id` what its time has come for."""

FOLLOW = Job("bounties.follow", "default")
"""Bring the pledge of `subject` in line with what the provider says."""

LEAVE = Job("bounties.leave", "default")
"""Withdraw the active pledges of the deleted account `user_id`."""
