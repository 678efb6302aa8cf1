"""Arguments that several tools take."""

import hashlib
from typing import Annotated, Any

from pydantic import Field
from pydantic_core import to_json

from services.contracts.shaders import AiLabel, SomeChoices
from services.mcp.tool import Arguments

ShaderId = Annotated[str, Field(pattern=r"^[0-9A-Za-z]{1,16}$")]
Number = Annotated[int, Field(ge=1, le=1_000_000)]
Source = Annotated[str, Field(description="GLSL fragment shader, at most 64 KiB; see guide://dialects")]
ParameterValues = Annotated[dict[str, Any], Field(max_length=64, description="slider name: value")]
Title = Annotated[str, Field(min_length=1, max_length=120)]
Description = Annotated[str, Field(max_length=10_000)]
Tags = Annotated[list[str], Field(max_length=8, description="a-z, 0-9 and -")]
Licence = Annotated[str, Field(max_length=64, description="SPDX id; the account's default unless told")]
RequestKey = Annotated[
    str | None,
    Field(
        max_length=100,
        description="without it, equal arguments are one call; a new one makes another work",
    ),
]


# What an agent makes is an agent's work unless it is told that it is not, whatever the work was made of.
AGENTS_OWN = {"ai_label": AiLabel.AI_GENERATED}


class Metadata(Arguments, SomeChoices):
    """The metadata of a shader, for tools that make one."""

    ai_label: AiLabel | None = Field(default=None, description="ai-generated unless told")
    title: Title | None = None
    description: Description | None = None
    tags: Tags | None = None
    licence: Licence | None = None


METADATA = frozenset(Metadata.model_fields)


def notes(*parts: str | None) -> str | None:
    """Those of the parts that there are, as one note; None when there are none."""
    return " ".join(part for part in parts if part) or None


def idempotency_key(tool: str, arguments: Arguments, request_key: str | None) -> str:
    """The `Idempotency-Key` of a call (docs/decisions/0051-mcp.md).

    By the agent's own `request_key` where it sent one, else by the arguments: a client that repeats a call whose
    answer was lost sends the same arguments.
    """
    identity = request_key if request_key is not None else arguments.model_dump(mode="json", exclude={"include_image"})
    return f"mcp-{tool}-{hashlib.sha256(to_json(identity)).hexdigest()}"
