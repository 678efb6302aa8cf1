"""Prometheus metrics of the renderer; labels are fixed words, never ids or text of strangers."""

from prometheus_client import Counter, Gauge, Histogram

JOBS = Counter(
    "renderer_jobs_total", "Jobs by kind (still, preview, both, sheet, compile) and outcome.", ["kind", "outcome"]
)
STAGE = Histogram(
    "renderer_stage_seconds",
    "Time of a job's stages: queue, compile, still, preview, sheet, encode, total.",
    ["stage"],
    buckets=(0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 4, 8, 15),
)
QUEUE = Gauge("renderer_queue_depth", "Jobs that wait for a slot.")
SLOTS = Gauge("renderer_slots", "Slots by state: free, busy, down.", ["state"])
KILLS = Counter("renderer_gpu_kills_total", "GPU processes killed, by reason: timeout, memory.", ["reason"])
LOST = Counter("renderer_lost_total", "Times that a GPU process or browser died by itself.", ["what"])
BROWSERS = Counter("renderer_browsers_started_total", "Browsers started.")
REPLACED = Counter("renderer_slots_replaced_total", "Slots that got another browser, by reason.", ["reason"])
PSS = Gauge("renderer_browser_pss_bytes", "Memory of a slot's browser, all its processes.", ["slot"])
BACKEND = Gauge("renderer_backend_info", "1 for the backend in use.", ["backend", "renderer", "chromium"])
