"""Desires: the board, like wishes, clusters, works that answer them, and what moderators do."""

from services.api.routes.desires import board, clusters, fulfilments, moderation, own

# `similar` is no desire's id, so it stands before those.
ROUTERS = (board.router, own.router, fulfilments.router, fulfilments.works_router, clusters.router, moderation.router)
