"""Children: started, started again with growing pauses, stopped cleanly or killed, gone with their parent."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from services.standalone import children
from services.standalone.children import Child


def child(script: str, folder: Path, *, patience: float = 5, keep: bool = True) -> Child:
    return Child(
        "helper", [sys.executable, "-c", script], environment=os.environ, log=folder / "helper.log", patience=patience,
        keep=keep,
    )  # fmt: skip


def tend_until(subject: Child, condition: Callable[[], bool], seconds: float = 10) -> list[str]:
    said = []
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        if news := subject.tend():
            said.append(news)
        time.sleep(0.02)
    return said


class TestTend:
    def test_a_process_that_dies_is_started_again(self, tmp_path: Path) -> None:
        subject = child("import time; time.sleep(60)", tmp_path)
        tend_until(subject, lambda: subject.running)
        assert subject.pid
        os.kill(subject.pid, 9)
        said = tend_until(subject, lambda: subject.starts == 2)
        assert said == [f"helper was ended by SIGKILL; it starts again in 0.5 s (log: {tmp_path}/helper.log)"]
        subject.ask_to_stop()
        assert subject.wait_stopped(lambda: False)

    def test_pauses_grow_while_it_fails_at_once(self, tmp_path: Path) -> None:
        subject = child("raise SystemExit(3)", tmp_path)
        said = tend_until(subject, lambda: subject.starts == 3)
        assert [line.split("again in ")[1].split(" s")[0] for line in said] == ["0.5", "1"]
        assert "ended with status 3" in said[0]
        assert subject.wait_stopped(lambda: False)

    def test_one_that_is_not_kept_runs_once(self, tmp_path: Path) -> None:
        subject = child("print('once')", tmp_path, keep=False)
        tend_until(subject, lambda: subject.exit_code == 0)
        assert subject.tend() is None
        assert subject.starts == 1
        assert subject.last_lines() == "once"

    def test_its_log_is_cut_when_it_has_grown(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(children, "_LOG_BYTES", 1000)
        subject = child("import time\nfor n in range(999): print('line', n, flush=True); time.sleep(.005)", tmp_path)
        tend_until(subject, (tmp_path / "helper.log.1").exists)
        assert (tmp_path / "helper.log").stat().st_size < 1000
        tend_until(subject, lambda: "line" in subject.last_lines(1))
        subject.ask_to_stop()
        subject.wait_stopped(lambda: False)

    def test_its_log_is_cut_where_there_is_no_room_for_a_copy(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(children, "_LOG_BYTES", 1000)
        (tmp_path / "helper.log.1").symlink_to("/dev/full")
        (tmp_path / "helper.log").write_text("line\n" * 999)
        subject = child("import time; time.sleep(60)", tmp_path)
        tend_until(subject, lambda: (tmp_path / "helper.log").stat().st_size < 1000)
        subject.ask_to_stop()
        subject.wait_stopped(lambda: False)

    def test_one_whose_log_cannot_be_made_runs_all_the_same(self, tmp_path: Path) -> None:
        subject = child("pass", tmp_path / "nowhere", keep=False)
        tend_until(subject, lambda: subject.exit_code == 0)


class TestStop:
    def test_one_that_does_not_stop_is_killed_after_its_patience(self, tmp_path: Path) -> None:
        script = "import signal, time; signal.signal(15, signal.SIG_IGN); print('deaf', flush=True); time.sleep(60)"
        subject = child(script, tmp_path, patience=0.3)
        tend_until(subject, lambda: "deaf" in subject.last_lines())
        subject.ask_to_stop()
        assert not subject.wait_stopped(lambda: False)
        assert not subject.running

    def test_hurry_ends_the_patience(self, tmp_path: Path) -> None:
        script = "import signal, time; signal.signal(15, signal.SIG_IGN); print('deaf', flush=True); time.sleep(60)"
        subject = child(script, tmp_path, patience=60)
        tend_until(subject, lambda: "deaf" in subject.last_lines())
        subject.ask_to_stop()
        started = time.monotonic()
        assert not subject.wait_stopped(lambda: True)
        assert time.monotonic() - started < 2


class TestDeath:
    def test_it_ends_when_its_parent_is_killed(self, tmp_path: Path) -> None:
        script = (
            "import os, sys, time\n"
            "from pathlib import Path\n"
            "from services.standalone.children import Child\n"
            "it = Child('it', ['sleep', '60'], environment=os.environ, log=Path(sys.argv[1]), patience=1)\n"
            "it.tend(); print(it.pid, flush=True); time.sleep(60)\n"
        )
        with subprocess.Popen(
            [sys.executable, "-c", script, str(tmp_path / "log")], stdout=subprocess.PIPE, text=True
        ) as parent:
            assert parent.stdout is not None
            pid = int(parent.stdout.readline())
            time.sleep(0.2)
            parent.kill()
        deadline = time.monotonic() + 5
        while Path(f"/proc/{pid}").exists() and "Z" not in Path(f"/proc/{pid}/stat").read_text().split()[2]:
            assert time.monotonic() < deadline
            time.sleep(0.05)
