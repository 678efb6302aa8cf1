"""Settings of the web process: where the API and the pictures are. It needs no secret, so it asks for none."""

from pydantic import BaseModel, Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from services.core.kit.settings import SiteSettings, StorageSettings


class ProcessSettings(BaseModel):
    """Where the process listens, and where it finds the API."""

    host: str = "127.0.0.1"
    port: int = Field(8080, ge=0, le=65_535)
    api_url: str = "http://127.0.0.1:8000"


class ProxySettings(BaseModel):
    """What stands before the process; the API has the same setting."""

    trusted_proxies: int = Field(0, ge=0, le=5)


class WebSettings(BaseSettings):
    """All of them, by the same names as in the other processes."""

    model_config = SettingsConfigDict(
        env_prefix="FRACTAFRAG_", env_nested_delimiter="_", env_nested_max_split=1, extra="ignore"
    )

    log_level: str = "INFO"
    storage: StorageSettings = StorageSettings()
    site: SiteSettings = SiteSettings()
    limits: ProxySettings = ProxySettings()
    web: ProcessSettings = ProcessSettings()
