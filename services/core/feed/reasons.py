"""Why a card is in a feed.

What the formula found out about a shader is kept with a paging session as one byte (`hints_of`); the tag, which is told
by its name, is found again when the page is given (`reasons_text`), so that a session stays small.
"""

import json
import math
from collections.abc import Mapping, Sequence
from enum import StrEnum
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, Field

from services.core.feed.candidates import Candidates
from services.core.feed.ranking import Terms
from services.core.kit.pagination import JsonPage

# From here on a term of the formula, or the weight of a tag, is why a card is shown. The best of a small site may have
# hardly any votes.
POPULAR_FROM = 0.5
POPULAR_VOTES = 5
NEW_FROM = 0.5
LIKE_FROM = 0.65
TAG_FROM = 0.1
MOST = 2


class ReasonKind(StrEnum):
    """Why a card is shown: a tag that the reader likes; like works that they liked; new, and few have seen it; many
    like it; new; or by chance. `trending` is that of visitors."""

    TAG = "tag"
    STYLE = "style"
    FRESH = "fresh"
    POPULAR = "popular"
    NEW = "new"
    CHANCE = "chance"
    TRENDING = "trending"


class Reason(BaseModel):
    """Why a card is shown."""

    kind: ReasonKind = Field(examples=["tag"])
    tag: str | None = Field(None, examples=["water"], description="For the kind `tag`: which")


# The bits of a hint, what the formula found out about a shader, in the order in which it is told. Plain numbers: the
# operators of an enumeration take a third of the time of the whole ranking.
_STYLE, FRESH, _POPULAR, _NEW = 1, 2, 4, 8


def hints_of(pool: Candidates, terms: Terms) -> NDArray[np.uint8]:
    """A byte of bits for each row."""
    hints = (
        (terms.style >= LIKE_FROM) * _STYLE
        + pool.fresh * FRESH
        + ((terms.score >= POPULAR_FROM) & (pool.log_scores >= math.log1p(POPULAR_VOTES))) * _POPULAR
        + (terms.recency >= NEW_FROM) * _NEW
    )
    return np.asarray(hints, dtype=np.uint8)


def reasons_text(hint: int, tags: Sequence[str], liked: Mapping[str, float]) -> str:
    """Up to `MOST` reasons as a JSON array of `Reason`, the strongest first; at least one."""
    most, best = TAG_FROM, None
    for tag in tags:
        weight = liked.get(tag, 0.0)
        if weight >= most:
            most, best = weight, tag
    return _reasons(hint, best)


@lru_cache(maxsize=10_000)
def _reasons(hint: int, tag: str | None) -> str:
    reasons = [_text(ReasonKind.TAG, tag)] if tag is not None else []
    reasons += [text for bit, text in _TEXTS if hint & bit]
    return f"[{','.join(reasons[:MOST]) or _BY_CHANCE}]"


def with_reasons(card: str, reasons: str) -> str:
    """The card, a JSON object, with one member more."""
    return f'{card[:-1]},"reasons":{reasons}}}'


def with_trending(page: JsonPage) -> JsonPage:
    """The cards of trending, each with that as its reason."""
    return JsonPage([with_reasons(card, _TRENDING) for card in page.items], page.next_cursor)


def _text(kind: ReasonKind, tag: str | None = None) -> str:
    return json.dumps({"kind": kind, "tag": tag})


_TEXTS = (
    (_STYLE, _text(ReasonKind.STYLE)),
    (FRESH, _text(ReasonKind.FRESH)),
    (_POPULAR, _text(ReasonKind.POPULAR)),
    (_NEW, _text(ReasonKind.NEW)),
)
_BY_CHANCE = _text(ReasonKind.CHANCE)
_TRENDING = f"[{_text(ReasonKind.TRENDING)}]"
