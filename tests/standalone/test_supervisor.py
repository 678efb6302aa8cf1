"""What a person reads who starts a site that cannot come up.

One that does, is killed, and comes back: tests/e2e/test_quickstart.py; whose parts are killed: test_logs.py.
"""

import socket
from pathlib import Path

import pytest

from tests.standalone.running import Running


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
