"""The jobs that draw pictures."""

from services.core.jobs.outbox import Job

RENDER_STILL = Job("render.still", "render")
RENDER_PREVIEW = Job("render.preview", "render")
# Not in their queue: it is the length of that one by which renderers are added.
KEEP_STILL = Job("render.kept", "default")
COUNT_FLASHES = Job("render.flashes", "default")
