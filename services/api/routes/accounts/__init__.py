"""Routes of accounts."""

from services.api.routes.accounts import auth, users

ROUTERS = (auth.router, users.router)
