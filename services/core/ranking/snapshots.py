"""The order of a mutable list as it was when a walk through it began.

Trending and top order by numbers that votes change. A cursor over the present numbers would show a work again that
has sunk below it, and leave one out that has risen above it. So a walk keeps the order of its beginning:

- the first page notes which transactions its statement saw (a PostgreSQL snapshot), and cursors carry that;
- a vote writes what `hot` and `score` were before it into `rank_changes`, with its transaction;
- a later page takes, for works voted on since, the oldest number that the snapshot did not see replaced.

A work that is listed during the whole walk is therefore seen exactly once, and no work twice, with nothing kept on the
server for the walk. Rows of `rank_changes` are deleted after a day (services/core/domains.py): a walk that takes longer
may miss or repeat works that got votes meanwhile.
"""

import re
from dataclasses import dataclass

from services.core.kit.pagination import InvalidCursorError

# The snapshot of the statement that it stands in.
SNAPSHOT = "pg_current_snapshot()::text"
# Works whose place was changed after the snapshot {snapshot}, whose oldest open transaction is {oldest}, with their
# place before that.
MOVED = """
    SELECT DISTINCT ON (shader_id) shader_id, hot, score
    FROM rank_changes
    WHERE transaction_id >= {oldest}
        AND NOT pg_visible_in_snapshot(transaction_id::text::xid8, {snapshot}::text::pg_snapshot)
    ORDER BY shader_id, id
"""
_FORM = re.compile(r"([1-9]\d{0,17}):([1-9]\d{0,17}):((?:[1-9]\d{0,17}(?:,[1-9]\d{0,17})*)?)")
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Moment:
    """A PostgreSQL snapshot as text, and the oldest transaction that it may not have seen."""

    snapshot: str
    oldest: int

    @classmethod
    def parse(cls, text: str) -> "Moment":
        """The moment in a cursor. Raises `InvalidCursorError` where PostgreSQL could not read it."""
        found = _FORM.fullmatch(text)
        if found is None or len(text) > _LONGEST:
            raise InvalidCursorError
        oldest, end = int(found[1]), int(found[2])
        running = [int(part) for part in found[3].split(",") if part]
        if oldest > end or running != sorted(running) or any(not oldest <= one < end for one in running):
            raise InvalidCursorError
        return cls(text, oldest)


def shortened(snapshot: str) -> str:
    """`snapshot` for a cursor: very many open transactions are replaced by the moment before the first of them."""
    if len(snapshot) <= _LONGEST:
        return snapshot
    oldest = snapshot.split(":", 1)[0]
    return f"{oldest}:{oldest}:"
