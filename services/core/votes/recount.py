"""Counting anew, from the votes themselves, under a lock of the shader's row.

The votes of a suspended account do not count; those of a restored one do again. `recount` counts what one user has
voted on, some shaders in each transaction. It may be stopped anywhere and begun again, and a second time changes
nothing.
"""

from uuid import UUID

from services.core.kit.database import Database, WriteSession
from services.core.votes import repository

MOST_AT_ONCE = 50


async def recount(database: Database, user_id: UUID) -> None:
    """Count the votes on all that this user has voted on."""
    after = ""
    while True:
        async with database.write() as session:
            shader_ids = await repository.voted_ids(session, user_id, after=after, limit=MOST_AT_ONCE)
            for shader_id in shader_ids:
                await recount_shader(session, shader_id)
        if not shader_ids:
            return
        after = shader_ids[-1]


async def recount_shader(session: WriteSession, shader_id: str) -> bool:
    """Count the votes on one shader; whether that changed anything."""
    # The lock comes in a statement of its own, so that the count sees what the one before us committed.
    before = await repository.locked_rank(session, shader_id)
    if before is None:
        return False
    tally = await repository.counted(session, shader_id)
    if tally == before.tally:
        return False
    await repository.move(session, before, tally)
    return True
