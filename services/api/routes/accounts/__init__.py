"""Routes of accounts."""

from services.api.routes.accounts import addresses, auth, providers, users

ROUTERS = (auth.router, addresses.router, providers.router, users.router)
