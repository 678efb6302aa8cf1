"""The kinds of notice of this installation, as the domains registered them.

services/core/domains.py hands them in when it is imported.
"""

from collections.abc import Iterable, Mapping

from services.core.kit.errors import NotFoundError
from services.core.registry.notices import NoticeKind


class UnknownKindError(NotFoundError):
    """No domain has notices of this kind."""

    code = "unknown_kind"
    title = "There are no notices of this kind"


_kinds: dict[str, NoticeKind] = {}


def register(kinds: Iterable[NoticeKind]) -> None:
    """State all kinds of this installation, in place of those stated before."""
    found: dict[str, NoticeKind] = {}
    for kind in kinds:
        if kind.name in found:
            raise ValueError(f"two kinds of notice are named {kind.name}")
        found[kind.name] = kind
    _kinds.clear()
    _kinds.update(found)


def all_kinds() -> Mapping[str, NoticeKind]:
    """Every kind by its name."""
    return _kinds


def kind_of(name: str) -> NoticeKind:
    """The kind; raises `UnknownKindError`."""
    kind = _kinds.get(name)
    if kind is None:
        raise UnknownKindError
    return kind
