"""What happens to votes, for other domains."""

from services.core.jobs.events import Event

CHANGED = Event("vote.changed", ("user_id", "shader_id", "value"))
