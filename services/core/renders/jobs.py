"""The jobs that draw pictures."""

from services.core.jobs.outbox import Job

RENDER_STILL = Job("render.still", "render")
RENDER_PREVIEW = Job("render.preview", "render")
