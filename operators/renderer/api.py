"""The RendererAutoscaler as Python types: what people write (spec) and what the operator answers (status).

The CustomResourceDefinition is generated from these models (`crd.py`), so limits and defaults stand here only.
`AutoscalerSpec.model_validate(object["spec"])` raises pydantic's ValidationError for what the API server's schema
would have refused too; the operator then reports Ready False. Unknown fields are ignored, because a newer
definition may be installed before a newer operator is.
"""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cronsim import CronSim, CronSimError
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, model_validator
from pydantic.alias_generators import to_camel

from operators.renderer.reasons import ConditionReason, ConditionType, LimitedBy, Reason

GROUP, VERSION, KIND = "fractafrag.dev", "v1alpha1", "RendererAutoscaler"
PLURAL, SINGULAR, SHORT, CATEGORY = "rendererautoscalers", "rendererautoscaler", "ras", "fractafrag"
API_VERSION = f"{GROUP}/{VERSION}"

PAUSED_SCALE_IN = f"{GROUP}/paused-scale-in"
PAUSED_SCALE_OUT = f"{GROUP}/paused-scale-out"
PAUSED_REPLICAS = f"{GROUP}/paused-replicas"

Count = Annotated[int, Field(ge=0, le=1000)]
Name = Annotated[str, StringConstraints(min_length=1, max_length=253, pattern=r"^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$")]
QueueName = Annotated[str, StringConstraints(min_length=1, max_length=63, pattern=r"^[A-Za-z0-9_.-]+$")]
Key = Annotated[str, StringConstraints(min_length=1, max_length=253, pattern=r"^[-._a-zA-Z0-9]+$")]
Cron = Annotated[str, StringConstraints(min_length=9, max_length=120)]
Sentence = Annotated[str, StringConstraints(max_length=1024)]


def zone(name: str) -> ZoneInfo:
    """The time zone called `name`; ValueError when there is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, OSError) as error:
        raise ValueError(f"there is no time zone {name!r}") from error


class Model(BaseModel):
    """camelCase outside, snake_case inside."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="ignore")

    def to_object(self) -> dict[str, Any]:
        """As Kubernetes stores it: JSON values, no nulls."""
        return self.model_dump(mode="json", by_alias=True, exclude_none=True)


class TargetKind(StrEnum):
    """What can be scaled."""

    DEPLOYMENT = "Deployment"
    STATEFUL_SET = "StatefulSet"


class PolicyType(StrEnum):
    """The unit of a policy's value."""

    PODS = "Pods"
    PERCENT = "Percent"


class SelectPolicy(StrEnum):
    """Which of several policies counts."""

    MAX = "Max"
    MIN = "Min"
    DISABLED = "Disabled"


class FallbackBehavior(StrEnum):
    """What to do when the queue cannot be read for long."""

    HOLD = "hold"
    FLOOR = "floor"


class ScaleTargetRef(Model):
    """The workload of the same namespace that is scaled."""

    api_version: Annotated[str, StringConstraints(max_length=64)] = "apps/v1"
    kind: TargetKind = TargetKind.DEPLOYMENT
    name: Name


class SecretRef(Model):
    """A key of a Secret that holds the URL; the chart mounts it into the operator."""

    name: Name
    key: Key = "url"


class RedisSource(Model):
    """Where the queue lives."""

    secret_ref: SecretRef
    tls: bool | None = Field(None, description="Overrides whether the URL asks for TLS.")
    db: int | None = Field(None, ge=0, le=1023, description="Overrides the URL's database number.")


class QueueSource(Model):
    """The dramatiq queues whose jobs the target's pods do."""

    namespace: QueueName = Field("dramatiq", description="dramatiq's key prefix in Redis.")
    names: Annotated[list[QueueName], Field(min_length=1, max_length=16)] = Field(
        ["render"], description="Queues, counted together."
    )
    redis: RedisSource


class Schedule(Model):
    """Higher minimums between two moments of a calendar; a start, end or zone that means nothing is refused."""

    time_zone: Annotated[str, StringConstraints(min_length=1, max_length=64)] = Field(
        "UTC", description="An IANA name such as Europe/Berlin."
    )
    start: Cron = Field(description="Cron expression of five fields: when it begins.")
    end: Cron = Field(description="Cron expression of five fields: when it ends.")
    min_replicas: Count | None = None
    warm_replicas: Count | None = None

    @model_validator(mode="after")
    def _means_something(self) -> Self:
        moment = datetime(2026, 1, 1, tzinfo=zone(self.time_zone))
        for expression in (self.start, self.end):
            try:
                next(CronSim(expression, moment))
            except (CronSimError, StopIteration) as error:
                raise ValueError(f"{expression!r} is no cron expression that comes true") from error
        return self


