"""The operator process: watch, election, loops and the health port, and their orderly end.

On SIGTERM or SIGINT no tick begins any more, the one under way finishes, the Lease is given up, then the rest ends and
the exit code is 0. When a part ends that should not, all end and the code is 1: Kubernetes starts us again.
"""

import asyncio
import signal

import structlog

from operators.renderer.cluster import Cluster, connect
from operators.renderer.events import Events
from operators.renderer.handlers import Cache, Watch
from operators.renderer.health import HealthServer, Pulse
from operators.renderer.leader import Leader
from operators.renderer.logs import configure_logging
from operators.renderer.loop import TICK_SECONDS, Loops
from operators.renderer.metrics import Metrics
from operators.renderer.redis_source import QueueReader
from operators.renderer.renderers import Renderers
from operators.renderer.settings import VERSION, OperatorSettings
from operators.renderer.tick import Parts


class Operator:
    """All parts of one process."""

    def __init__(self, settings: OperatorSettings) -> None:
        self.settings = settings
        self.port = 0
        self.stopping = asyncio.Event()
        namespace = settings.watched_namespace
        self.client = connect(namespace)
        self.leader = Leader(self.client, namespace=namespace, name=settings.lease_name, identity=settings.identity)
        self.cache = Cache()
        self.watch = Watch(self.cache, namespace)
        self.metrics = Metrics()
        self.metrics.build_info.labels(VERSION).set(1)
        self.metrics.watch(leads=lambda: self.leader.leads, watch_age=lambda: self.cache.age)
        cluster = Cluster(self.client, namespace, may_write=lambda: self.leader.leads)
        self.parts = Parts(
            cache=self.cache,
            election=self.leader,
            cluster=cluster,
            events=Events(cluster),
            reader=QueueReader(settings.redis_folder),
            renderers=Renderers(settings.renderer_port),
            metrics=self.metrics,
        )
        self.pulse = Pulse(round_seconds=TICK_SECONDS)
        self.loops = Loops(self.parts, self.pulse, relist_seconds=settings.relist_seconds)
        self.health = HealthServer(pulse=self.pulse, synced=lambda: self.cache.synced, registry=self.metrics.registry)
        self._log = structlog.get_logger("operator")

    async def run(self) -> int:
        """Until told to stop; gives the exit code."""
        self.port = await self.health.start(self.settings.host, self.settings.port)
        self.watch.start()
        self._log.info("started", namespace=self.settings.watched_namespace, version=VERSION, port=self.port)
        electing = asyncio.create_task(self.leader.run(), name="election")
        looping = asyncio.create_task(self.loops.run(), name="loops")
        waiting = asyncio.create_task(self.stopping.wait(), name="stopping")
        try:
            done, _ = await asyncio.wait({electing, looping, waiting}, return_when=asyncio.FIRST_COMPLETED)
            failed = done - {waiting}
            for task in failed:
                self._log.error("a part ended", part=task.get_name(), error=repr(task.exception()))
            return 1 if failed else 0
        finally:
            await self._end(electing, looping)
            waiting.cancel()

    async def _end(self, electing: asyncio.Task[None], looping: asyncio.Task[None]) -> None:
        # The order matters: nobody may write any more when the Lease is given up.
        await self.loops.stop()
        await asyncio.gather(looping, return_exceptions=True)
        electing.cancel()
        await asyncio.gather(electing, return_exceptions=True)
        await self.leader.release()
        await self.watch.stop()
        await self.parts.reader.close()
        await self.parts.renderers.close()
        await self.health.stop()
        await self.client.close()
        self._log.info("ended")


async def serve(settings: OperatorSettings) -> int:
    """Run the operator until a signal comes."""
    operator = Operator(settings)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, operator.stopping.set)
    return await operator.run()


def main() -> int:
    """The process."""
    settings = OperatorSettings()
    configure_logging(settings.log_level)
    return asyncio.run(serve(settings))
