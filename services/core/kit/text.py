"""The text that people write about a work: titles, descriptions, notes, tags.

Every function gives the cleaned text or raises `ValueError` with a sentence. Cleaned text is NFC and holds no
character that PostgreSQL refuses (NUL), that breaks a line of a log, or that makes text read other than it is
stored (bidirectional overrides). Markup stays: it is text, and whoever shows it escapes it.
"""

import re
import unicodedata
from collections.abc import Iterable

MAX_TAGS = 8
MAX_TAG_LENGTH = 40

# Characters that reorder what follows them on the screen, so that code or a name can look like another.
BIDI_CONTROLS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_TAG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def clean_line(text: str, *, limit: int = 500) -> str:
    """`text` as one line: white space collapsed to single spaces."""
    cleaned = unicodedata.normalize("NFC", " ".join(text.split()))
    _refuse_controls(cleaned)
    return _within(cleaned, limit)


def clean_title(text: str) -> str:
    """A line with something to see in it."""
    cleaned = clean_line(text, limit=120)
    if not is_visible(cleaned):
        raise ValueError("a title needs a visible character")
    return cleaned


def is_visible(text: str) -> bool:
    """Whether there is something to see in it."""
    return any(unicodedata.category(char)[0] in "LNPS" for char in text)


def clean_text(text: str, *, limit: int = 10_000) -> str:
    """`text` with its lines and tabs kept, line ends as `\\n`, and without space around it."""
    cleaned = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n").strip())
    _refuse_controls(cleaned.replace("\n", "").replace("\t", ""))
    return _within(cleaned, limit)


def clean_tags(tags: Iterable[str]) -> list[str]:
    """Tags in lower case, joined by hyphens, each once and in the order given."""
    cleaned = list(dict.fromkeys(_clean_tag(tag) for tag in tags))
    if len(cleaned) > MAX_TAGS:
        raise ValueError(f"a work has at most {MAX_TAGS} tags")
    return cleaned


def _clean_tag(tag: str) -> str:
    cleaned = re.sub(r"[\s_]+", "-", tag.strip().removeprefix("#").lower())
    if len(cleaned) > MAX_TAG_LENGTH or not _TAG.fullmatch(cleaned):
        raise ValueError(f"a tag is up to {MAX_TAG_LENGTH} of a-z, 0-9 and - between them")
    return cleaned


def _refuse_controls(text: str) -> None:
    for char in text:
        if unicodedata.category(char) in ("Cc", "Cs") or char in BIDI_CONTROLS:
            raise ValueError(f"the character U+{ord(char):04X} is not allowed here")


def _within(text: str, limit: int) -> str:
    if len(text) > limit:
        raise ValueError(f"at most {limit} characters")
    return text