class Target(Model):
    """How much work one replica should face: exactly one of drainSeconds and jobsPerReplica."""

    drain_seconds: int | None = Field(None, ge=1, le=3600, description="All that waits is done in this time.")
    jobs_per_replica: int | None = Field(None, ge=1, le=10000, description="Jobs that one replica may have.")
    render_seconds_hint: float = Field(
        2.0, ge=0.01, le=600, description="Seconds a job takes a slot, until the renderers have measured 20 jobs."
    )
    slots_per_replica: int = Field(
        1, ge=1, le=64, description="Jobs a replica draws at once, until one says so itself."
    )

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.drain_seconds is None) == (self.jobs_per_replica is None):
            raise ValueError("set exactly one of drainSeconds and jobsPerReplica")
        return self


class Policy(Model):
    """At most `value` pods or percent in `periodSeconds`."""

    type: PolicyType
    value: int = Field(ge=1, le=1000)
    period_seconds: int = Field(ge=1, le=1800)


class Direction(Model):
    """The rules of one direction, as in a HorizontalPodAutoscaler."""

    stabilization_window_seconds: int = Field(0, ge=0, le=3600)
    select_policy: SelectPolicy = SelectPolicy.MAX
    policies: Annotated[list[Policy], Field(min_length=1, max_length=8)]
    tolerance: float = Field(0.1, ge=0, le=1)


class ScaleUp(Direction):
    """Growth: fourfold or ten more in 15 seconds, whichever is more; more is needed as soon as it is needed."""

    tolerance: float = Field(0.0, ge=0, le=1)
    policies: Annotated[list[Policy], Field(min_length=1, max_length=8)] = [
        Policy(type=PolicyType.PERCENT, value=300, period_seconds=15),
        Policy(type=PolicyType.PODS, value=10, period_seconds=15),
    ]


class ScaleDown(Direction):
    """Shrinking: no lower than the highest recommendation of the window."""

    stabilization_window_seconds: int = Field(75, ge=0, le=3600)
    policies: Annotated[list[Policy], Field(min_length=1, max_length=8)] = [
        Policy(type=PolicyType.PERCENT, value=100, period_seconds=15),
    ]


class Behavior(Model):
    """How fast replicas may change."""

    scale_up: ScaleUp = ScaleUp()
    scale_down: ScaleDown = ScaleDown()


class Fallback(Model):
    """What happens when the queue could not be read for `afterSeconds`."""

    after_seconds: int = Field(30, ge=1, le=3600)
    behavior: FallbackBehavior = FallbackBehavior.HOLD
    replicas: int | None = Field(None, ge=1, le=1000, description="The floor; without it max(1, minReplicas).")


class Paused(Model):
    """What the autoscaler must leave alone."""

    scale_in: bool = False
    scale_out: bool = False
    replicas: Count | None = Field(None, description="Keep exactly this many.")


class AutoscalerSpec(Model):
    """What somebody wants."""

    scale_target_ref: ScaleTargetRef
    queue: QueueSource
    min_replicas: Count = 0
    max_replicas: int = Field(ge=1, le=1000)
    warm_replicas: Count = Field(0, description="Idle replicas kept beyond the busy ones while there is any demand.")
    schedules: Annotated[list[Schedule], Field(max_length=16)] = []
    target: Target = Target(drain_seconds=30)
    behavior: Behavior = Behavior()
    idle_seconds: int = Field(180, ge=0, le=86400, description="Seconds without any job before the last replica goes.")
    poll_seconds: int = Field(5, ge=1, le=60)
    max_pending_replicas: int = Field(20, ge=1, le=1000, description="No more are asked for while this many wait.")
    fallback: Fallback = Fallback()
    paused: Paused = Paused()
    dry_run: bool = Field(False, description="Decide and report, change nothing.")

    @model_validator(mode="after")
    def _within_range(self) -> Self:
        for name, value in (
            ("minReplicas", self.min_replicas),
            ("warmReplicas", self.warm_replicas),
            ("fallback.replicas", self.fallback.replicas),
            ("paused.replicas", self.paused.replicas),
            *(("schedules.minReplicas", one.min_replicas) for one in self.schedules),
            *(("schedules.warmReplicas", one.warm_replicas) for one in self.schedules),
        ):
            if value is not None and value > self.max_replicas:
                raise ValueError(f"{name} must not be above maxReplicas")
        return self

    def with_annotations(self, annotations: Mapping[str, str]) -> "AutoscalerSpec":
        """The spec with the pauses that `kubectl annotate` asked for; a value that is no number is ignored."""
        paused = self.paused.model_copy()
        paused.scale_in = paused.scale_in or annotations.get(PAUSED_SCALE_IN) == "true"
        paused.scale_out = paused.scale_out or annotations.get(PAUSED_SCALE_OUT) == "true"
        wanted = annotations.get(PAUSED_REPLICAS, "")
        if wanted.isascii() and wanted.isdigit():
            paused.replicas = min(int(wanted), self.max_replicas)
        return self.model_copy(update={"paused": paused})


