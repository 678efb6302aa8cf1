"""A start is waited for as long as it gets on, and given up, with what was awaited, when nothing happens any more."""

import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from services.standalone import patience as module
from services.standalone.children import Child
from services.standalone.patience import Patience, StartError, at_work
from services.standalone.postgres import EmbeddedPostgres
from services.standalone.processes import start
from services.standalone.supervisor import Supervisor
from services.standalone.valkey import EmbeddedValkey
from tests.standalone.running import wait

HOURS = 3 * 3600

# Works for three times as long as one is patient, and then serves on the descriptor; with a body it is not ready.
SLOW = """
import http.server, socket, sys, time
descriptor, patience, body = int(sys.argv[1]), float(sys.argv[2]), sys.argv[3].encode()
end = time.process_time() + 3 * patience
while time.process_time() < end:
    pass
class Ready(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(503 if body else 200)
        self.end_headers()
        self.wfile.write(body)
server = http.server.HTTPServer(("127.0.0.1", 0), Ready, bind_and_activate=False)
server.socket.close()
server.socket = socket.socket(fileno=descriptor)
server.serve_forever()
"""
HANGS = "import time; print('connecting to nobody', flush=True); time.sleep(3600)"
LACKS = '{"checks": {"postgresql": "unreachable (OSError)", "redis": "ok"}}'


def spend(patience: Patience, seconds: int, *, working_every: int) -> None:
    for second in range(seconds):
        patience.spend(1, None, working=second % working_every == 0)


class TestSpend:
    @pytest.mark.parametrize("working_every", [1, 10])
    def test_work_is_waited_for_without_end_though_the_machine_lets_it_work_seldom(self, working_every: int) -> None:
        spend(Patience("the site", quiet=60), HOURS, working_every=working_every)

    def test_waking_up_now_and_then_is_no_progress(self) -> None:
        with pytest.raises(StartError, match="waiting for the site: nothing has happened for 60 s"):
            spend(Patience("the site", quiet=60), HOURS, working_every=30)

    def test_what_is_seen_to_change_begins_it_anew(self) -> None:
        patience = Patience("the site", quiet=60)
        for second in range(HOURS):
            patience.spend(1, second // 50, working=False)

    def test_it_says_what_is_awaited_until_it_is_told_to_stop(self, monkeypatch: pytest.MonkeyPatch) -> None:
        said = list[str]()

        def stop() -> None:
            if said:
                raise KeyboardInterrupt

        monkeypatch.setattr(module, "_SAY_SECONDS", 0.0)
        patience = Patience("the moon", say=said.append, check=stop)
        patience.wait(None, [])
        with pytest.raises(KeyboardInterrupt):
            patience.wait(None, [])
        assert said == ["Still waiting for the moon (0 s)"]


class TestAtWork:
    def test_children_and_threads_count_and_sleepers_do_not(self) -> None:
        # It ends with its parent: one that is being started while all are killed is in no list yet.
        here = "all(os.getppid() == int(sys.argv[1]) for _ in iter(int, 1))"
        work = f"import os, sys, threading; threading.Thread(target=lambda: {here}).start()"
        parent = "import os, subprocess, sys; subprocess.run([sys.executable, '-c', sys.argv[1], str(os.getpid())])"
        with subprocess.Popen([sys.executable, "-c", parent, work], start_new_session=True) as busy:
            wait(lambda: at_work([busy.pid]))
            subprocess.run(["pkill", "-KILL", "-s", str(busy.pid)], check=True)
        with subprocess.Popen(["sleep", "60"]) as sleeper:
            wait(lambda: not at_work([sleeper.pid]))
            sleeper.kill()
        assert not at_work([sleeper.pid])


@pytest.mark.parametrize("kind", [EmbeddedPostgres, EmbeddedValkey])
def test_a_server_that_hangs_is_given_up_by_its_name_and_can_be_started_again(
    kind: type[EmbeddedPostgres | EmbeddedValkey], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def hanging(*arguments: Any, **options: Any) -> subprocess.Popen[bytes]:
        process = start(*arguments, **options)
        process.send_signal(signal.SIGSTOP)
        return process

    server = kind(tmp_path / "server")
    with monkeypatch.context() as changed:
        changed.setattr(f"{kind.__module__}.start", hanging)
        with pytest.raises(StartError, match=f"waiting for {server.name}: nothing has happened for 1 s"):
            server.start(Patience(server.name, quiet=1))
    assert not server.running
    server.start()
    server.stop()


class TestSite:
    listener: int

    @pytest.fixture
    def supervisor(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Supervisor]:
        monkeypatch.setattr(module, "QUIET_SECONDS", 1.0)
        with socket.create_server(("127.0.0.1", 0)) as listener:
            port = listener.getsockname()[1]
            made = Supervisor(home=tmp_path / "home", host="127.0.0.1", port=port, environment={}, verbose=False)
            self.listener = listener.fileno()
            yield made
            for child in made.children:
                child.ask_to_stop()
                child.wait_stopped(lambda: False)
        made.home.unlock()

    def site(self, script: str, folder: Path, *, lacks: str = "") -> Child:
        command = [sys.executable, "-c", script, str(self.listener), "0" if lacks else "1", lacks]
        return Child("site", command, environment={}, log=folder / "log", patience=5, pass_fds=[self.listener])

    def test_a_start_may_take_longer_than_anybody_is_patient(self, supervisor: Supervisor, tmp_path: Path) -> None:
        supervisor.children = [self.site(SLOW, tmp_path)]
        supervisor.wait_until_ready()

    def test_one_that_hangs_is_given_up_with_its_last_words(self, supervisor: Supervisor, tmp_path: Path) -> None:
        supervisor.children = [self.site(HANGS, tmp_path)]
        with pytest.raises(StartError, match=r"waiting for the site: nothing.*\nconnecting to nobody"):
            supervisor.wait_until_ready()

    def test_what_it_lacks_is_named(self, supervisor: Supervisor, tmp_path: Path) -> None:
        supervisor.children = [self.site(SLOW, tmp_path, lacks=LACKS)]
        with pytest.raises(StartError, match=r"the site, which waits for postgresql: unreachable \(OSError\): nothing"):
            supervisor.wait_until_ready()
