"""Routes of the feed."""

from services.api.routes.feed import choices, lists

ROUTERS = (lists.quick_router, lists.router, choices.router)
