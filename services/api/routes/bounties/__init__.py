"""Bounties: pledging on desires, deciding about answers, what operators see to, and how much a key may pledge."""

from services.api.routes.bounties import deciding, keys, operating, pledges

ROUTERS = (
    pledges.desires_router,
    pledges.router,
    pledges.points_router,
    deciding.router,
    deciding.desires_router,
    keys.router,
    operating.router,
)
