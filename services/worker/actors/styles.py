"""The actors that make style vectors, and the task that looks for missing ones."""

from datetime import timedelta

from services.core.styles.jobs import CATCH_UP, EMBED
from services.worker.actor import Actor
from services.worker.broker import JobBroker
from services.worker.runtime import Runtime
from services.worker.scheduler import Periodic

LOOK_EVERY = timedelta(minutes=1)


async def embed(runtime: Runtime, shader_id: str) -> None:
    """Make the vector of one work."""
    await runtime.style_vectors.embed(shader_id)


async def catch_up(runtime: Runtime) -> None:
    """Make some of the vectors that are missing or out of date."""
    await runtime.style_vectors.catch_up()


def periodic(runtime: Runtime, _: JobBroker) -> tuple[Periodic, ...]:
    """Look for missing vectors."""
    return (Periodic("styles.look", LOOK_EVERY, runtime.style_vectors.look),)


ACTORS = (Actor(EMBED, embed), Actor(CATCH_UP, catch_up))
