"""What reports and decisions are about: the kinds that the domains registered.

services/core/domains.py hands them in when it is imported.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlmodel import col

from services.core.identity.caller import Caller
from services.core.kit.database import ReadSession
from services.core.kit.errors import NotFoundError
from services.core.moderation.models import OfSubject
from services.core.registry.reportable import Looked, Reportable, Subject, SubjectKind

_kinds: dict[SubjectKind, Reportable] = {}


def register(kinds: Iterable[Reportable]) -> None:
    """State all kinds of this installation, in place of those stated before."""
    found = list(kinds)
    if len({each.kind for each in found}) != len(found):
        raise ValueError("two kinds of what is reported have one name")
    _kinds.clear()
    _kinds.update({each.kind: each for each in found})


def all_kinds() -> Collection[Reportable]:
    """Every kind."""
    return _kinds.values()


def rules_of(subject: Subject) -> Reportable:
    """The kind of this subject."""
    return _kinds[subject.kind]


def column(model: type[OfSubject], kind: SubjectKind) -> Any:
    """The id of what a row is about, null where it is about another kind."""
    return col(getattr(model, f"{kind}_id"))


def as_column(subject: Subject) -> dict[str, Any]:
    """By the name of that column, as a new row takes it."""
    return {f"{subject.kind}_id": subject.id}


def is_about(model: type[OfSubject], subject: Subject) -> ColumnElement[bool]:
    """The rows about this subject."""
    found: ColumnElement[bool] = column(model, subject.kind) == subject.id
    return found


async def author_of(session: ReadSession, caller: Caller, subject: Subject) -> UUID:
    """The author of what the caller may see; raises `NotFoundError`."""
    rules = rules_of(subject)
    rows = rules.rows().subquery()
    seen = rows.c.id == subject.id, rows.c.id.in_(rules.seen_by(caller))
    author: UUID | None = await session.scalar(select(rows.c.author_id).where(*seen))
    if author is None:
        raise NotFoundError
    return author


async def titles(session: ReadSession, caller: Caller, subjects: Iterable[Subject]) -> dict[Subject, str]:
    """What those are called that the caller may see."""
    found: dict[Subject, str] = {}
    for kind, ids in _by_kind(subjects).items():
        rows = _kinds[kind].rows().subquery()
        seen = rows.c.id.in_(ids), rows.c.id.in_(_kinds[kind].seen_by(caller))
        named = await session.execute(select(rows.c.id, rows.c.title).where(*seen))
        found |= {Subject(kind, row.id): row.title for row in named}
    return found


async def looked_at(session: ReadSession, moderator: Caller, subjects: Iterable[Subject]) -> dict[Subject, Looked]:
    """Those that the moderator may see."""
    found: dict[Subject, Looked] = {}
    for kind, ids in _by_kind(subjects).items():
        rows = await _kinds[kind].looked_at(session, moderator, ids)
        found |= {Subject(kind, subject_id): looked for subject_id, looked in rows.items()}
    return found


def _by_kind(subjects: Iterable[Subject]) -> Mapping[SubjectKind, set[str]]:
    ids: dict[SubjectKind, set[str]] = defaultdict(set)
    for subject in subjects:
        ids[subject.kind].add(subject.id)
    return ids
