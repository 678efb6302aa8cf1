"""The status after a tick: pure, from the decision and what was seen.

`tick_status` is for a tick that reached a plan (the queue may have been unreadable); `failed_status` for one that did
not, because the spec, the target or the Redis URL is missing or wrong. Neither fails.
"""

from datetime import datetime

from operators.renderer.api import AutoscalerSpec, AutoscalerStatus
from operators.renderer.plan import Observation, Plan
from operators.renderer.reasons import ConditionReason


def tick_status(
    spec: AutoscalerSpec,
    seen: Observation,
    plan: Plan,
    previous: AutoscalerStatus,
    *,
    generation: int | None,
    now: datetime,
    error: str | None = None,
) -> AutoscalerStatus:
    """The status after `plan`; `error` says why the queue could not be read."""
    raise NotImplementedError


def failed_status(
    previous: AutoscalerStatus, reason: ConditionReason, message: str, *, generation: int | None, now: datetime
) -> AutoscalerStatus:
    """`previous` with Ready False; everything remembered stays."""
    raise NotImplementedError
