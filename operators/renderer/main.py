"""The operator process: kopf watches and ends it, beside it run the election, the loops and the health port.

On SIGTERM or SIGINT no tick begins any more, the one under way finishes, the Lease is given up, then the rest ends and
the exit code is 0. When a part ends that should not, all end and the code is 1: Kubernetes starts us again.
"""

import asyncio
import threading

import kopf
import structlog

from operators.renderer import handlers as _handlers  # noqa: F401 - kopf calls them
from operators.renderer.cache import Cache
from operators.renderer.client import KubernetesClient, log_in
from operators.renderer.cluster import Cluster
from operators.renderer.events import EventRecorder
from operators.renderer.health import HealthServer, Heartbeats
from operators.renderer.leader import Leader
from operators.renderer.logs import configure_logging
from operators.renderer.loops import TICK_SECONDS, Loops
from operators.renderer.metrics import Metrics
from operators.renderer.redis_source import QueueReader
from operators.renderer.renderers import Renderers
from operators.renderer.settings import VERSION, OperatorSettings
from operators.renderer.tick import Parts


class Operator:
    """All parts of one process. `start` and `end` are called by kopf's handlers."""

    def __init__(self, settings: OperatorSettings) -> None:
        self.settings = settings
        self.port = 0
        self.stopping = threading.Event()
        self.cache = Cache()
        self.metrics = Metrics()
        self.metrics.build_info.labels(VERSION).set(1)
        self.client = KubernetesClient(log_in(settings=kopf.OperatorSettings()), settings.watched_namespace)
        self.leader = Leader(self.client, name=settings.lease_name, identity=settings.identity)
        self.metrics.bind(leads=lambda: self.leader.leads, watch_age=lambda: self.cache.age)
        cluster = Cluster(self.client, may_write=lambda: self.leader.leads)
        self.parts = Parts(
            cache=self.cache,
            election=self.leader,
            cluster=cluster,
            events=EventRecorder(cluster),
            reader=QueueReader(settings.redis_folder),
            renderers=Renderers(settings.renderer_port),
            metrics=self.metrics,
        )
        heartbeats = Heartbeats(round_seconds=TICK_SECONDS)
        self.loops = Loops(self.parts, heartbeats, relist_seconds=settings.relist_seconds)
        self.health = HealthServer(
            heartbeats=heartbeats, synced=lambda: self.cache.synced, registry=self.metrics.registry
        )
        self._tasks: list[asyncio.Task[None]] = []
        self._broken = False
        self._log = structlog.get_logger("operator")

    async def run(self) -> int:
        """Until told to stop; gives the exit code. At its end kopf cancels whatever else was begun in the loop."""
        try:
            await kopf.operator(
                namespaces=[self.settings.watched_namespace],
                standalone=True,
                stop_flag=self.stopping,
                memo=kopf.Memo(operator=self),
            )
        except Exception:
            self._log.exception("operator failed")
            self._broken = True
        finally:
            self.stopping.set()
        return 1 if self._broken else 0

    async def start(self) -> None:
        """Open the port and begin to work."""
        self.port = await self.health.start(self.settings.host, self.settings.port)
        self._log.info("started", namespace=self.settings.watched_namespace, version=VERSION, port=self.port)
        self._tasks = [
            asyncio.create_task(self.leader.run(), name="election"),
            asyncio.create_task(self.loops.run(), name="loops"),
        ]
        for task in self._tasks:
            task.add_done_callback(self._ended)

    async def end(self) -> None:
        """Stop in order: nobody may write any more when the Lease is given up."""
        for task in self._tasks:
            task.remove_done_callback(self._ended)
        electing, looping = self._tasks
        await self.loops.stop()
        await asyncio.gather(looping, return_exceptions=True)
        electing.cancel()
        await asyncio.gather(electing, return_exceptions=True)
        await self.leader.release()
        await self.parts.reader.close()
        await self.parts.renderers.close()
        await self.health.stop()
        await self.client.close()
        self._log.info("ended")

    def _ended(self, task: asyncio.Task[None]) -> None:
        """A part has ended that should not."""
        error = None if task.cancelled() else task.exception()
        self._log.error("a part ended", part=task.get_name(), error=repr(error))
        self._broken = True
        self.stopping.set()


def main() -> int:
    """The process."""
    settings = OperatorSettings()
    configure_logging(settings.log_level)
    return asyncio.run(Operator(settings).run())
