"""`python -m tests.benchmarks.renderer`: our renderer against the naive design, in one run on one machine.

The naive design (`naive_renderer.py`) opens a new page for each job and takes PNG screenshots. It gets the same
Chromium, the same pyppeteer, the same backend (llvmpipe; SwiftShader, which Chromium takes by itself, is slower) and as
many pages at once as we have slots. Both draw the same 24 shaders, each text salted so that no cache can answer, in
alternating rounds. Ours is measured from outside, over HTTP, encoding included. CPU time is that of all processes of a
design, our HTTP service included; memory is their PSS, the highest of the run. Elapsed times mean something on a quiet
machine only; processor times hardly change with what else runs.

Beside both stands the limit: a page that translates, draws and reads back, from which no picture goes anywhere.

The kept still (1280x720, four samples, all its sizes) is printed beside it, against our own quick one.
Prints a table and writes build/bench/renderer.json: rows of name, value, unit, baseline, ratio, goal.
"""

import asyncio
import base64
import itertools
import json
import os
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import Any

import httpx2
import psutil

from services.renderer.chromium import find_chromium
from services.renderer.isolation import can_sandbox
from services.renderer.settings import Backend, RendererSettings, available_cores
from services.standalone.ports import held_port

CORPUS = Path(__file__).parent / "corpus"
GALLERY = Path(__file__).parents[2] / "gallery"
REPORT = Path("build/bench/renderer.json")
ROUNDS = 2
STILL = {"width": 640, "height": 360}
PREVIEW = {"width": 320, "height": 180, "seconds": 2.0}
FRAMES = 36
_GPU_FLAGS = {
    Backend.LLVMPIPE: ["--use-gl=angle", "--use-angle=gl-egl", "--ignore-gpu-blocklist"],
    Backend.SWIFTSHADER: ["--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"],
}
_salts = itertools.count(int(time.time()) % 100_000)


@dataclass
class Measured:
    """One design's figures. Times in seconds, memory in bytes."""

    stills: int = 0
    still_seconds: float = 0.0
    still_times: list[float] = field(default_factory=list)
    still_cpu: float = 0.0
    still_gpu_cpu: float = 0.0
    alone: list[float] = field(default_factory=list)
    previews: list[float] = field(default_factory=list)
    memory: int = 0
    kept: list[float] = field(default_factory=list)
    kept_cpu: float = 0.0

    @property
    def stills_per_minute(self) -> float:
        """Throughput with all slots busy."""
        return 60 * self.stills / self.still_seconds


def salted_sources() -> list[str]:
    """The 24 shaders, in texts that no cache has seen."""
    return [
        path.read_text().replace("float t = iTime;", f"float t = iTime + {next(_salts)}.0e-9;")
        for path in sorted(CORPUS.glob("*.frag"))
    ]


class Naive:
    """The naive design in its own process."""

    def __init__(self, binary: Path, backend: Backend, at_once: int, environment: dict[str, str] | None = None) -> None:
        """Start it."""
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.benchmarks.naive_renderer"],
            env={**os.environ, **(environment or {})},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._at_once = at_once
        flags = [*_GPU_FLAGS[backend], *([] if can_sandbox() else ["--no-sandbox"])]
        self._ask({"binary": str(binary), "flags": flags})

    @property
    def pid(self) -> int:
        """The process that all others descend from."""
        return self.process.pid

    def stills(self, sources: list[str]) -> tuple[float, list[float]]:
        """Seconds for all, and of each."""
        reply = self._ask({"kind": "still", "sources": sources, "at_once": self._at_once, **STILL})
        return reply["seconds"], reply["times"]

    def alone(self, sources: list[str]) -> list[float]:
        """Seconds of each, one after the other."""
        times: list[float] = self._ask({"kind": "still", "sources": sources, "at_once": 1, **STILL})["times"]
        return times

    def limit(self, sources: list[str]) -> list[float]:
        """Seconds of each in the page that only translates, draws and reads back."""
        times: list[float] = self._ask({"kind": "limit", "sources": sources, **STILL})["times"]
        return times

    def previews(self, sources: list[str]) -> list[float]:
        """Seconds of each, one after the other."""
        times: list[float] = self._ask(
            {"kind": "preview", "sources": sources, "at_once": 1, "frames": FRAMES, **PREVIEW}
        )["times"]
        return times

    def stop(self) -> None:
        """End it."""
        for child in psutil.Process(self.pid).children(recursive=True):
            child.kill()
        self.process.kill()
        self.process.wait()

    def _ask(self, order: dict[str, Any]) -> dict[str, Any]:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(order) + "\n")
        self.process.stdin.flush()
        reply: dict[str, Any] = json.loads(self.process.stdout.readline())
        return reply


