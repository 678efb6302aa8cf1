"""Every job has an actor of its name on its queue."""

from services.core.domains import ALL_JOBS
from services.worker.actors import declare_actors
from services.worker.broker import JobBroker
from services.worker.runtime import Runtime


async def test_every_job_has_an_actor_with_its_name_and_queue(broker: JobBroker, runtime: Runtime) -> None:
    declare_actors(broker, runtime)
    for job in ALL_JOBS:
        actor = broker.actors[job.name]
        assert (actor.actor_name, actor.queue_name) == (job.name, job.queue)
    assert broker.get_declared_actors() == {*(job.name for job in ALL_JOBS), "unknown"}