class Recommendation(Model):
    """The highest and lowest number that was wanted in a short stretch that ended at `at`."""

    at: AwareDatetime
    high: Count
    low: Count


class ScaleEvent(Model):
    """A change of replicas that was seen at `at`."""

    at: AwareDatetime
    change: int = Field(ge=-1000, le=1000)


class Memory(Model):
    """What the plan remembers from tick to tick; it lives in the status, so a new operator goes on from there."""

    recommendations: Annotated[list[Recommendation], Field(max_length=64)] = []
    scale_events: Annotated[list[ScaleEvent], Field(max_length=64)] = []
    replicas: Count | None = Field(None, description="Replicas at the last tick.")
    last_tick_at: AwareDatetime | None = None
    last_demand_at: AwareDatetime | None = None
    last_scale_at: AwareDatetime | None = None
    failing_since: AwareDatetime | None = None
    busy_mean: float | None = Field(None, ge=0, description="Moving mean of the busy replicas.")
    run_id: Annotated[str, StringConstraints(max_length=64)] | None = None
    panic_until: AwareDatetime | None = None
    job_seconds: float | None = Field(
        None, ge=0, le=3600, description="Seconds a job takes a slot, as enough of them were measured last."
    )
    hold_until: AwareDatetime | None = Field(None, description="No decrease before; set when Redis was restarted.")


class Condition(Model):
    """A Kubernetes condition."""

    type: ConditionType
    status: Annotated[str, StringConstraints(pattern="^(True|False|Unknown)$", max_length=7)]
    reason: ConditionReason
    message: Sentence = ""
    last_transition_time: AwareDatetime
    observed_generation: int | None = Field(None, ge=0)


class QueueStatus(Model):
    """What was read from Redis last."""

    ready: int = Field(0, ge=0)
    in_flight: int = Field(0, ge=0)
    delayed: int = Field(0, ge=0)
    dead: int = Field(0, ge=0)
    oldest_age_seconds: float | None = Field(None, ge=0)


class LastDecision(Model):
    """The last change that was decided."""

    from_: int = Field(alias="from", ge=0)
    to: int = Field(ge=0)
    reason: Reason
    limited_by: LimitedBy | None = None
    at: AwareDatetime


class Health(Model):
    """Whether the queue can be read."""

    failing_since: AwareDatetime | None = None
    last_error: Sentence | None = None


class AutoscalerStatus(Model):
    """What the operator saw, wants and remembers."""

    observed_generation: int | None = Field(None, ge=0)
    current_replicas: int | None = Field(None, ge=0)
    ready_replicas: int | None = Field(None, ge=0)
    busy_replicas: int | None = Field(None, ge=0)
    pending_replicas: int | None = Field(None, ge=0)
    desired_replicas: int | None = Field(None, ge=0)
    raw_desired: int | None = Field(None, ge=0)
    reason: Reason | None = None
    limited_by: LimitedBy | None = None
    demand: int | None = Field(None, ge=0, description="Ready, in flight and delayed jobs together.")
    queue: QueueStatus | None = None
    last_demand_time: AwareDatetime | None = None
    last_scale_time: AwareDatetime | None = None
    last_decision: LastDecision | None = None
    health: Health | None = None
    conditions: Annotated[list[Condition], Field(max_length=16)] = []
    memory: Memory = Memory()


def set_condition(conditions: list[Condition], new: Condition) -> list[Condition]:
    """`conditions` with `new` in its place; the time of the last transition stays when the status did not change."""
    old = next((one for one in conditions if one.type == new.type), None)
    if old is not None and old.status == new.status:
        new = new.model_copy(update={"last_transition_time": old.last_transition_time})
    return sorted([*(one for one in conditions if one.type != new.type), new], key=lambda one: one.type)


def condition(
    kind: ConditionType,
    status: bool | None,
    reason: ConditionReason,
    now: datetime,
    generation: int | None,
    message: str,
) -> Condition:
    """A condition of this moment."""
    text = {True: "True", False: "False", None: "Unknown"}[status]
    return Condition(
        type=kind,
        status=text,
        reason=reason,
        message=message[:1024],
        last_transition_time=now,
        observed_generation=generation,
    )