class Ours:
    """The renderer service in its own process, asked over HTTP."""

    def __init__(self, slots: int, backend: Backend) -> None:
        """Start it and wait until all its browsers are up."""
        port = held_port()
        settings = {"PORT": str(port), "SLOTS": str(slots), "BACKEND": backend.value, "LOG_LEVEL": "WARNING"}
        environment = {**os.environ, **{f"FRACTAFRAG_RENDERER_{name}": value for name, value in settings.items()}}
        self.process = subprocess.Popen([sys.executable, "-m", "services.renderer"], env=environment)
        self._slots = slots
        self.url = f"http://127.0.0.1:{port}"
        self._wait()

    @property
    def pid(self) -> int:
        """The process that all others descend from."""
        return self.process.pid

    def stills(self, sources: list[str]) -> tuple[float, list[float]]:
        """Seconds for all, and of each from request to answer; twice as many are asked for as there are slots."""
        return asyncio.run(self._all(sources, {"still": STILL}, 2 * self._slots))

    def alone(self, sources: list[str]) -> list[float]:
        """Seconds of each, one after the other."""
        return asyncio.run(self._all(sources, {"still": STILL}, 1))[1]

    def previews(self, sources: list[str]) -> list[float]:
        """Seconds of each, one after the other."""
        return asyncio.run(self._all(sources, {"preview": {**PREVIEW, "fps": FRAMES / 2}}, 1))[1]

    def kept(self, sources: list[str]) -> list[float]:
        """Seconds of each kept still, one after the other."""
        return asyncio.run(self._all(sources, {"kept": {"time": 1.0}}, 1))[1]

    def stop(self) -> None:
        """End it."""
        self.process.terminate()
        self.process.wait(30)

    async def _all(self, sources: list[str], order: dict[str, Any], at_once: int) -> tuple[float, list[float]]:
        places = asyncio.Semaphore(at_once)
        times: list[float] = []
        async with httpx2.AsyncClient(base_url=self.url, timeout=60) as client:

            async def one(source: str) -> None:
                async with places:
                    started = time.perf_counter()
                    reply = await client.post("/render", json={"job_id": "bench", "source": source, **order})
                    while reply.status_code == HTTPStatus.SERVICE_UNAVAILABLE:  # Too busy to tell: what clients do.
                        reply = await client.post("/render", json={"job_id": "bench", "source": source, **order})
                    times.append(time.perf_counter() - started)
                reply.raise_for_status()
                (kind,) = order
                picture = reply.json()[kind]
                picture = picture["sizes"][0] if kind == "kept" else picture
                assert picture is not None
                assert base64.b64decode(picture["data"])[:4] == b"RIFF"

            started = time.perf_counter()
            await asyncio.gather(*(one(source) for source in sources))
            return time.perf_counter() - started, times

    def _wait(self) -> None:
        for _ in range(600):
            try:
                state = httpx2.get(f"{self.url}/readyz").json()
            except httpx2.TransportError:
                state = {}
            if state.get("free") == self._slots and state.get("standby"):
                return
            time.sleep(0.1)
        raise RuntimeError("the renderer did not become ready")


def tree(pid: int) -> list[psutil.Process]:
    """A process and its descendants."""
    root = psutil.Process(pid)
    return [root, *root.children(recursive=True)]


def cpu_seconds(pid: int, kind: str = "") -> float:
    """CPU time of a tree so far, its reaped members included, or of its processes of one kind of Chromium's."""
    total = 0.0
    for process in tree(pid):
        try:
            if kind == "" or f"--type={kind}" in process.cmdline():
                total += sum(process.cpu_times()[:4])
        except psutil.NoSuchProcess:
            continue
    return total


def pss_bytes(pid: int) -> int:
    """Memory of a tree."""
    total = 0
    for process in tree(pid):
        try:
            total += process.memory_full_info().pss
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue
    return total


def measure(design: Naive | Ours, measured: Measured) -> None:
    """One round of stills and one of previews."""
    before, gpu_before = cpu_seconds(design.pid), cpu_seconds(design.pid, "gpu-process")
    seconds, times = design.stills(salted_sources())
    measured.still_cpu += cpu_seconds(design.pid) - before
    measured.still_gpu_cpu += cpu_seconds(design.pid, "gpu-process") - gpu_before
    measured.stills += len(times)
    measured.still_seconds += seconds
    measured.still_times += times
    measured.alone += design.alone(salted_sources())
    measured.memory = max(measured.memory, pss_bytes(design.pid))
    measured.previews += design.previews(salted_sources())
    measured.memory = max(measured.memory, pss_bytes(design.pid))


