"""`make test-busy`: the verdicts of a machine that is busy with something else are those of a quiet one.

Every file of the gallery is drawn, still and loop, first on the machine as it is and then beside BUSY_LOOPS processes
that never rest (twice as many as there are processors, unless told); hostile shaders are refused in both. What a
renderer cannot tell (`renderer_slow`) is asked again, as a worker does. Prints a table.
"""

import os
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import httpx2
import psutil
import pytest

from services.renderer.settings import available_cores
from services.standalone.gallery.catalogue import FOLDER, load
from tests.fixtures.renderer import RendererProcess, running_renderer
from tests.renderer.shaders import HOSTILE

pytestmark = [pytest.mark.busy]

LOOPS = int(os.environ.get("BUSY_LOOPS", str(2 * available_cores())))
# A worker asks for a day; nobody waits so long here.
MOST_TRIES = 20
WAITS = "renderer_slow"
# What a refusal may cost: the job's own limit.
MOST_SECONDS = 15.0


@dataclass
class Clock:
    """The processor time that the renderer's GPU processes have used, also those that were killed since."""

    renderer: RendererProcess
    _seen: dict[int, float] = field(default_factory=dict)
    _stop: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> Self:
        threading.Thread(target=self._watch, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()

    def seconds(self) -> float:
        """All of it so far."""
        self._look()
        return sum(self._seen.values())

    def _watch(self) -> None:
        while not self._stop.wait(0.1):
            self._look()

    def _look(self) -> None:
        for process in self.renderer.processes("gpu-process"):
            try:
                times = process.cpu_times()
            except psutil.Error:
                continue
            self._seen[process.pid] = times.user + times.system


@dataclass
class Pass:
    """What came of one round over all shaders."""

    verdicts: dict[str, str] = field(default_factory=dict)
    asked_again: int = 0
    slowest: float = 0.0
    dearest: float = 0.0


@contextmanager
def busy(loops: int) -> Iterator[None]:
    """That many processes that never rest."""
    running = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(loops)]
    try:
        yield
    finally:
        for process in running:
            process.kill()
            process.wait()


def asked(renderer: RendererProcess, found: Pass, source: str, order: dict[str, Any]) -> httpx2.Response:
    """The renderer's last word: `renderer_slow` where it could not tell for long, and a worker would go on asking."""
    started = time.monotonic()
    for tries in range(MOST_TRIES):
        reply = renderer.render(source, tries=tries, **order)
        if reply.status_code not in (429, 503):
            found.slowest = max(found.slowest, time.monotonic() - started)
            return reply
        found.asked_again += 1
        time.sleep(1)
    return reply


def drawn(renderer: RendererProcess) -> Pass:
    """Every file of the gallery, as the worker has it drawn."""
    found = Pass()
    for work in load(FOLDER).works:
        for version in work.files:
            source = (FOLDER / version.file).read_text()
            still = asked(renderer, found, source, {"still": {"time": work.still_time}})
            found.verdicts[version.file] = verdict(still)
            if still.status_code == 200 and still.json()["animated"]:
                loop = asked(renderer, found, source, {"still": None, "preview": {}})
                found.verdicts[f"{version.file}, loop"] = verdict(loop)
    return found


def refused(renderer: RendererProcess, clock: Clock) -> Pass:
    """Every hostile shader, one after the other."""
    found = Pass()
    for name, (source, codes) in HOSTILE.items():
        renderer.wait_until_ready()
        before = clock.seconds()
        reply = asked(renderer, found, source, {})
        found.dearest = max(found.dearest, clock.seconds() - before)
        found.verdicts[name] = verdict(reply)
        assert (reply.json().get("code") or "drawn") in codes, (name, verdict(reply))
    return found


def verdict(reply: httpx2.Response) -> str:
    """In a few words."""
    answer = reply.json()
    if reply.status_code != 200:
        return str(answer["code"])
    loop = answer["preview"]
    return answer["preview_skipped"] or (f"{loop['frames']} frames of {loop['width']}" if loop else "drawn")


def test_verdicts_do_not_change(tmp_path: Path) -> None:
    with running_renderer(tmp_path, {"slots": 1}) as renderer, Clock(renderer) as clock:
        quiet, refused_before = drawn(renderer), refused(renderer, clock)
        with busy(LOOPS):
            beset, refused_then = drawn(renderer), refused(renderer, clock)
    names = sorted({*quiet.verdicts, *beset.verdicts})
    words = {name: [each.verdicts.get(name, "not asked for") for each in (quiet, beset)] for name in names}
    differ = {name: (was, became) for name, (was, became) in words.items() if was != became}
    report(quiet, beset, refused_before, refused_then, differ)
    assert {word for name, word in beset.verdicts.items() if not name.endswith("loop")} == {"drawn"}
    # At the edge of what fits a loop may have a rung more or less; one that waits has no verdict yet.
    changed = [name for name, both in differ.items() if not all("frames of" in word or word == WAITS for word in both)]
    assert not changed
    assert refused_then.dearest <= MOST_SECONDS


def report(quiet: Pass, beset: Pass, refused_before: Pass, refused_then: Pass, differ: dict[str, Any]) -> None:
    """The table."""
    print(f"\n{LOOPS} busy loops on {available_cores()} processors\n")
    print(f"{'':24}{'as it is':>12}{'busy':>12}")
    stills = [sum(word == "drawn" for word in each.verdicts.values()) for each in (quiet, beset)]
    rows: dict[str, Sequence[float]] = {
        "stills drawn": stills,
        "asked again": [each.asked_again for each in (quiet, beset)],
        "slowest answer, s": [round(each.slowest, 1) for each in (quiet, beset)],
        "refused: dearest, cpu s": [round(each.dearest, 1) for each in (refused_before, refused_then)],
        "refused: asked again": [each.asked_again for each in (refused_before, refused_then)],
    }
    for row, values in rows.items():
        print(f"{row:24}{values[0]:>12}{values[1]:>12}")
    print("loops:", dict(Counter(word for name, word in beset.verdicts.items() if name.endswith("loop"))))
    then = refused_then.verdicts
    within = {name: (was, then[name]) for name, was in refused_before.verdicts.items() if was != then[name]}
    print("refusals that differ within their codes:", within or "none")
    print("differ:", differ or "none")
