"""What happens to shaders, for other domains."""

from services.core.jobs.events import Event

# The first time that others can see it.
PUBLISHED = Event("shader.published", ("shader_id", "author_id"))
# A version is new, or its still is to be taken at another time.
PICTURES_WANTED = Event("shader.pictures_wanted", ("shader_id", "version"))
