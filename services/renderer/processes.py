"""Chromium as a set of operating-system processes: start, measure, kill, reap.

A browser is started in its own process group with a parent-death signal, so neither our end nor our kill -9 leaves
one behind. Its children become ours when it dies (we are a subreaper) and are reaped by `reap`; without that every
kill would leave zombies wherever PID 1 does not reap.
"""

import contextlib
import ctypes
import os
import shutil
import signal
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

_PR_SET_CHILD_SUBREAPER = 36
_PAGE = os.sysconf("SC_PAGE_SIZE")
_TICKS = os.sysconf("SC_CLK_TCK")
_PROC = Path("/proc")
_started: dict[int, subprocess.Popen[bytes]] = {}


def become_subreaper() -> None:
    """Make this process the parent of its orphaned descendants."""
    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def command_line(command: Sequence[str], *, launcher: Sequence[str] = (), privileges: Sequence[str] = ()) -> list[str]:
    """`command`, with a parent-death signal and setpriv's options `privileges`, started by `launcher`.

    The launcher is the first, because it may be where only we can read it.
    """
    setpriv = shutil.which("setpriv")
    # A change of the user clears the signal, so one call sets both, in the right order.
    prefix = [setpriv, "--pdeathsig", "KILL", *privileges, "--"] if setpriv else []
    return [*launcher, *prefix, *command]


class ProcessGroup:
    """One started browser and all its children."""

    def __init__(
        self,
        command: Sequence[str],
        environment: Mapping[str, str],
        *,
        launcher: Sequence[str] = (),
        privileges: Sequence[str] = (),
    ) -> None:
        """Start `command`. Call it from the main thread: the kernel ties the death signal to the calling thread."""
        self.process = subprocess.Popen(  # noqa: S603 -- the command is ours
            command_line(command, launcher=launcher, privileges=privileges),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            env=dict(environment),
            process_group=0,
        )
        _started[self.pid] = self.process

    @property
    def pid(self) -> int:
        """The browser process, and the group's number."""
        return self.process.pid

    @property
    def alive(self) -> bool:
        """Whether the browser process runs."""
        return self.process.poll() is None

    def kill(self) -> None:
        """SIGKILL the whole group; harmless when it is gone."""
        # Once the leader is reaped its number may belong to somebody else, unless members still hold it.
        if self.process.returncode is None or any(True for _ in self.members()):
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.pid, signal.SIGKILL)
        self.process.poll()
        if self.process.returncode is not None:
            _started.pop(self.pid, None)

    def members(self) -> Iterator[int]:
        """Process ids of the group's living members."""
        for pid in process_ids():
            state = _state(pid)
            if state is not None and state[1] == self.pid and state[0] != "Z":
                yield pid

    def gpu_process(self) -> int | None:
        """The id of the process that compiles and runs shaders, None when there is none at the moment."""
        for pid in self.members():
            if b"--type=gpu-process" in _command_line(pid):
                return pid
        return None

    def pss_bytes(self) -> int:
        """Proportional set size of the group; some milliseconds of work, so call it in a thread."""
        return sum(_pss(pid) for pid in self.members())


def rss_bytes(pid: int) -> int:
    """Resident memory of a process, 0 when it is gone."""
    try:
        return int((_PROC / str(pid) / "statm").read_bytes().split()[1]) * _PAGE
    except (OSError, IndexError):
        return 0


def cpu_seconds(pid: int) -> float:
    """Processor time of a process and all its threads, 0 when it is gone."""
    try:
        text = (_PROC / str(pid) / "stat").read_text(errors="replace")
    except OSError:
        return 0.0
    fields = text.rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def kill(pid: int) -> None:
    """SIGKILL one process; harmless when it is gone."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.kill(pid, signal.SIGKILL)


def reap() -> int:
    """Collect every dead child, started by us or inherited, and return how many were inherited."""
    inherited = 0
    while True:
        try:
            dead = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        except ChildProcessError:
            return inherited
        if dead is None:
            return inherited
        inherited += _collect(dead.si_pid)


def _collect(pid: int) -> int:
    started = _started.pop(pid, None)
    if started is not None:
        # Popen must see the exit itself, or it would wait for a number that may be reused.
        started.poll()
        return 0
    with contextlib.suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)
    return 1


def process_ids() -> Iterator[int]:
    """Ids of all processes that we can see."""
    return (int(name) for name in os.listdir(_PROC) if name.isdecimal())  # noqa: PTH208 -- names are enough


def _state(pid: int) -> tuple[str, int] | None:
    """State letter and process group of a process."""
    try:
        text = (_PROC / str(pid) / "stat").read_text(errors="replace")
    except OSError:
        return None
    fields = text.rpartition(")")[2].split()
    return fields[0], int(fields[2])


def _private_bytes(pid: int) -> int:
    """Resident memory that is not shared, which anybody may read, also of another user's process; 0 when it is gone."""
    try:
        _, resident, shared, *_ = (_PROC / str(pid) / "statm").read_bytes().split()
    except (OSError, ValueError):
        return 0
    return (int(resident) - int(shared)) * _PAGE


def _command_line(pid: int) -> bytes:
    try:
        return (_PROC / str(pid) / "cmdline").read_bytes()
    except OSError:
        return b""


def _pss(pid: int) -> int:
    try:
        lines = (_PROC / str(pid) / "smaps_rollup").read_text().splitlines()
    except OSError:
        return _private_bytes(pid)
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:")), 0)
