"""Settings of the renderer process (`FRACTAFRAG_RENDERER_<NAME>`), read once at start.

The renderer does not build on `services.core.kit.settings`: it must start where no database,
Redis or secret exists.
"""

import math
import os
from enum import StrEnum
from pathlib import Path
from typing import Annotated

from pydantic import BeforeValidator, Field
from pydantic_settings import BaseSettings, SettingsConfigDict

_REPOSITORY = Path(__file__).resolve().parents[2]


class Backend(StrEnum):
    """What executes GLSL: Mesa's llvmpipe or Google's SwiftShader on the CPU, or a GPU's own driver."""

    LLVMPIPE = "llvmpipe"
    SWIFTSHADER = "swiftshader"
    GPU = "gpu"


class BackendChoice(StrEnum):
    """`auto` is llvmpipe, or SwiftShader where Mesa's EGL is not installed; never a GPU."""

    AUTO = "auto"
    LLVMPIPE = "llvmpipe"
    SWIFTSHADER = "swiftshader"
    GPU = "gpu"

    @property
    def candidates(self) -> tuple[Backend, ...]:
        """The backends to try, in this order."""
        if self is BackendChoice.AUTO:
            return (Backend.LLVMPIPE, Backend.SWIFTSHADER)
        return (Backend(self.value),)


class GpuAngle(StrEnum):
    """Which of ANGLE's back ends reaches the GPU."""

    GL_EGL = "gl-egl"
    VULKAN = "vulkan"


class Sandbox(StrEnum):
    """Whether Chromium's own sandbox is used where it works, or must work."""

    AUTO = "auto"
    REQUIRED = "required"


def available_cores() -> int:
    """Cores that this process may use: its affinity, cut by the control group's CPU quota."""
    cores = len(os.sched_getaffinity(0))
    try:
        quota, period = Path("/sys/fs/cgroup/cpu.max").read_text().split()
    except (OSError, ValueError):
        return cores
    return cores if quota == "max" else max(1, min(cores, math.ceil(int(quota) / int(period))))


def _not_a_service_link(value: object) -> object:
    """Kubernetes sets NAME_PORT=tcp://address for a Service called NAME; that is not our port."""
    return 3100 if isinstance(value, str) and value.startswith("tcp://") else value


class RendererSettings(BaseSettings):
    """Every setting. Durations are seconds, sizes say their unit. Tests pass values."""

    model_config = SettingsConfigDict(env_prefix="FRACTAFRAG_RENDERER_", extra="ignore", frozen=True)

    host: str = "127.0.0.1"
    port: Annotated[int, BeforeValidator(_not_a_service_link), Field(ge=0, le=65_535)] = 3100
    log_level: str = "INFO"

    chromium: Path | None = None
    harness: Path = _REPOSITORY / "services" / "web" / "dist" / "harness"
    backend: BackendChoice = BackendChoice.AUTO
    gpu_angle: GpuAngle = GpuAngle.GL_EGL
    sandbox: Sandbox = Sandbox.AUTO
    # Whether the kernel closes the file system to Chromium where it can.
    landlock: bool = True
    run_folder: Path | None = None
    shader_cache_mb: int = Field(64, ge=1)
    slots: int = Field(default_factory=available_cores, ge=1, le=64)

    queue_size: int = Field(32, ge=1)
    queue_seconds: float = Field(9.0, gt=0)

    # How long a request's body may take to arrive.
    body_seconds: float = Field(30.0, gt=0)
    source_bytes: int = Field(65_536, ge=1)
    compile_seconds: float = Field(3.0, gt=0)
    # A validation that is not done after this time leaves the compile browser to the others.
    compile_patience_seconds: float = Field(0.4, gt=0)
    still_seconds: float = Field(4.0, gt=0)
    # For all samples of a kept still together.
    kept_seconds: float = Field(8.0, gt=0)
    preview_seconds: float = Field(8.0, gt=0)
    # A preview is planned to take this share of its limit, so that a misjudged frame does no harm.
    preview_share: float = Field(0.6, gt=0, le=1)
    job_seconds: float = Field(15.0, gt=0)
    gpu_memory_mb: int = Field(1024, ge=128)
    watch_seconds: float = Field(0.05, gt=0)
    context_seconds: float = Field(2.0, gt=0)
    start_seconds: float = Field(60.0, gt=0)
    # How long to wait before looking for Chromium again, or starting it again, after a failure.
    retry_seconds: float = Field(5.0, gt=0)

    recycle_jobs: int = Field(500, ge=1)
    recycle_kills: int = Field(3, ge=1)
    recycle_seconds: float = Field(1800.0, gt=0)
    recycle_pss_mb: int = Field(700, ge=100)

    # Somebody waits for a still: these two take 60 % of the time of 85 and 2, for a file that is 4 % larger.
    still_quality: int = Field(82, ge=1, le=100)
    still_webp_method: int = Field(0, ge=0, le=6)
    preview_quality: int = Field(75, ge=1, le=100)
    webp_method: int = Field(2, ge=0, le=6)
    # Nobody waits for a kept still.
    kept_quality: int = Field(85, ge=1, le=100)
    kept_webp_method: int = Field(4, ge=0, le=6)
