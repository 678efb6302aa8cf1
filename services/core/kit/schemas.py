"""Forms that request bodies of all domains share."""

from pydantic import BaseModel, ConfigDict


class StrictBody(BaseModel):
    """A request body; an unknown member is an error, so that a misspelt field is not lost without a word."""

    model_config = ConfigDict(extra="forbid")
