"""Routes of renders."""

from services.api.routes.renders import events, previews

ROUTERS = (previews.router, events.router)
