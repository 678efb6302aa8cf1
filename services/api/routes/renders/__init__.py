"""Routes of renders."""

from services.api.routes.renders import events, pictures, previews, redraws

ROUTERS = (previews.router, events.router, redraws.router, pictures.router)
