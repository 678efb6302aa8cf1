"""A process that the supervisor keeps alive.

`Child.tend()` is called again and again from the supervisor's main thread: it starts the process, notices its end and
starts it anew after a pause that doubles from half a second to half a minute and falls back once the process has run
for a minute. Output goes to one log file, cut when it has grown past its bound.
"""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO

from services.standalone.processes import command_that_ends_with_us, start

_FIRST_PAUSE = 0.5
_LONGEST_PAUSE = 30.0
_STEADY_SECONDS = 60.0
_LOG_BYTES = 20_000_000


class Child:
    """One kept process: `name`, what to run, and where its log goes.

    `patience` is how many seconds it has for a clean stop before it is killed. `death_signal` is what the kernel
    sends it when the supervisor is gone.
    """

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        *,
        environment: Mapping[str, str],
        log: Path,
        patience: float,
        death_signal: str = "TERM",
        keep: bool = True,
        pass_fds: Sequence[int] = (),
    ) -> None:
        self.name = name
        self.command = command
        self.environment = environment
        self.log = log
        self.patience = patience
        self.death_signal = death_signal
        self.keep = keep
        self.pass_fds = pass_fds
        self.starts = 0
        self.exit_code: int | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._started_at = 0.0
        self._pause = _FIRST_PAUSE
        self._next_start = 0.0

    @property
    def running(self) -> bool:
        """Whether the process lives."""
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int | None:
        """Its process id while it runs."""
        return self._process.pid if self._process is not None and self.running else None

    def tend(self) -> str | None:
        """Bring the process nearer to running; a sentence when something happened that a person should know."""
        now = time.monotonic()
        if self.running:
            self._cut_log()
            return None
        if self._process is not None:
            return self._ended(self._process, now)
        if now >= self._next_start and (self.keep or self.starts == 0):
            self._start(now)
        return None

    def ask_to_stop(self) -> None:
        """Ask for a clean stop; returns at once."""
        if self._process is not None and self.running:
            self._process.terminate()

    def wait_stopped(self, hurry: Callable[[], bool]) -> bool:
        """Wait until it has stopped; whether it did so within its patience, or until `hurry`, else it is killed."""
        if self._process is None:
            return True
        deadline = time.monotonic() + self.patience
        while self.running:
            if hurry() or time.monotonic() > deadline:
                # It leads a process group of its own, so a child of its that hangs goes with it.
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(self._process.pid, signal.SIGKILL)
                self._process.wait()
                return False
            time.sleep(0.02)
        return True

    def log_bytes(self) -> int:
        """How large its log is."""
        return self.log.stat().st_size if self.log.exists() else 0

    def last_lines(self, count: int = 15) -> str:
        """The end of its log."""
        try:
            lines = self.log.read_text(errors="replace").splitlines()
        except OSError:
            return ""
        return "\n".join(lines[-count:])

    def _start(self, now: float) -> None:
        with self._open_log() as log:
            self._process = start(
                command_that_ends_with_us(self.command, end_signal=self.death_signal),
                log=log,
                environment=self.environment,
                pass_fds=self.pass_fds,
            )
        self.starts += 1
        self._started_at = now

    def _ended(self, process: subprocess.Popen[bytes], now: float) -> str | None:
        self.exit_code = process.returncode
        self._process = None
        if not self.keep:
            return None
        if now - self._started_at > _STEADY_SECONDS:
            self._pause = _FIRST_PAUSE
        pause, self._pause = self._pause, min(self._pause * 2, _LONGEST_PAUSE)
        self._next_start = now + pause
        return f"{self.name} {_how_it_ended(process.returncode)}; it starts again in {pause:g} s (log: {self.log})"

    def _open_log(self) -> IO[bytes]:
        try:
            return self.log.open("ab")
        except OSError:
            return Path(os.devnull).open("ab")

    def _cut_log(self) -> None:
        """Cut it also where there is no room for the copy; a log that cannot be looked at is left alone."""
        with contextlib.suppress(OSError):
            if self.log_bytes() <= _LOG_BYTES:
                return
            with contextlib.suppress(OSError):
                self.log.with_suffix(".log.1").write_bytes(self.log.read_bytes())
            # The file is open for appending on the other side, so writing goes on at the new end.
            os.truncate(self.log, 0)


def _how_it_ended(code: int) -> str:
    return f"was ended by {signal.Signals(-code).name}" if code < 0 else f"ended with status {code}"
