"""Which pictures may be served: what the web process asks before it gives one away."""

from typing import Annotated

from fastapi import APIRouter, Query

from services.api.deps import ServicesDep
from services.core.kit.storage import is_object_name

MOST_NAMES = 50

router = APIRouter(prefix="/api/v1/pictures", tags=["shaders"], include_in_schema=False)


@router.get("")
async def visible(
    services: ServicesDep,
    names: Annotated[list[str], Query(alias="name", max_length=MOST_NAMES)],
    link: Annotated[str, Query(max_length=200)] = "",
) -> list[str]:
    """Those of the objects `name` that everybody may see, or who has the link with the query `link`."""
    asked = [name for name in names if is_object_name(name)]
    return sorted(await services.pictures.visible(asked, link))