def measure_limit(backend: Backend, measured: Measured) -> None:
    """One round of stills that stay in their page, in a browser of their own whose driver is set as ours is."""
    binary = find_chromium(RendererSettings())
    assert binary is not None
    design = Naive(binary, backend, 1, {"GALLIVM_PERF": "nopt"})
    try:
        design.limit(salted_sources()[:4])
        _measure_limit(design, measured)
    finally:
        design.stop()


def _measure_limit(design: Naive, measured: Measured) -> None:
    before, gpu_before = cpu_seconds(design.pid), cpu_seconds(design.pid, "gpu-process")
    times = design.limit(salted_sources())
    measured.still_cpu += cpu_seconds(design.pid) - before
    measured.still_gpu_cpu += cpu_seconds(design.pid, "gpu-process") - gpu_before
    measured.stills += len(times)
    measured.alone += times


def measure_kept(design: Ours, measured: Measured) -> None:
    """One kept still of each shader."""
    before = cpu_seconds(design.pid)
    measured.kept = design.kept(salted_sources())
    measured.kept_cpu = cpu_seconds(design.pid) - before


@contextmanager
def both(slots: int, backend: Backend) -> Iterator[tuple[Naive, Ours]]:
    """The two designs, running."""
    binary = find_chromium(RendererSettings())
    if binary is None:
        raise SystemExit("Chromium was not found")
    naive, ours = Naive(binary, backend, slots), Ours(slots, backend)
    try:
        yield naive, ours
    finally:
        naive.stop()
        ours.stop()


def row(name: str, unit: str, value: float, baseline: float, goal: float | None, *, more: bool) -> dict[str, Any]:
    """One line of the report; `more` says that a larger value is the better one. The goal is the least ratio."""
    ratio = value / baseline if more else baseline / value
    return {
        "name": name,
        "value": round(value, 3),
        "unit": unit,
        "baseline": round(baseline, 3),
        "ratio": round(ratio, 2),
        "goal": goal,
    }


def rows(naive: Measured, ours: Measured, limit: Measured) -> list[dict[str, Any]]:
    """The report."""
    a, b = ours, naive
    median, mean = statistics.median, statistics.mean
    cpu, least = 1e3 * a.still_cpu / a.stills, 1e3 * limit.still_cpu / limit.stills
    gpu, share = 1e3 * a.still_gpu_cpu / a.stills, round(1 / 1.3, 2)
    return [
        row("stills", "per minute", a.stills_per_minute, b.stills_per_minute, 5.0, more=True),
        row("still under load", "ms", 1e3 * median(a.still_times), 1e3 * median(b.still_times), None, more=False),
        row("still alone", "ms", 1e3 * median(a.alone), 1e3 * median(b.alone), None, more=False),
        row("CPU per still", "ms", cpu, 1e3 * b.still_cpu / b.stills, 5.0, more=False),
        row("preview of 36 frames", "ms", 1e3 * median(a.previews), 1e3 * median(b.previews), 8.0, more=False),
        row("previews", "per minute", 60 / mean(a.previews), 60 / mean(b.previews), None, more=True),
        row("memory, highest PSS", "MB", a.memory / 2**20, b.memory / 2**20, None, more=False),
        # Below, the second column is not the naive design, but what the line names.
        row("kept still, our quick one", "ms", 1e3 * median(a.kept), 1e3 * median(a.alone), None, more=False),
        row("CPU per kept still, our quick one", "ms", 1e3 * a.kept_cpu / len(a.kept), cpu, None, more=False),
        row("still alone, limit in a page", "ms", 1e3 * median(a.alone), 1e3 * median(limit.alone), None, more=False),
        row("CPU per still, limit in a page", "ms", cpu, least, None, more=False),
        row("CPU per still, our GPU process", "ms", cpu, gpu, share, more=False),
    ]


def main() -> None:
    """Measure, print, write."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # So that what was started is ended.
    slots = available_cores()
    naive, ours, limit = Measured(), Measured(), Measured()
    with both(slots, Backend.LLVMPIPE) as (one, other):
        for _ in range(ROUNDS):
            measure(one, naive)
            measure_limit(Backend.LLVMPIPE, limit)
            measure(other, ours)
        measure_kept(other, ours)
    report = rows(naive, ours, limit)
    REPORT.parent.mkdir(parents=True, exist_ok=True)
    REPORT.write_text(json.dumps(report, indent=2) + "\n")
    print(f"{'':40}{'ours':>12}{'naive':>12}{'ratio':>8}{'goal':>7}")
    for line in report:
        goal = "" if line["goal"] is None else f"{line['goal']:g}"
        print(f"{line['name'] + ', ' + line['unit']:40}", end="")
        print(f"{line['value']:>12.1f}{line['baseline']:>12.1f}{line['ratio']:>8.2f}{goal:>7}")


if __name__ == "__main__":
    main()
