"""What runs on one machine, as data: which servers, which processes, each with its environment.

What has its URL set in the environment is not started: `FRACTAFRAG_DATABASE_URL`, `FRACTAFRAG_REDIS_URL` and
`FRACTAFRAG_RENDERER_URL` point to one that runs elsewhere. No process is given a secret that it does not read; the
renderer, which runs strangers' code, is given none.
"""

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote, urlsplit

from services.standalone.children import Child
from services.standalone.home import Home, is_in_use
from services.standalone.ports import held_port
from services.standalone.postgres import EmbeddedPostgres
from services.standalone.valkey import EmbeddedValkey

REPOSITORY = Path(__file__).resolve().parents[2]
DEFAULT_HOME = REPOSITORY / ".data"
_OFF = frozenset({"off", "no", "false", "0"})
# What any program may need to find its way; everything else of ours is passed on by name.
_PLAIN = ("PATH", "LANG", "LC_ALL", "TZ", "TMPDIR", "HOME", "USER", "LD_LIBRARY_PATH", "SSL_CERT_FILE", "SSL_CERT_DIR")

# What worker and site do not read: the one makes and checks no token, the other sends no mail.
# tests/standalone/test_layout.py looks for others.
_OF_THE_API = (
    "FRACTAFRAG_AUTH_",
    "FRACTAFRAG_DESIRES_",
    "FRACTAFRAG_FACTORS_",
    "FRACTAFRAG_SIGNIN_",
    "FRACTAFRAG_SUBSCRIPTIONS_",
    "FRACTAFRAG_WEBHOOKS_",
    "FRACTAFRAG_WORDING_",
)
_OF_THE_WORKER = ("FRACTAFRAG_SMTP_", "FRACTAFRAG_NOTICES_")
# All that migrations and the gallery read.
_OF_THE_DATABASE = ("FRACTAFRAG_DATABASE_", "FRACTAFRAG_ENVIRONMENT", "FRACTAFRAG_LOG_LEVEL")


