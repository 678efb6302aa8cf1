"""The data folder of an installation on one machine: who uses it, its secrets, and where everything lies.

`Home(folder)` makes the folder (0700). `lock` gives it to one supervisor at a time; the lock falls with the process,
however it ends. Secrets are made once and kept in files of mode 0600. A folder that cannot be used raises `HomeError`
with a sentence for the person at the terminal.
"""

import contextlib
import fcntl
import json
import os
import secrets
from pathlib import Path
from typing import IO, Any

from joserfc.jwk import ECKey, KeySet

from services.standalone.patience import Patience, StartError


class HomeError(RuntimeError):
    """The data folder cannot be used."""


class Home:
    """Paths, lock and secrets under `folder`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.absolute()
        self._lock: IO[str] | None = None
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            self.logs.mkdir(exist_ok=True)
            self.secrets.mkdir(exist_ok=True, mode=0o700)
        except OSError as error:
            raise HomeError(f"The data folder {self.folder} cannot be used: {error.strerror}.") from error
        if not os.access(self.folder, os.W_OK):
            raise HomeError(f"The data folder {self.folder} cannot be written to.")

    @property
    def logs(self) -> Path:
        """Where every child process writes its log."""
        return self.folder / "logs"

    @property
    def objects(self) -> Path:
        """The object store."""
        return self.folder / "objects"

    @property
    def secrets(self) -> Path:
        """Files that only their owner may read."""
        return self.folder / "secrets"

    @property
    def running(self) -> Path:
        """The environment of the processes that run now, for commands beside them; absent when nothing runs."""
        return self.folder / "running.json"

    def lock(self, patience: Patience | None = None) -> None:
        """Take the folder for this process; raises `HomeError` when another one has it.

        Children that write here are given `lock_descriptor`, so the lock says that none of them is left either. What
        a killed supervisor left is on its way out, and is waited for.
        """
        patience = patience or Patience("what the last run left to end")
        self._lock = (self.folder / "lock").open("a+")
        try:
            self._wait_for_lock(patience)
        except BaseException:
            self._lock.close()
            self._lock = None
            raise
        self.describe({"pid": os.getpid()})

    @property
    def lock_descriptor(self) -> int:
        """The lock's file descriptor."""
        if self._lock is None:
            raise HomeError("The data folder is not locked.")
        return self._lock.fileno()

    def describe(self, holder: dict[str, Any]) -> None:
        """Say in the lock file who holds it, for the message that a second start shows."""
        if self._lock is not None:
            self._lock.truncate(0)
            self._lock.write(json.dumps(holder))
            self._lock.flush()

    def write_running(self, environment: dict[str, str]) -> None:
        """Write the environment of the running processes down, for commands beside them."""
        write_private(self.running, json.dumps(environment))

    def unlock(self) -> None:
        """Give the folder back."""
        self.running.unlink(missing_ok=True)
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def _try_lock(self) -> bool:
        try:
            fcntl.flock(self.lock_descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _holder(self) -> dict[str, Any]:
        try:
            holder = json.loads((self.folder / "lock").read_text())
        except ValueError:
            return {}
        return holder if isinstance(holder, dict) else {}

    @property
    def mail(self) -> Path:
        """Where mails lie that no server takes."""
        return self.folder / "mail"

    def _wait_for_lock(self, patience: Patience) -> None:
        while not self._try_lock():
            users = self._users()
            if self._holder().get("pid") in {*users, os.getpid()}:
                raise self._in_use()
            try:
                patience.wait(users, users)
            except StartError as error:
                raise self._in_use() from error

    def _in_use(self) -> HomeError:
        holder = self._holder()
        place = f" ({holder['address']})" if "address" in holder else ""
        pids = {holder.get("pid")} & {*self._users(), os.getpid()} or self._users()
        return HomeError(
            f"The data folder {self.folder} is in use by process {', '.join(map(str, pids)) or 'unknown'}{place}."
            " Stop that one first, or take another folder and port:"
            " FRACTAFRAG_HOME=/some/folder PORT=8001 make run"
        )

    def _users(self) -> list[int]:
        """The other processes that have the lock file open, as far as we may see them."""
        lock = str((self.folder / "lock").resolve())
        found = set[int]()
        for descriptor in Path("/proc").glob("[0-9]*/fd/*"):
            with contextlib.suppress(OSError):
                if str(descriptor.readlink()) == lock:
                    found.add(int(descriptor.parts[2]))
        return sorted(found - {os.getpid()})

    def signing_keys(self) -> Path:
        """A file with the JWK set that signs access tokens, made on first use."""
        file = self.secrets / "signing-keys.json"
        if not file.exists():
            key = ECKey.generate_key("P-256", {"kid": secrets.token_hex(8), "use": "sig", "alg": "ES256"})
            write_private(file, json.dumps(KeySet([key]).as_dict(private=True)))
        return file

    def key_ring(self, name: str) -> Path:
        """The file `name` with a key ring that seals what is stored, made on first use."""
        file = self.secrets / name
        if not file.exists():
            write_private(file, f"{secrets.token_hex(4)}:{secrets.token_urlsafe(32)}\n")
        return file

    def secret(self, name: str) -> str:
        """The random text (43 characters) that is kept under `name`, made on first use."""
        file = self.secrets / name
        if not file.exists():
            write_private(file, secrets.token_urlsafe(32) + "\n")
        return file.read_text().strip()


def is_in_use(folder: Path) -> bool:
    """Whether a supervisor, or what one left, holds the lock; raises `FileNotFoundError` where none ever did."""
    with (folder / "lock").open() as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def write_private(file: Path, content: str) -> None:
    """Write `content` to `file` with mode 0600, whole or not at all, also when we are killed in the middle."""
    part = file.with_name(file.name + ".part")
    with contextlib.suppress(FileNotFoundError):
        part.unlink()
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as opened:
        opened.write(content)
        opened.flush()
        os.fsync(opened.fileno())
    part.replace(file)
