"""Routes of shaders."""

from services.api.routes.shaders import forks, oembed, search, shaders, versions

ROUTERS = (search.router, shaders.router, shaders.users_router, versions.router, forks.router, oembed.router)
