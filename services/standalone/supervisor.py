"""The supervisor: brings the whole site up on one machine, keeps it up, and takes it down in order.

`Supervisor(...).run()` returns after a clean stop (SIGINT, SIGTERM or SIGHUP) and raises `HomeError` or `StartError`
with a sentence when the site cannot be brought up. It works in one thread, because the kernel ties the children's
parent-death signal to the thread that started them; a kill -9 of this process takes all of them with it.

Order up: data folder, port, PostgreSQL, Valkey, schema, renderer, site, worker, gallery. Order down: the reverse, so
that no process loses what it stands on while it finishes.
"""

import os
import shutil
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Mapping
from pathlib import Path

from services.standalone.children import Child
from services.standalone.home import Home
from services.standalone.layout import Layout
from services.standalone.logs import LogFollower, show_line, show_sentence
from services.standalone.patience import Patience, StartError, at_work
from services.standalone.postgres import EmbeddedPostgres
from services.standalone.readiness import Answer, ask
from services.standalone.valkey import EmbeddedValkey

_TICK_SECONDS = 0.2
_MOST_SITE_STARTS = 3
# An answer may take a second at first; on a machine where the start takes minutes, up to this.
_LONGEST_ANSWER = 10.0
_PAUSE_SECONDS = 2


class Supervisor:
    """Everything that runs for one data folder."""

    def __init__(self, *, home: Path, host: str, port: int, environment: Mapping[str, str], verbose: bool) -> None:
        self.environment = environment
        self.host = host
        self.port = port
        self.verbose = verbose
        self.home = Home(home)
        self.servers: list[EmbeddedPostgres | EmbeddedValkey] = []
        self.children: list[Child] = []
        self._stop = threading.Event()
        self._hurry = False
        self._follower: LogFollower | None = None

    def run(self) -> None:
        """Bring the site up and keep it up until a signal asks for the end."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._on_signal)
        if shutil.which("setpriv") is None:
            raise StartError("The program setpriv is needed (package util-linux) and was not found.")
        try:
            self.home.lock(self._patience("what the last run left to end"))
        except _StopEarly:
            return
        try:
            with self._listen() as listener:
                self._bring_up(listener)
                self._keep_up()
        except _StopEarly:
            pass
        finally:
            self._take_down()

    def _bring_up(self, listener: socket.socket) -> None:
        layout = Layout(self.home, self.environment, address=self._address())
        self.home.describe({"pid": os.getpid(), "address": self._address()})
        _say(f"Data folder: {self.home.folder}")
        self._start_servers(layout)
        self._migrate(layout)
        self.home.write_running(layout.settings())
        self.children = layout.children(listener.fileno())
        self._follower = self._log_follower()
        self.wait_until_ready()
        _say(f"\nFractafrag is at {self._address()} (Ctrl-C stops it)\n")

    def _start_servers(self, layout: Layout) -> None:
        for title, server in layout.servers():
            _say(f"{title} ...")
            self.servers.append(server)
            server.start(self._patience(title))
            self._check_stop()

    def _migrate(self, layout: Layout) -> None:
        _say("Database schema ...")
        result = subprocess.run(  # noqa: S603 -- the command is ours
            layout.migration_command, env=layout.migration_settings(), capture_output=True, text=True, check=False
        )
        (self.home.logs / "migrations.log").write_text(result.stdout + result.stderr)
        if result.returncode != 0:
            raise StartError(f"The database schema could not be brought up to date:\n{result.stderr.strip()[-1500:]}")
        self._check_stop()

    def _log_follower(self) -> LogFollower:
        if self.verbose:
            return LogFollower([child.log for child in self.children], show_line)
        spoken = ("renderer", "gallery")
        return LogFollower([child.log for child in self.children if child.name in spoken], show_sentence)

    def wait_until_ready(self) -> None:
        """Start the children and wait until the site is ready; raises `StartError` when it does not get on."""
        _say("Site, worker and renderer ...")
        site = next(child for child in self.children if child.name == "site")
        patience = self._patience("the site")
        began = time.monotonic()
        while not (answer := self._ask(began)).ready:
            patience.awaited = f"the site, which waits for {answer.lacks}" if answer.lacks else "the site"
            self._tend()
            # Once it answers, what it says tells more than whether it works: our questions are work, too.
            working = answer.lacks is None and site.pid is not None and at_work([site.pid])
            try:
                patience.spend(_TICK_SECONDS, answer.lacks or (site.starts, site.log_bytes()), working=working)
            except StartError as error:
                raise _not_up(site, str(error)) from error
            if site.starts > _MOST_SITE_STARTS:
                raise _not_up(site, "The site did not come up.")

    def _ask(self, began: float) -> Answer:
        seconds = min(_LONGEST_ANSWER, max(1.0, (time.monotonic() - began) / 10))
        return ask(self.host, self.port, timeout=seconds)

    def _patience(self, awaited: str) -> Patience:
        return Patience(awaited, say=_say, check=self._check_stop)

    def _keep_up(self) -> None:
        while not self._stop.is_set():
            self._tend()

    def _tend(self) -> None:
        """One look at everything; takes a tick, or less when a signal comes."""
        for server in self.servers:
            if not server.running:
                _say(f"{server.name} has ended; it starts again")
                try:
                    server.start(self._patience(server.name))
                except StartError as error:
                    _say(str(error))
                    self._stop.wait(_PAUSE_SECONDS)
        for child in self.children:
            if news := child.tend():
                _say(news)
        if self._follower is not None:
            self._follower.show()
        self._stop.wait(_TICK_SECONDS)

    def _take_down(self) -> None:
        if self.servers or self.children:
            _say("\nStopping ...")
        for child in reversed(self.children):
            child.ask_to_stop()
            if not child.wait_stopped(lambda: self._hurry):
                _say(f"{child.name} did not stop in {child.patience:g} s and was killed; nothing is lost by that")
        for server in reversed(self.servers):
            server.stop()
        self.home.unlock()
        if self.servers:
            _say("Stopped.")

    def _listen(self) -> socket.socket:
        """The site's socket, opened before anything else, so that a taken port costs no waiting."""
        listener = socket.socket(socket.AF_INET6 if ":" in self.host else socket.AF_INET)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((self.host, self.port))
        except (OSError, UnicodeError) as error:
            listener.close()
            reason = error.strerror if isinstance(error, OSError) else str(error)
            raise StartError(
                f"Port {self.port} on {self.host} cannot be used: {reason}. Take another one: PORT=8001 make run"
            ) from error
        self.port = listener.getsockname()[1]
        listener.listen(1024)
        return listener

    def _address(self) -> str:
        local = self.host in ("127.0.0.1", "0.0.0.0", "::1", "::")  # noqa: S104 -- compared, not bound
        return f"http://{'localhost' if local else self.host}:{self.port}"

    def _on_signal(self, *_: object) -> None:
        self._hurry = self._stop.is_set()
        self._stop.set()

    def _check_stop(self) -> None:
        if self._stop.is_set():
            raise _StopEarly


class _StopEarly(Exception):  # noqa: N818 -- not an error
    """The end was asked for while the site was still coming up."""


def _not_up(site: Child, sentence: str) -> StartError:
    said = site.last_lines()
    end = f"The end of {site.log}:\n{said}" if said else f"{site.log} is empty."
    return StartError(f"{sentence} {end}")


def _say(text: str) -> None:
    show_line(text)
