"""What tools and resources work with: the API, and what they have to know of this installation."""

from dataclasses import dataclass

from services.mcp.api_client import Api


@dataclass(frozen=True, slots=True)
class Backend:
    """`picture_seconds` is how long a tool waits for the picture of a work that it has just published."""

    api: Api
    site_url: str
    picture_seconds: float

    def page_of(self, shader_id: str) -> str:
        """The page of a work, for people."""
        return f"{self.site_url.rstrip('/')}/s/{shader_id}"

    def page_of_desire(self, desire_id: str) -> str:
        """The page of a desire."""
        return f"{self.site_url.rstrip('/')}/desires/{desire_id}"
