"""A whole site under its supervisor, started as a person starts it."""

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil

ROOT = Path(__file__).parents[2]
ACCOUNT_OF_THE_WALK = {"login": "ada", "password": "seven moons over Lisbon"}


class Running:
    """`python -m services.standalone` on a folder and a free port, without the gallery."""

    def __init__(self, home: Path, **environment: str) -> None:
        self.home = home
        self.output = Path(tempfile.mkstemp(suffix=".out")[1])
        variables = {"FRACTAFRAG_HOME": str(home), "PORT": "0", "FRACTAFRAG_GALLERY": "off", **environment}
        with self.output.open("wb") as file:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "services.standalone"],
                cwd=ROOT, env={**os.environ, **variables}, stdout=file, stderr=subprocess.STDOUT,
            )  # fmt: skip

    def said(self) -> str:
        return self.output.read_text()

    def address(self) -> str:
        # It gives up by itself.
        wait(lambda: "Fractafrag is at " in self.said() or self.process.poll() is not None, 3_600)
        assert self.process.poll() is None, self.said()
        return self.said().partition("Fractafrag is at ")[2].split()[0]

    def tree(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children(recursive=True)

    def children(self, words: str) -> list[psutil.Process]:
        return [process for process in self.tree() if words in command_line(process)]

    def stop(self, number: int = signal.SIGINT) -> int:
        self.process.send_signal(number)
        try:
            return self.process.wait(40)
        finally:
            print(self.said())


def wait(condition: Callable[[], bool], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "this took too long"
        time.sleep(0.05)


def command_line(process: psutil.Process) -> str:
    with contextlib.suppress(psutil.NoSuchProcess, psutil.ZombieProcess):
        return " ".join(process.cmdline())
    return ""


def all_gone(processes: list[psutil.Process]) -> bool:
    return not any(process.is_running() and process.status() != psutil.STATUS_ZOMBIE for process in processes)


@contextlib.contextmanager
def running(home: Path, **environment: str) -> Iterator[Running]:
    site = Running(home, **environment)
    try:
        yield site
    finally:
        if site.process.poll() is None:
            site.stop()
