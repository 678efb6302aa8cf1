"""Why a number was chosen, what limited it, and the reasons of conditions: closed sets, each with a sentence.

They appear in the status, in events and as metric labels, so a member's value is part of the API.
"""

from enum import StrEnum


class Reason(StrEnum):
    """Why the plan wants what it wants."""

    DEMAND = "Demand"
    STEADY = "Steady"
    WITHIN_TOLERANCE = "WithinTolerance"
    IDLE = "Idle"
    WARM = "Warm"
    SCHEDULE = "Schedule"
    BOUNDS = "Bounds"
    PAUSED = "Paused"
    SOURCE_FAILED = "SourceFailed"
    FALLBACK_HOLD = "FallbackHold"
    FALLBACK_FLOOR = "FallbackFloor"
    ADOPTED = "Adopted"

    @property
    def sentence(self) -> str:
        """For people."""
        return _REASONS[self]


class LimitedBy(StrEnum):
    """What kept the plan from the raw number."""

    MIN_REPLICAS = "MinReplicas"
    MAX_REPLICAS = "MaxReplicas"
    SCALE_UP_POLICY = "ScaleUpPolicy"
    SCALE_DOWN_POLICY = "ScaleDownPolicy"
    SCALE_UP_WINDOW = "ScaleUpWindow"
    SCALE_DOWN_WINDOW = "ScaleDownWindow"
    PENDING_REPLICAS = "PendingReplicas"
    BUSY_REPLICAS = "BusyReplicas"
    IDLE_SECONDS = "IdleSeconds"
    PANIC = "Panic"
    SOURCE_CHANGED = "SourceChanged"
    PAUSED_SCALE_IN = "PausedScaleIn"
    PAUSED_SCALE_OUT = "PausedScaleOut"

    @property
    def sentence(self) -> str:
        """For people."""
        return _LIMITS[self]


class ConditionType(StrEnum):
    """Conditions of a RendererAutoscaler."""

    READY = "Ready"
    ACTIVE = "Active"
    SCALING_LIMITED = "ScalingLimited"
    FALLBACK_ACTIVE = "FallbackActive"
    PAUSED = "Paused"
    CAPACITY_PENDING = "CapacityPending"


class ConditionReason(StrEnum):
    """Why a condition is what it is."""

    SCALING = "Scaling"
    DRY_RUN = "DryRun"
    SOURCE_FAILED = "SourceFailed"
    SECRET_NOT_MOUNTED = "SecretNotMounted"  # noqa: S105 - a reason, no secret
    TARGET_MISSING = "TargetMissing"
    INVALID_SPEC = "InvalidSpec"
    CONFLICT = "Conflict"
    KUBERNETES_FAILED = "KubernetesFailed"
    DEMAND = "Demand"
    NO_DEMAND = "NoDemand"
    LIMITED = "Limited"
    NOT_LIMITED = "NotLimited"
    FALLBACK_HOLD = "FallbackHold"
    FALLBACK_FLOOR = "FallbackFloor"
    SOURCE_HEALTHY = "SourceHealthy"
    PAUSED = "Paused"
    NOT_PAUSED = "NotPaused"
    REPLICAS_PENDING = "ReplicasPending"
    REPLICAS_PLACED = "ReplicasPlaced"


_REASONS = {
    Reason.DEMAND: "The jobs in the queue need this many renderers.",
    Reason.STEADY: "The number of renderers suits the queue.",
    Reason.WITHIN_TOLERANCE: "The difference is within the tolerance.",
    Reason.IDLE: "There was no job for idleSeconds.",
    Reason.WARM: "Warm renderers are kept beyond the busy ones.",
    Reason.SCHEDULE: "A schedule asks for this many renderers.",
    Reason.BOUNDS: "The number of renderers was outside of minReplicas and maxReplicas.",
    Reason.PAUSED: "Scaling is paused at a fixed number.",
    Reason.SOURCE_FAILED: "The queue could not be read, so the number is held.",
    Reason.FALLBACK_HOLD: "The queue could not be read for long; the number is held.",
    Reason.FALLBACK_FLOOR: "The queue could not be read for long; the fallback is a floor.",
    Reason.ADOPTED: "The autoscaler has just started and keeps what it found.",
}

_LIMITS = {
    LimitedBy.MIN_REPLICAS: "minReplicas, or that of a schedule, is the least.",
    LimitedBy.MAX_REPLICAS: "maxReplicas is the most.",
    LimitedBy.SCALE_UP_POLICY: "The scale-up policies allow no more yet.",
    LimitedBy.SCALE_DOWN_POLICY: "The scale-down policies allow no less yet.",
    LimitedBy.SCALE_UP_WINDOW: "Less was wanted within the scale-up window.",
    LimitedBy.SCALE_DOWN_WINDOW: "More was wanted within the scale-down window.",
    LimitedBy.PENDING_REPLICAS: "maxPendingReplicas are waiting for a node.",
    LimitedBy.BUSY_REPLICAS: "Only idle renderers are removed.",
    LimitedBy.IDLE_SECONDS: "The last renderer stays until idleSeconds have passed without a job.",
    LimitedBy.PANIC: "Demand was twice the capacity a short while ago.",
    LimitedBy.SOURCE_CHANGED: "Redis was restarted or replaced a short while ago.",
    LimitedBy.PAUSED_SCALE_IN: "Scale-in is paused.",
    LimitedBy.PAUSED_SCALE_OUT: "Scale-out is paused.",
}
