"""The order of a mutable list as it was when paging through it began.

Trending and top order by numbers that votes change. A cursor over the present numbers would show a shader again that
has sunk below it, and leave one out that has risen above it. So all pages keep the order of the first:

- the first page notes which transactions its statement saw (a PostgreSQL snapshot), and cursors carry that;
- a vote writes what `hot` and the weighted score were before it into `rank_changes`, with its transaction;
- a later page takes, for shaders voted on since, the oldest number that the snapshot did not see replaced.

A shader that is listed all the while is therefore seen exactly once, and none twice, with nothing kept on the server.
Rows of `rank_changes` are deleted after a day (services/core/domains.py): paging that takes longer may miss or repeat
shaders that got votes meanwhile.
"""

import re
from dataclasses import dataclass

from sqlalchemy import BigInteger, Float, Integer, String, Text, cast, func, text

from services.core.kit.pagination import InvalidCursorError
from services.core.kit.statements import placeholder

# The snapshot of the statement that it stands in.
SNAPSHOT = cast(func.pg_current_snapshot(), Text)
# Shaders whose place was changed after the snapshot :snapshot, whose oldest open transaction is :oldest, with their
# place before that.
MOVED = (
    text(
        """
        SELECT DISTINCT ON (shader_id) shader_id, hot, score AS weighted_score
        FROM rank_changes
        WHERE transaction_id >= :oldest
            AND NOT pg_visible_in_snapshot(CAST(CAST(transaction_id AS text) AS xid8), CAST(:snapshot AS pg_snapshot))
        ORDER BY shader_id, id
        """
    )
    .bindparams(placeholder("oldest", BigInteger()), placeholder("snapshot", Text()))
    .columns(shader_id=String, hot=Float, weighted_score=Integer)
)
_FORM = re.compile(r"([1-9]\d{0,17}):([1-9]\d{0,17}):((?:[1-9]\d{0,17}(?:,[1-9]\d{0,17})*)?)")
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A PostgreSQL snapshot as text, and the oldest transaction that it may not have seen."""

    text: str
    oldest: int

    @classmethod
    def parse(cls, text: str) -> "Snapshot":
        """The snapshot in a cursor. Raises `InvalidCursorError` where PostgreSQL could not read it."""
        found = _FORM.fullmatch(text)
        if found is None or len(text) > _LONGEST:
            raise InvalidCursorError
        oldest, end = int(found[1]), int(found[2])
        running = [int(part) for part in found[3].split(",") if part]
        if oldest > end or running != sorted(running) or any(not oldest <= one < end for one in running):
            raise InvalidCursorError
        return cls(text, oldest)


def shortened(snapshot: str) -> str:
    """`snapshot` for a cursor: very many open transactions are replaced by the time before the first of them."""
    if len(snapshot) <= _LONGEST:
        return snapshot
    oldest = snapshot.split(":", 1)[0]
    return f"{oldest}:{oldest}:"
