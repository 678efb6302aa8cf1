"""The whole site under its supervisor, as a person starts it: up, down, killed, and what it says when it cannot."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import httpx2
import pytest

from tests.standalone.running import ROOT, Running, all_gone, running, wait

ACCOUNT = {
    "handle": "tess",
    "email": "tess@example.org",
    "password": "seven moons over Lisbon",
    "token_transport": "body",
}

# With a run folder that nobody else may enter: as root there is no other user for Chromium then.
NOTHING_HOLDS_CHROMIUM = {"FRACTAFRAG_RENDERER_LANDLOCK": "false"}


def beside(home: Path, module: str, *arguments: str) -> tuple[int, str]:
    """Exit status and output of one of the supervisor's commands."""
    done = subprocess.run(
        [sys.executable, "-m", f"services.standalone.{module}", *arguments],
        env={**os.environ, "FRACTAFRAG_HOME": str(home)}, cwd=ROOT,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
    )  # fmt: skip
    return done.returncode, done.stdout


def sign_in(address: str) -> int:
    given = {"login": ACCOUNT["handle"], "password": ACCOUNT["password"]}
    return httpx2.post(f"{address}/api/v1/auth/login", json=given).status_code


@pytest.mark.slow
def test_it_comes_up_survives_kills_keeps_its_data_and_stops_cleanly(tmp_path: Path) -> None:
    """One life, because each start takes ten seconds; tests/e2e/test_quickstart.py starts again after a clean stop."""
    home = tmp_path / "a home with spaces"
    with running(home) as site:
        address = site.address()
        assert httpx2.get(f"{address}/").status_code == 200
        assert httpx2.post(f"{address}/api/v1/auth/register", json=ACCOUNT).status_code == 201
        check_commands(site)
        processes = site.tree()
        assert len(processes) > 4
        site.process.kill()
        site.process.wait()
        with running(home, **NOTHING_HOLDS_CHROMIUM, FRACTAFRAG_RENDERER_RUN_FOLDER=str(tmp_path / "run")) as again:
            assert sign_in(again.address()) == 200
            wait(lambda: "\nWARNING: Chromium runs strangers' shaders with all rights" in again.said())
            wait(lambda: all_gone(processes), 60)
            check_what_dies_comes_back(again)
            processes = again.tree()
            assert again.stop() == 0
            wait(lambda: all_gone(processes), 5)
    assert "WARNING" not in site.said()
    assert again.said().rstrip().endswith("Stopped.")
    assert not (home / "postgres" / "data" / "postmaster.pid").exists()
    assert beside(home, "command", "services.worker") == (1, f"No site runs on {home}; start it with `make run`.\n")


def check_commands(site: Running) -> None:
    """Commands beside a running site, and a second site on its folder."""
    home = site.home
    admin = ("command", "services.admin", "admin")
    assert beside(home, *admin, "role", "tess", "moderator") == (0, "tess has the role moderator\n")
    assert beside(home, *admin, "plan", "nobody-here", "pro") == (1, "There is no user nobody-here\n")
    assert beside(home, *admin, "dead-letters") == (0, "no dead letters\n")
    second = Running(home)
    assert second.process.wait(20) == 1
    assert f"in use by process {site.process.pid} ({site.address()})" in second.said()


def check_what_dies_comes_back(site: Running) -> None:
    address = site.address()
    for words in ("services.standalone.site", "services.worker", "services.renderer", "postgres", "valkey"):
        kill_and_wait(site, words)
    wait(lambda: ready(address) and sign_in(address) == 200)


def kill_and_wait(site: Running, words: str) -> None:
    victim = site.children(words)[0]
    victim.kill()
    wait(lambda: all_gone([victim]))
    wait(lambda: victim not in (found := site.children(words)) and len(found) > 0)


def ready(address: str) -> bool:
    try:
        answer = httpx2.get(f"{address}/readyz", timeout=5)
    except httpx2.HTTPError:
        return False
    return answer.status_code == 200 and answer.json()["status"] == "ok"


class TestRefusals:
    def test_a_taken_port(self, tmp_path: Path) -> None:
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = taken.getsockname()[1]
            site = Running(tmp_path / "home", PORT=str(port))
            assert site.process.wait(20) == 1
        assert f"Port {port} on 127.0.0.1 cannot be used: Address already in use." in site.said()
        assert "PORT=8001 make run" in site.said()
        assert "Traceback" not in site.said()

    @pytest.mark.parametrize("port", ["http", "-1", "65536", "8000x"])
    def test_a_port_that_is_none(self, tmp_path: Path, port: str) -> None:
        site = Running(tmp_path / "home", PORT=port)
        assert site.process.wait(20) == 1
        assert site.said().strip() == f"PORT must be a number up to 65535, not '{port}'."

    def test_a_folder_that_cannot_be_made(self, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("")
        site = Running(tmp_path / "file" / "home")
        assert site.process.wait(20) == 1
        assert site.said().strip() == f"The data folder {tmp_path}/file/home cannot be used: Not a directory."
