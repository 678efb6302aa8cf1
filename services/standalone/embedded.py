"""What our embedded servers have in common: a process over a folder that is started, watched and stopped."""

import signal
import socket
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar


class StartError(RuntimeError):
    """A server did not come up."""


def free_port() -> int:
    """A TCP port on 127.0.0.1 that is free at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class EmbeddedServer:
    """A server of our own over `folder`; a subclass starts it as `_process`."""

    name: ClassVar[str]
    # A clean stop, after which everything committed is safe, and how long it may take before the process is killed.
    stop_signal: ClassVar[signal.Signals]
    stop_seconds: ClassVar[float]

    def __init__(self, folder: Path, *, port: int | None = None, pass_fds: Sequence[int] = ()) -> None:
        self.folder = folder
        self.port = port or 0
        self.pass_fds = pass_fds
        self._process: subprocess.Popen[bytes] | None = None

    def stop(self) -> None:
        """Stop cleanly; clients are cut off."""
        if self._process is None or self._process.poll() is not None:
            return
        self._process.send_signal(self.stop_signal)
        try:
            self._process.wait(self.stop_seconds)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    @property
    def running(self) -> bool:
        """Whether the server process lives."""
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int:
        """The server's process id."""
        if self._process is None:
            raise StartError(f"{self.name} is not started")
        return self._process.pid
