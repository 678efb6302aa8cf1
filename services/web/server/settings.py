"""Settings of the web process: where the API and the pictures are. It needs no secret, so it asks for none."""

from pydantic import BaseModel, Field

from services.core.kit.settings import ProcessSettings, ProxySettings, SiteSettings, StorageSettings


class WebGroup(BaseModel):
    """Where the process listens, and where it finds the API."""

    host: str = "127.0.0.1"
    port: int = Field(8080, ge=0, le=65_535)
    api_url: str = "http://127.0.0.1:8000"


class WebSettings(ProcessSettings):
    """What the process reads."""

    storage: StorageSettings = StorageSettings()
    site: SiteSettings = SiteSettings()
    limits: ProxySettings = ProxySettings()
    web: WebGroup = WebGroup()
