"""Settings of the worker process. It makes and checks no token, so it holds no secret of sign-in."""

from typing import Self

from pydantic import BaseModel, Field, model_validator

from services.core.domains import settings_of
from services.core.kit.settings import DatabaseSettings, ProcessSettings, RedisSettings, SiteSettings, StorageSettings
from services.core.payments.settings import PaymentSettings


class WorkerGroup(BaseModel):
    """How it works. Its threads only wait for renderers and the database, so there may be many."""

    queues: str = "default,render"
    threads: int = Field(16, ge=1, le=256)  # for each queue
    health_host: str = "127.0.0.1"
    health_port: int = Field(3300, ge=0, le=65_535)  # 0: any free port, named in the log
    stop_seconds: float = Field(40.0, ge=1)
    # After how long a silent worker's messages, and a claimed render that nobody extends, are free again.
    heartbeat_seconds: float = Field(15.0, ge=1)
    lease_seconds: float = Field(20.0, ge=1)
    # For how long an open render is left alone before it may count as lost.
    stale_seconds: float = Field(30.0, ge=1)


class QueueSettings(RedisSettings):
    """Where the job queues are: at `queue_url`, by default where everything else in Redis is."""

    queue_url: str | None = None

    @property
    def queue(self) -> str:
        """The server that holds the job queues."""
        return self.queue_url or self.url


class WorkerSettings(ProcessSettings):
    """What the worker reads."""

    DOMAIN_SETTINGS = settings_of("worker")

    database: DatabaseSettings = DatabaseSettings()
    redis: QueueSettings = QueueSettings()
    storage: StorageSettings = StorageSettings()
    site: SiteSettings = SiteSettings()
    worker: WorkerGroup = WorkerGroup()

    @model_validator(mode="after")
    def _can_pay(self) -> Self:
        self.of(PaymentSettings).check_site(self.site.public_url)
        return self
