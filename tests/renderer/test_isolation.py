"""What is around Chromium: a user of its own, Landlock, its own sandbox; and what is said where there is nothing."""

import json
import os
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from services.renderer import landlock, processes
from services.renderer.chromium import find_chromium
from services.renderer.folders import RunFolder
from services.renderer.isolation import OPEN, Isolation, find_isolation
from services.renderer.settings import RendererSettings
from services.standalone.home import Home
from services.standalone.layout import Layout
from services.standalone.logs import show_sentence
from tests.fixtures.renderer import SHORT_LIMITS, RendererProcess, running_renderer
from tests.renderer.shaders import GRADIENT

pytestmark = pytest.mark.xdist_group("renderer")
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root may start a program as another user")
with_landlock = pytest.mark.skipif(landlock.version() == 0, reason="this kernel has no Landlock")


def chromium() -> Path:
    found = find_chromium(RendererSettings())
    assert found is not None
    return found


def start(
    isolation: Isolation, command: list[str], *, folders: tuple[Path, ...] = (), port: int = 1
) -> tuple[int, str]:
    """Exit status and output of a program that is started as Chromium is."""
    line = processes.command_line(
        command, launcher=isolation.launcher(chromium(), folders, port), privileges=isolation.privileges
    )
    done = subprocess.run(line, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd="/", check=False)
    return done.returncode, done.stdout


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A data folder with signing keys, where its parents are open to everybody."""
    made = Home(tmp_path_factory.mktemp("installation") / "home")
    for folder in (made.folder.parent, made.folder.parent.parent, made.folder.parent.parent.parent):
        folder.chmod(0o755)
    (made.folder / "note").write_text("ours")
    made.signing_keys()
    return made


@pytest.fixture(scope="module")
def own(home: Home) -> Iterator[RendererProcess]:
    """A renderer as the supervisor starts it."""
    child = next(one for one in Layout(home, os.environ, address="x").children(0) if one.name == "renderer")
    prefix = "FRACTAFRAG_RENDERER_"
    given = {name.removeprefix(prefix).lower(): text for name, text in child.environment.items() if prefix in name}
    del given["port"]
    with running_renderer(home.logs, {**given, **SHORT_LIMITS}) as started:
        yield started


def open_files_tried(home: Home, isolation: Isolation) -> dict[str, bool]:
    """Which of our things can be opened by a program that is started as Chromium is."""
    secrets = {
        "note": home.folder / "note",
        "keys": home.signing_keys(),
        "environment": Path(f"/proc/{os.getpid()}/environ"),
    }
    return {name: start(isolation, ["/bin/cat", str(path)])[0] == 0 for name, path in secrets.items()}


def test_a_still_is_drawn_and_readyz_names_the_mode(own: RendererProcess) -> None:
    state = own.wait_until_ready()
    held = set(state["sandbox"].split("+"))
    assert ("own-user" in held) is (os.geteuid() == 0)
    assert ("landlock" in held) is (landlock.version() > 0)
    assert own.render(GRADIENT).status_code == 200
    sandboxed = not any("--no-sandbox" in process.cmdline() for process in own.processes())
    assert sandboxed is ("namespaces" in held)


class TestOwnUser:
    @as_root
    def test_every_process_of_chromium_is_another_users_and_none_runs_before_ours(self, own: RendererProcess) -> None:
        ours = psutil.Process(own.process.pid)
        found = own.processes()
        users = {psutil.Process(process.pid).uids().real for process in found}
        assert own.processes("gpu-process")
        assert len(users) == 1
        assert os.getuid() not in users
        for process in found:
            status = Path(f"/proc/{process.pid}/status").read_text()
            assert f"Uid:\t{next(iter(users))}\t" in status
            assert "Groups:\t \n" in status
            assert "NoNewPrivs:\t1" in status
            assert process.nice() >= ours.nice()

    @as_root
    def test_it_can_open_nothing_of_ours(self, own: RendererProcess, home: Home) -> None:
        isolation = find_isolation(RendererSettings(), chromium(), Path("/dev/shm/folder"))
        assert isolation.user is not None
        assert isolation.warning is None
        alone = replace(isolation, landlock=False)
        assert open_files_tried(home, OPEN) == {"note": True, "keys": True, "environment": True}
        assert open_files_tried(home, alone) == {"note": False, "keys": False, "environment": False}
        assert start(alone, ["/bin/kill", "-0", str(own.process.pid)])[0] != 0
        assert start(alone, ["/bin/ls", str(home.folder)])[0] != 0

    @as_root
    def test_where_it_cannot_be_had_root_loses_its_capabilities(self, tmp_path: Path) -> None:
        closed = tmp_path / "closed"
        closed.mkdir(mode=0o700)
        found = find_isolation(RendererSettings(landlock=False), chromium(), closed / "folder")
        assert (found.name, found.user) == ("none", None)
        status = start(found, ["/bin/cat", "/proc/self/status"])[1]
        assert "CapEff:\t0000000000000000" in status
        assert "CapBnd:\t0000000000000000" in status

    @as_root
    def test_profiles_and_the_cache_belong_to_it(self, tmp_path: Path) -> None:
        with RunFolder(tmp_path) as folder:
            folder.give_to(60_999)
            for path in (folder.new_profile(), folder.shader_cache):
                assert (path.stat().st_uid, path.stat().st_gid) == (60_999, 60_999)
                assert path.stat().st_mode & 0o002 == 0
            assert (folder.path.stat().st_uid, folder.path.stat().st_mode & 0o777) == (os.getuid(), 0o711)


@with_landlock
class TestLandlock:
    # Root's capabilities would open what Landlock leaves to them, such as the environment of others.
    closed = Isolation(landlock=True, privileges=("--bounding-set=-all",) if os.geteuid() == 0 else ())

    def test_ours_is_closed_and_its_own_is_open(self, home: Home, tmp_path: Path) -> None:
        assert open_files_tried(home, self.closed) == {"note": False, "keys": False, "environment": False}
        script = 'cat /etc/passwd && echo x > "$0/file" && cat "$0/file" && rm "$0/file" && : > /dev/null'
        assert start(self.closed, ["/bin/sh", "-c", script, str(tmp_path)], folders=(tmp_path,))[0] == 0
        assert start(self.closed, ["/bin/sh", "-c", script, str(tmp_path)])[0] != 0
        for place in ("/tmp", "/usr/lib", "/dev/shm", str(home.folder)):
            assert start(self.closed, ["/bin/sh", "-c", 'echo x > "$0/by-a-stranger"', place])[0] != 0

    @pytest.mark.skipif(landlock.version() < 6, reason="signals are held from Linux 6.12 on")
    def test_no_process_of_ours_can_be_ended(self) -> None:
        assert start(self.closed, ["/bin/kill", "-0", str(os.getpid())])[0] != 0

    @pytest.mark.skipif(landlock.version() < 4, reason="ports are held from Linux 6.7 on")
    def test_one_port_can_be_reached(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as page, socket.create_server(("127.0.0.1", 0)) as database:
            ports = [server.getsockname()[1] for server in (page, database)]
            script = 'exec 3<>"/dev/tcp/127.0.0.1/$0"'
            tried = [start(self.closed, ["/bin/bash", "-c", script, str(port)], port=ports[0])[0] for port in ports]
        assert tried[0] == 0
        assert tried[1] != 0

    def test_chromium_starts_within_it(self, tmp_path: Path) -> None:
        found = find_isolation(RendererSettings(), chromium(), tmp_path / "folder")
        assert found.landlock
        assert found.warning is None


@pytest.fixture
def closed_folder() -> Iterator[Path]:
    """A folder that only we may enter, with a path that leaves room for Chromium's socket."""
    with tempfile.TemporaryDirectory(prefix="ff-") as folder:
        yield Path(folder)


