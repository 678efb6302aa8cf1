"""Routes of the feed."""

from services.api.routes.feed import choices, lists

ROUTERS = (lists.router, choices.router)
