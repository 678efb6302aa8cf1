"""What our embedded servers have in common: a process over a folder that is started, watched and stopped.

They listen on a Unix socket that only their owner may open, so there is no port that another process could take
between a death and a restart, and nobody else on the machine reaches them.
"""

import signal
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from services.standalone.patience import Patience, StartError
from services.standalone.sockets import forget_socket_folder, socket_folder


class EmbeddedServer:
    """A server of our own over `folder`; a subclass starts it as `_process`."""

    name: ClassVar[str]
    socket_name: ClassVar[str]
    # A clean stop, after which everything committed is safe, and how long it may take before the process is killed.
    stop_signal: ClassVar[signal.Signals]
    stop_seconds: ClassVar[float]

    def __init__(self, folder: Path, *, pass_fds: Sequence[int] = ()) -> None:
        self.folder = folder
        self.pass_fds = pass_fds
        self._process: subprocess.Popen[bytes] | None = None
        self._sockets: Path | None = None

    def stop(self) -> None:
        """Stop cleanly; clients are cut off."""
        if self.running:
            assert self._process is not None  # noqa: S101 -- tells mypy what `running` means
            self._process.send_signal(self.stop_signal)
            try:
                self._process.wait(self.stop_seconds)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        forget_socket_folder(self.folder)

    def _wait(self, patience: Patience, seen: object) -> None:
        """A turn of waiting. One that is given up is killed, so that it can be started again."""
        try:
            patience.wait(seen, [self.pid])
        except StartError as error:
            if self._process is not None:
                self._process.kill()
                self._process.wait()
            raise StartError(f"{error} {self._said()}") from error

    def _said(self) -> str:
        """The end of what it wrote."""
        raise NotImplementedError

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

    @property
    def sockets(self) -> Path:
        """The folder of its socket, which stays the same over restarts of this object."""
        if self._sockets is None or not self._sockets.exists():
            self._sockets = socket_folder(self.folder, self.socket_name)
        return self._sockets
