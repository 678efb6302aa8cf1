"""Walking through the pages of a list."""

from typing import Any

import httpx2


async def pages_of(client: httpx2.AsyncClient, path: str, **params: Any) -> list[list[str]]:
    """The ids on each page of the list, from the first page to the last."""
    pages: list[list[str]] = []
    cursor: str | None = None
    while True:
        page = await page_of(client, path, cursor=cursor, **params)
        pages.append([item["id"] for item in page["items"]])
        cursor = page["next_cursor"]
        if cursor is None:
            return pages
        assert len(pages) < 200


async def ids_of(client: httpx2.AsyncClient, path: str, **params: Any) -> list[str]:
    """All ids of the list, in its order."""
    return [shader_id for page in await pages_of(client, path, **params) for shader_id in page]


async def page_of(client: httpx2.AsyncClient, path: str, **params: Any) -> dict[str, Any]:
    """One page as JSON."""
    given = {name: value for name, value in params.items() if value is not None}
    response = await client.get(path, params=given)
    assert response.status_code == 200, response.text
    page: dict[str, Any] = response.json()
    return page
