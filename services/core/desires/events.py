"""What happens to desires, for other domains."""

from services.core.jobs.events import Event

CHANGED = Event("desire.changed", ("desire_id",))
"""It was answered, an answer was accepted, declined or taken back, or it is open no more, or again: look at it."""
