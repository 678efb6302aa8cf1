"""What happens to the pictures of a version, for other domains."""

from services.core.jobs.events import Event

# The still is there; the loop may follow.
READY = Event("render.ready", ("shader_id", "version"))
LOOP_READY = Event("render.loop_ready", ("shader_id", "version"))
FAILED = Event("render.failed", ("shader_id", "version", "code"))
