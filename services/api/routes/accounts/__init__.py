"""Routes of accounts."""

from services.api.routes.accounts import addresses, auth, users

ROUTERS = (auth.router, addresses.router, users.router)
