"""Bodies and queries as Stripe writes them: `a[b][0]=x`."""

import re
from typing import Any
from urllib.parse import parse_qsl

_PART = re.compile(r"\[([^\[\]]*)\]")


def decoded(text: str) -> dict[str, Any]:
    """The nested form of an encoded one. Lists stay `{"0": ..., "1": ...}`: only the type knows that they are lists."""
    found: dict[str, Any] = {}
    for name, value in parse_qsl(text, keep_blank_values=True, strict_parsing=bool(text)):
        head, *_ = name.split("[", 1)
        place = found
        parts = [head, *_PART.findall(name[len(head) :])]
        for part in parts[:-1]:
            place = place.setdefault(_numbered(part, place), {})
            if not isinstance(place, dict):
                raise ValueError(name)  # noqa: TRY004 -- as all of what cannot be decoded
        place[_numbered(parts[-1], place)] = value
    return found


def _numbered(part: str, place: dict[str, Any]) -> str:
    return part or str(len(place))
