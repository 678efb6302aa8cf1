"""Routes of renders."""

from services.api.routes.renders import events, pictures, previews

ROUTERS = (previews.router, events.router, pictures.router)