class Layout:
    """The servers and processes for `home`, reached by people under `address`."""

    def __init__(self, home: Home, environment: Mapping[str, str], *, address: str) -> None:
        self.home = home
        self.given = dict(environment)
        self.address = address
        self.renderer_port = held_port()
        self._postgres: EmbeddedPostgres | None = None
        self._valkey: EmbeddedValkey | None = None

    def servers(self) -> list[tuple[str, EmbeddedPostgres | EmbeddedValkey]]:
        """The embedded servers that are needed, in the order of their start, with their names."""
        found: list[tuple[str, EmbeddedPostgres | EmbeddedValkey]] = []
        if "FRACTAFRAG_DATABASE_URL" not in self.given:
            self._postgres = EmbeddedPostgres(self.home.folder / "postgres", pass_fds=[self.home.lock_descriptor])
            self._postgres.forget_last_run()
            found.append(("PostgreSQL", self._postgres))
        if "FRACTAFRAG_REDIS_URL" not in self.given:
            self._valkey = EmbeddedValkey(self.home.folder / "valkey", pass_fds=[self.home.lock_descriptor])
            found.append(("Valkey", self._valkey))
        return found

    def settings(self) -> dict[str, str]:
        """The environment of the site, and of commands beside it; call it when the servers run.

        What is set outside wins.
        """
        own = {
            "FRACTAFRAG_STORAGE_URL": "file://" + quote(str(self.home.objects)),
            "FRACTAFRAG_SITE_PUBLIC_URL": self.address,
            "FRACTAFRAG_RENDERER_URL": f"http://127.0.0.1:{self.renderer_port}",
            "FRACTAFRAG_WORKER_HEALTH_PORT": "0",
            "FRACTAFRAG_WORKER_STOP_SECONDS": "3",
            # In points, so that all of a bounty can be seen without anybody's money.
            "FRACTAFRAG_PAYMENTS_PROVIDER": "thanks",
        }
        if not {"FRACTAFRAG_AUTH_SIGNING_KEYS", "FRACTAFRAG_AUTH_SIGNING_KEYS_FILE"} & self.given.keys():
            own["FRACTAFRAG_AUTH_SIGNING_KEYS_FILE"] = str(self.home.signing_keys())
        if "FRACTAFRAG_AUTH_TOKEN_PEPPER" not in self.given:
            own["FRACTAFRAG_AUTH_TOKEN_PEPPER"] = self.home.secret("token-pepper")
        if not {"FRACTAFRAG_FACTORS_KEYS", "FRACTAFRAG_FACTORS_KEYS_FILE"} & self.given.keys():
            own["FRACTAFRAG_FACTORS_KEYS_FILE"] = str(self.home.key_ring("factor-keys"))
        # Points, so that all of pledges can be tried on a machine of one's own.
        own["FRACTAFRAG_PAYMENTS_PROVIDER"] = "thanks"
        own |= self._mail()
        if self._postgres is not None:
            own["FRACTAFRAG_DATABASE_URL"] = self._postgres.app_url()
        if self._valkey is not None:
            own["FRACTAFRAG_REDIS_URL"] = self._valkey.url()
        settings = {**self._plain(), **own, **self._ours()}
        # Also where another public address was given, those who know this one may come by it, as the gallery does.
        names = (settings.get("FRACTAFRAG_SITE_ALLOWED_HOSTS", ""), urlsplit(self.address).hostname or "")
        return {**settings, "FRACTAFRAG_SITE_ALLOWED_HOSTS": ",".join(filter(None, names))}

    def _mail(self) -> dict[str, str]:
        """Mails go to the server that is named, else into a folder."""
        delivery = "smtp" if self.given.get("FRACTAFRAG_SMTP_HOST") else "folder"
        own = {"FRACTAFRAG_MAIL_DELIVERY": delivery, "FRACTAFRAG_MAIL_FOLDER": str(self.home.mail)}
        if not {"FRACTAFRAG_MAIL_KEYS", "FRACTAFRAG_MAIL_KEYS_FILE"} & self.given.keys():
            own["FRACTAFRAG_MAIL_KEYS_FILE"] = str(self.home.key_ring("mail-keys"))
        return own

    def database_settings(self) -> dict[str, str]:
        """The part of it for who needs only the database, such as the gallery."""
        own = {name: value for name, value in self.settings().items() if name.startswith(_OF_THE_DATABASE)}
        return {**self._plain(), **own}

    def migration_settings(self) -> dict[str, str]:
        """The same for migrations, which own the tables; of a database that runs elsewhere, who is given in its URL."""
        owner = {} if self._postgres is None else {"FRACTAFRAG_DATABASE_URL": self._postgres.url()}
        return {**self.database_settings(), **owner}

    @property
    def migration_command(self) -> list[str]:
        """Brings the schema up to date."""
        return [sys.executable, "-m", "alembic", "-c", str(REPOSITORY / "pyproject.toml"), "upgrade", "head"]

    def children(self, listener: int) -> list[Child]:
        """The processes in the order of their start; `listener` is the descriptor of the site's socket."""
        renderer = [self._child("renderer", [], self._renderer_environment(), patience=5)]
        kept = [
            *([] if "FRACTAFRAG_RENDERER_URL" in self.given else renderer),
            self._child(
                "site",
                ["--fd", str(listener)],
                self._settings_without(_OF_THE_WORKER),
                patience=8,
                pass_fds=(listener,),
            ),
            self._child("worker", [], self._settings_without(_OF_THE_API), patience=8),
        ]
        works = self.given.get("FRACTAFRAG_GALLERY", "")
        if works.lower() in _OFF:
            return kept
        gallery = [str(self.home.folder), self.address, *([works] if works else [])]
        return [*kept, self._child("gallery", gallery, self.database_settings(), patience=3, keep=False)]

    def _child(
        self,
        name: str,
        arguments: list[str],
        environment: dict[str, str],
        *,
        patience: float,
        keep: bool = True,
        pass_fds: tuple[int, ...] = (),
    ) -> Child:
        module = {"renderer": "services.renderer", "worker": "services.worker"}.get(name, f"services.standalone.{name}")
        return Child(
            name,
            [sys.executable, "-m", module, *arguments],
            environment=environment,
            log=self.home.logs / f"{name}.log",
            patience=patience,
            keep=keep,
            pass_fds=pass_fds,
        )

    def _plain(self) -> dict[str, str]:
        plain = {name: self.given[name] for name in _PLAIN if name in self.given}
        return {**plain, "PYTHONPATH": str(REPOSITORY), "PYTHONUNBUFFERED": "1"}

    def _ours(self) -> dict[str, str]:
        return {name: value for name, value in self.given.items() if name.startswith(("FRACTAFRAG_", "AWS_"))}

    def _settings_without(self, prefixes: tuple[str, ...]) -> dict[str, str]:
        return {name: value for name, value in self.settings().items() if not name.startswith(prefixes)}

    def _renderer_environment(self) -> dict[str, str]:
        ours = {name: value for name, value in self.given.items() if name.startswith("FRACTAFRAG_RENDERER_")}
        level = {"FRACTAFRAG_RENDERER_LOG_LEVEL": self.given.get("FRACTAFRAG_LOG_LEVEL", "INFO")}
        return {**self._plain(), **level, **ours, "FRACTAFRAG_RENDERER_PORT": str(self.renderer_port)}


def running_environment(home: Path) -> dict[str, str]:
    """The environment of the site that runs on `home`, as its supervisor wrote it down.

    Raises `FileNotFoundError` when none runs; a supervisor that was killed has left the file behind.
    """
    if not is_in_use(home):
        raise FileNotFoundError(home / "running.json")
    loaded: dict[str, str] = json.loads((home / "running.json").read_text())
    return loaded
