"""Routes of notices."""

from services.api.routes.notices import events, inbox

ROUTERS = (inbox.router, events.router)
