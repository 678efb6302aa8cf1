"""What people send about payments."""

from typing import Literal

from pydantic import Field

from services.core.kit.schemas import StrictBody


class PayoutAccountCreate(StrictBody):
    """Where the artist lives, as two letters, and that they may have such an account."""

    country: str = Field(pattern=r"^[A-Z]{2}$", examples=["DE"])
    of_age: Literal[True] = Field(description="That one is 18, or has a guardian's consent")
