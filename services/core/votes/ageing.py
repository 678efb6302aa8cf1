"""Votes gain weight as their account grows older.

`age` gives each vote the weight that its account's age has come to, and counts the shaders of those votes anew, one in
each transaction, so that no vote waits for long. What is left to do is what the tables say, so it may be stopped
anywhere and begun again, in two places at once, and a second time changes nothing. No vote ever loses weight here.
"""

from datetime import datetime

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import DateTime, SmallInteger

from services.core.kit.database import Database
from services.core.ranking.hot import FULL_WEIGHT
from services.core.votes import recount, repository
from services.core.votes.weights import growth

MOST_AT_ONCE = 500

# What the vote of an account of whole days weighs: the place in the list `weights` (weights.py).
_DUE = """(CAST(:weights AS smallint[]))[
    1 + least(greatest(floor(extract(epoch FROM :now - users.created_at) / 86400), 0), :full_after_days)::int]"""
_OF_VOTES = f"users.id = votes.user_id AND votes.weight < {FULL_WEIGHT} AND votes.weight < {_DUE}"
_BOUND = (
    bindparam("weights", type_=ARRAY(SmallInteger)),
    bindparam("now", type_=DateTime(timezone=True)),
)
_SHADERS = text(
    f"SELECT DISTINCT votes.shader_id FROM votes, users WHERE {_OF_VOTES} AND votes.shader_id > :after"  # noqa: S608
    " ORDER BY votes.shader_id LIMIT :most"
).bindparams(*_BOUND)
_GROW = text(
    f"UPDATE votes SET weight = {_DUE} FROM users WHERE {_OF_VOTES} AND votes.shader_id = :shader_id"  # noqa: S608
).bindparams(*_BOUND)


async def age(database: Database, *, full_after_days: int, now: datetime) -> int:
    """Bring all votes to the weight of their accounts' age; gives how many shaders got another weighted score."""
    rule = {"weights": growth(full_after_days), "full_after_days": full_after_days, "now": now}
    changed = 0
    after = ""
    while True:
        async with database.read() as session:
            shader_ids = (await session.scalars(_SHADERS, {**rule, "after": after, "most": MOST_AT_ONCE})).all()
        for shader_id in shader_ids:
            async with database.write() as session:
                # As a vote does it: first the shader, then its votes.
                await repository.locked_rank(session, shader_id)
                await session.execute(_GROW, {**rule, "shader_id": shader_id})
                changed += await recount.recount_shader(session, shader_id)
        if not shader_ids:
            return changed
        after = shader_ids[-1]
