"""Statements that are compiled once, for `Database.rows`.

SQLAlchemy may spend more on building and compiling a statement than PostgreSQL does on running it:

    _TITLE = Prepared.of(select(col(Shader.title)).where(col(Shader.id) == placeholder("shader_id")))
    rows = await database.rows(_TITLE.sql, *_TITLE.values(shader_id="7YkQm2Xb4Ra"))
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BindParameter, ClauseElement, bindparam
from sqlalchemy.dialects.postgresql import asyncpg


def placeholder(name: str, type_: Any = None) -> BindParameter[Any]:
    """A value that comes with each call; `type_` where no column beside it tells."""
    return bindparam(name, type_=type_, required=False)


@dataclass(frozen=True, slots=True)
class Prepared:
    """SQL, the names of the values for its $1, $2, ..., and those values that are always the same."""

    sql: str
    names: tuple[str, ...]
    constants: Mapping[str, Any]

    @classmethod
    def of(cls, statement: ClauseElement) -> "Prepared":
        """Compile `statement`."""
        dialect = asyncpg.dialect()  # type: ignore[no-untyped-call]
        compiled: Any = statement.compile(dialect=dialect, compile_kwargs={"render_postcompile": True})
        constants = {name: value for name, value in compiled.params.items() if value is not None}
        return cls(str(compiled), tuple(compiled.positiontup or ()), constants)

    def values(self, **values: Any) -> list[Any]:
        """The values in the order of their places; names that do not occur are left aside."""
        return [values[name] if name in values else self.constants[name] for name in self.names]
