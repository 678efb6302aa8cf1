"""What is held is nobody else's: TCP ports over a restart, and the sockets of our servers."""

import shutil
import socket
import stat
import subprocess
import sys
from pathlib import Path

import psutil
import pytest
import redis

from services.standalone.home import Home
from services.standalone.layout import Layout
from services.standalone.ports import held_port
from services.standalone.postgres import EmbeddedPostgres
from services.standalone.sockets import forget_socket_folder, socket_folder
from services.standalone.valkey import EmbeddedValkey
from tests.standalone.running import ROOT, wait

LONG = "long/" + "x" * 100

# Takes every port that the kernel gives, in a network of its own with few of them.
GREEDY = """
import socket, subprocess
from services.standalone.ports import held_port
open("/proc/sys/net/ipv4/ip_local_port_range", "w").write("40000 40063")
subprocess.run(["ip", "link", "set", "lo", "up"])
held, taken = held_port(), []
while True:
    try:
        taken.append(socket.create_server(("127.0.0.1", 0)))
    except OSError:
        break
assert len(taken) == 63, len(taken)
assert held not in {each.getsockname()[1] for each in taken}
[each.close() for each in taken]
with socket.create_server(("127.0.0.1", held)) as server:
    asking = []
    while True:
        try:
            asking.append(socket.create_connection(("127.0.0.1", held)))
        except OSError:
            break
    assert held not in {each.getsockname()[1] for each in asking}
print("held")
"""


def is_taken_by_a_stranger(port: int) -> bool:
    with socket.socket() as stranger:
        try:
            stranger.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


class TestHeldPort:
    def test_a_stranger_does_not_get_it_between_a_death_and_a_restart(self) -> None:
        port = held_port()
        for _ in range(2):
            assert not is_taken_by_a_stranger(port)
            with pytest.raises(ConnectionRefusedError):
                socket.create_connection(("127.0.0.1", port))
            with socket.create_server(("127.0.0.1", port)), socket.create_connection(("127.0.0.1", port)):
                pass

    def test_the_kernel_gives_it_to_nobody(self) -> None:
        network = ["unshare", "--net", "--map-root-user"]
        if shutil.which("unshare") is None or subprocess.run([*network, "true"], check=False).returncode != 0:
            pytest.skip("no network of its own can be made here")
        command = [*network, sys.executable, "-W", "ignore", "-c", GREEDY]
        done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
        assert done.stdout == "held\n", done.stderr

    def test_the_renderers_is_held_from_before_its_start(self, tmp_path: Path) -> None:
        layout = Layout(Home(tmp_path), {}, address="http://localhost:8000")
        assert not is_taken_by_a_stranger(layout.renderer_port)


class TestOurServers:
    """They have no port at all, and who is not their owner finds a closed door."""

    @pytest.mark.parametrize(
        ("kind", "place"),
        [(EmbeddedPostgres, LONG), (EmbeddedValkey, LONG), (EmbeddedValkey, "with a space"), (EmbeddedValkey, "a: b")],
    )
    def test_they_come_back_where_they_were(
        self, kind: type[EmbeddedPostgres | EmbeddedValkey], place: str, tmp_path: Path
    ) -> None:
        (tmp_path / place).mkdir(parents=True)
        server = kind(tmp_path / place / "server")
        server.start()
        url, path = server.url(), server.sockets / server.socket_name
        assert [each.status for each in psutil.Process(server.pid).net_connections("inet")] == []
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
        psutil.Process(server.pid).kill()
        wait(lambda: not server.running)
        server.start()
        assert server.url() == url
        server.stop()
        assert not path.exists()
        assert path.parent == tmp_path / place / "server" or not path.parent.exists()

    def test_who_has_no_password_is_refused(self, tmp_path: Path) -> None:
        server = EmbeddedValkey(tmp_path / "valkey")
        server.start()
        client = redis.Redis(unix_socket_path=str(server.sockets / server.socket_name))
        with client, pytest.raises(redis.AuthenticationError):
            client.ping()
        server.stop()


class TestSocketFolder:
    def test_after_a_kill_it_is_found_again_and_a_copy_gets_its_own(self, tmp_path: Path) -> None:
        folder = tmp_path / ("x" * 110)
        folder.mkdir()
        first = socket_folder(folder, "socket")
        assert socket_folder(folder, "socket") == first
        copy = Path(shutil.copytree(folder, tmp_path / ("y" * 110), symlinks=True))
        second = socket_folder(copy, "socket")
        assert second != first
        forget_socket_folder(copy)
        forget_socket_folder(folder)
        assert not first.exists()
        assert not second.exists()

    def test_one_that_others_may_enter_is_not_used(self, tmp_path: Path) -> None:
        folder = tmp_path / ("x" * 110)
        folder.mkdir()
        first = socket_folder(folder, "socket")
        first.chmod(0o755)
        assert socket_folder(folder, "socket") != first
        shutil.rmtree(first)
        forget_socket_folder(folder)
