"""Settings of the MCP process (`FRACTAFRAG_MCP_<NAME>`). It needs no secret, so it asks for none."""

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, Field

from services.core.kit.settings import ProcessSettings, ProxySettings, SiteSettings

PORT = 3200


def _not_a_service_link(value: object) -> object:
    """Kubernetes sets NAME_PORT=tcp://address for a Service called NAME; that is not our port."""
    return PORT if isinstance(value, str) and value.startswith("tcp://") else value


class ServiceSettings(BaseModel):
    """Where the process listens, where it finds the API, and under which names it is reached.

    `allowed_hosts` are names, divided by commas, that a `Host` header may hold besides localhost and the name of the
    site's public address.
    """

    host: str = "127.0.0.1"
    port: Annotated[int, BeforeValidator(_not_a_service_link), Field(ge=0, le=65_535)] = PORT
    api_url: str = "http://127.0.0.1:8000"
    allowed_hosts: str = ""
    # An agent's call waits at most so long for the API; rendering a preview is the longest that it does.
    api_seconds: float = Field(40.0, gt=0)
    api_connections: int = Field(100, ge=1)
    identity_seconds: float = Field(15.0, ge=0)
    # For how long publish_shader waits for the picture before it answers with a job.
    picture_seconds: float = Field(8.0, ge=0, le=60)
    body_bytes: int = Field(1_048_576, ge=1024)


class McpSettings(ProcessSettings):
    """What the process reads."""

    site: SiteSettings = SiteSettings()
    limits: ProxySettings = ProxySettings()
    mcp: ServiceSettings = ServiceSettings()

    @property
    def hosts(self) -> list[str]:
        """Every name that a `Host` header may hold."""
        named = [name.strip() for name in self.mcp.allowed_hosts.split(",") if name.strip()]
        return [*named, *self.site.hosts]

    @property
    def origins(self) -> list[str]:
        """Web pages that may call us: those of the site."""
        return [self.site.public_url]