def test_what_is_said_where_nothing_holds(home: Home, closed_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """No other user could reach the run folder, and Landlock is switched off."""
    with running_renderer(home.logs, {**SHORT_LIMITS, "run_folder": closed_folder, "landlock": False}) as started:
        state = started.wait_until_ready()
        assert state["sandbox"] in ("none", "namespaces")
        assert started.render(GRADIENT).status_code == 200
        nices = [process.nice() for process in started.processes()]
        assert min(nices) >= psutil.Process(started.process.pid).nice()
    lines = started.log.read_text().splitlines()
    (warning,) = (entry for entry in map(json.loads, lines) if entry["event"] == "not isolated")
    assert (warning["level"], warning["sandbox"]) == ("warning", state["sandbox"])
    for line in lines:
        show_sentence(line)
    said = capsys.readouterr().out
    assert said.count("\n") == 1
    assert said.startswith("WARNING: Chromium runs strangers' shaders with all rights of the user who started ")


@pytest.mark.parametrize(
    ("isolation", "name", "warned"),
    [
        (OPEN, "none", True),
        (Isolation(namespaces=True), "namespaces", True),
        (Isolation(landlock=True), "landlock", False),
        (Isolation(user=60_800, namespaces=True), "own-user+namespaces", False),
        (Isolation(user=60_800, landlock=True, namespaces=True), "own-user+landlock+namespaces", False),
    ],
)
def test_names_and_warnings(isolation: Isolation, name: str, warned: bool) -> None:
    assert isolation.name == name
    assert (isolation.warning is not None) is warned


@with_landlock
def test_nothing_starts_when_who_asked_for_it_has_died_meanwhile() -> None:
    held = replace(OPEN, landlock=True)
    line = processes.command_line(["/bin/echo", "started"], launcher=held.launcher(chromium(), [], 1))
    assert subprocess.run(line, capture_output=True, text=True, check=False).stdout == "started\n"
    # The shell is the parent in place of us, as is init after a kill.
    through = ["sh", "-c", '"$@"; exit $?', "sh", *line]
    done = subprocess.run(through, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert "has ended" in done.stderr
