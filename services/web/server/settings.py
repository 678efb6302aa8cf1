"""Settings of the web process: where the API and the pictures are. It needs no secret, so it asks for none."""

from pydantic import BaseModel, Field

from services.core.kit.settings import ProcessSettings, ProxySettings, SiteSettings, StorageSettings


class WebGroup(BaseModel):
    """Where the process listens, where it finds the API, and for how long its word on who sees a picture holds."""

    host: str = "127.0.0.1"
    port: int = Field(8080, ge=0, le=65_535)
    api_url: str = "http://127.0.0.1:8000"
    picture_seconds: float = Field(5.0, ge=0, le=60)


class WebSettings(ProcessSettings):
    """What the process reads."""

    storage: StorageSettings = StorageSettings()
    site: SiteSettings = SiteSettings()
    limits: ProxySettings = ProxySettings()
    web: WebGroup = WebGroup()
