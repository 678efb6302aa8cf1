"""Where renderers are (`FRACTAFRAG_RENDERER_<NAME>`); the renderer's own settings are in services/renderer."""

from services.core.kit.settings import DomainSettings


class RendererClientSettings(DomainSettings):
    """Where workers and the API find renderers: one URL whose host may resolve to many addresses."""

    GROUP = "renderer"

    url: str = "http://127.0.0.1:3100"
    timeout_seconds: float = 25.0
