"""The whole site as processes on real servers, a supervisor that starts what has died, and a killer.

Every process is one that users run: API, two workers (each with a relay), a relay for itself (a worker of another
queue), and the renderer with its Chromium. PostgreSQL and Valkey stay up here; tests/worker/test_process.py stops
those.
"""

import asyncio
import json
import os
import random
import shutil
import signal
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import psutil
from joserfc.jwk import ECKey, KeySet

from services.api.settings import ApiSettings
from services.core.accounts.settings import AuthSettings
from services.core.kit.settings import DatabaseSettings, LimitSettings, RedisSettings, StorageSettings
from services.core.renders.settings import RendererClientSettings
from services.standalone.ports import held_port
from services.standalone.postgres import EmbeddedPostgres
from services.standalone.valkey import EmbeddedValkey
from services.worker.settings import WorkerGroup, WorkerSettings
from tests.fixtures.database import migrate
from tests.fixtures.processes import Process, environment

# What a process writes when it has come up.
UP = {
    "api": "Uvicorn running on",
    "worker-1": "worker started",
    "worker-2": "worker started",
    "relay": "worker started",
    "renderer": '"event": "ready"',
}
TARGETS = ("api", "worker-1", "worker-2", "relay", "renderer", "chromium", "gpu process")
# As Chromium names the kind of a process; the browser itself has no name.
_KINDS = {"chromium": "", "gpu process": "gpu-process"}


@dataclass
class Kill:
    """One kill: what, and whether it was there to be killed."""

    target: str
    hit: bool


class Stack:
    """All parts. `start` and `stop` them; `supervise` and `rampage` are tasks to be cancelled."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.folder = folder
        self.chance = random.Random(seed)
        # Short, as Chromium keeps a socket deep in it, and the path of a socket has at most 107 bytes.
        self.run_folder = Path(tempfile.mkdtemp(prefix="c", dir="/tmp"))
        self.postgres = EmbeddedPostgres(folder / "postgres")
        self.valkey = EmbeddedValkey(folder / "valkey")
        self.api_port, self.renderer_port = held_port(), held_port()
        self.kills: list[Kill] = []
        self.restarts: Counter[str] = Counter()
        self.processes: dict[str, Process] = {}

    @property
    def url(self) -> str:
        """Where the API is."""
        return f"http://127.0.0.1:{self.api_port}"

    def start(self) -> None:
        """Bring everything up."""
        self.postgres.start()
        self.valkey.start()
        migrate(self.postgres)
        given = environment(self.settings, self.worker_settings)
        keys = KeySet([ECKey.generate_key("P-256", {"kid": "chaos", "use": "sig"})])
        given["FRACTAFRAG_AUTH_SIGNING_KEYS"] = json.dumps(keys.as_dict(private=True))
        worker = ["-m", "services.worker", "--queues"]
        renderer = {
            "FRACTAFRAG_RENDERER_PORT": str(self.renderer_port),
            "FRACTAFRAG_RENDERER_SLOTS": "2",
            "FRACTAFRAG_RENDERER_RUN_FOLDER": str(self.run_folder),
        }
        commands = {
            "api": (["-m", "services.api", "--port", str(self.api_port)], given),
            "worker-1": ([*worker, "default,render"], given),
            "worker-2": ([*worker, "render"], given),
            "relay": ([*worker, "default"], given),
            "renderer": (["-m", "services.renderer"], renderer),
        }
        for name, (command, variables) in commands.items():
            self.processes[name] = Process(name, command, variables, self.folder)
            self.processes[name].start()

    @property
    def settings(self) -> ApiSettings:
        """What the API is told, and of its servers the workers too."""
        return ApiSettings(
            database=DatabaseSettings(url=self.postgres.url()),
            redis=RedisSettings(url=self.valkey.url()),
            storage=StorageSettings(url=f"file://{self.folder}/objects"),
            limits=LimitSettings(enabled=False, publishes_per_month=1_000),
        ).replace(self._renderer_settings, AuthSettings(argon2_memory_kib=8_192, argon2_time_cost=1))

    @property
    def worker_settings(self) -> WorkerSettings:
        """What the workers are told."""
        return WorkerSettings(
            worker=WorkerGroup(threads=8, health_port=0, heartbeat_seconds=5, lease_seconds=6, stale_seconds=10)
        )

    @property
    def _renderer_settings(self) -> RendererClientSettings:
        return RendererClientSettings(url=f"http://127.0.0.1:{self.renderer_port}")

    def stop(self) -> None:
        """Stop everything."""
        for process in self.processes.values():
            process.kill()
        self.valkey.stop()
        self.postgres.stop()
        shutil.rmtree(self.run_folder, ignore_errors=True)

    async def supervise(self) -> None:
        """Start what has died, after a moment, as any supervisor does."""
        while True:
            for name, process in self.processes.items():
                if not process.running:
                    await asyncio.sleep(0.3)
                    process.start()
                    self.restarts[name] += 1
            await asyncio.sleep(0.1)

    async def rampage(self) -> None:
        """Kill something with -9, again and again; each target has its turn before any comes again.

        What has not come up yet is waited for: who is killed at each start never works at all, and on a busy machine
        a start takes longer than a turn.
        """
        while True:
            targets = list(TARGETS)
            self.chance.shuffle(targets)
            for target in targets:
                await asyncio.sleep(self.chance.uniform(0.5, 2.5))
                while not self.is_up(target):  # noqa: ASYNC110 -- a process has no event
                    await asyncio.sleep(0.1)
                self.kills.append(Kill(target, self.kill(target)))

    def is_up(self, target: str) -> bool:
        """Whether the target has come up since it was started last."""
        name = target if target in self.processes else "renderer"
        return self.processes[name].said(UP[name]) and (name == target or bool(self._chromium(_KINDS[target])))

    def kill(self, target: str) -> bool:
        """Kill one thing; whether it was running."""
        if target in self.processes:
            running = self.processes[target].running
            self.processes[target].kill()
            return running
        found = self._chromium(_KINDS[target])
        if not found:
            return False
        victim = self.chance.choice(found)
        try:
            os.kill(victim, signal.SIGKILL)
        except ProcessLookupError:
            return False
        return True

    def _chromium(self, kind: str) -> list[int]:
        """The Chromium processes of this renderer of one kind; `""` is the browser itself."""
        found = []
        for process in psutil.process_iter(["cmdline"]):
            line = process.info["cmdline"] or []
            if not any(str(self.run_folder) in part for part in line) or "chrom" not in line[0]:
                continue
            own = next((part.removeprefix("--type=") for part in line if part.startswith("--type=")), "")
            if own == kind:
                found.append(process.pid)
        return found
