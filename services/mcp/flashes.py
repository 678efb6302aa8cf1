"""What agents are told of flashes: whether there are too many, and then a warning."""

from typing import Any

from pydantic import BaseModel, Field

from services.contracts.renderer import MOST_FLASHES


class Flashes(BaseModel):
    """Members of what a tool says of a work."""

    flashes: bool | None = Field(
        default=None, description=f"more than {MOST_FLASHES} times in a second; null where unknown"
    )
    warning: str | None = None


def flashes_of(flashes: bool | None, count: int | None = None) -> dict[str, Any]:
    """The members of `Flashes`; `count` where the number is known."""
    often = f"more than {MOST_FLASHES}" if count is None else f"{count}"
    warning = (
        f"It flashes {often} times in a second. More than {MOST_FLASHES} (WCAG 2.3.1) can cause seizures, so visitors "
        "see its still until they ask for more. Slower, weaker or smaller flashes avoid that."
    )
    return {"flashes": flashes, "warning": warning if flashes else None}
