"""Settings of the operator, read once at start from the environment (`FRACTAFRAG_OPERATOR_<NAME>`).

A value that makes no sense stops the process with pydantic's sentence. The Redis URLs are no settings: they are files
below `redis_folder`, read anew whenever they change.
"""

import socket
from functools import cached_property
from pathlib import Path
from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

VERSION = "0.1.0"
SERVICE_ACCOUNT = Path("/var/run/secrets/kubernetes.io/serviceaccount")


class OperatorSettings(BaseSettings):
    """What the chart sets; everything has a default that suits a pod."""

    model_config = SettingsConfigDict(env_prefix="FRACTAFRAG_OPERATOR_", extra="ignore", frozen=True)

    namespace: str = ""
    redis_folder: Path = Path("/var/run/fractafrag/redis")
    host: str = "0.0.0.0"  # noqa: S104 -- probes and Prometheus come from other machines; NetworkPolicies say who may
    port: int = Field(3400, ge=0, le=65535)
    lease_name: str = Field("fractafrag-operator", pattern=r"^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$")
    identity: str = Field(default_factory=socket.gethostname, min_length=1, max_length=253)
    renderer_port: int = Field(3100, ge=1, le=65535)
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    relist_seconds: float = Field(300, gt=0)

    @cached_property
    def watched_namespace(self) -> str:
        """The one namespace we work in: the given one, or the pod's own, or `default` outside a cluster."""
        if self.namespace:
            return self.namespace
        file = SERVICE_ACCOUNT / "namespace"
        return file.read_text().strip() if file.is_file() else "default"
