import subprocess
import sys
import time
from pathlib import Path

from services.renderer import processes
from services.renderer.folders import RunFolder
from services.renderer.processes import ProcessGroup

_FAMILY = ["sh", "-c", "sleep 60 & sleep 60 & wait"]


def members(group: ProcessGroup, count: int) -> list[int]:
    """The members, once there are as many."""
    for _ in range(200):
        found = list(group.members())
        if len(found) == count:
            return found
        time.sleep(0.01)
    raise AssertionError(f"{found} are not {count} processes")


def test_kill_ends_the_whole_group() -> None:
    group = ProcessGroup(_FAMILY, {"PATH": "/usr/bin:/bin"})
    assert group.alive
    assert group.pid in members(group, 3)
    assert group.pss_bytes() > 0
    assert processes.rss_bytes(group.pid) > 0
    group.kill()
    members(group, 0)
    processes.reap()
    assert not group.alive
    group.kill()
    assert group.gpu_process() is None
    assert processes.rss_bytes(group.pid) == 0
    if group.process.stderr is not None:
        group.process.stderr.close()


def test_group_dies_with_its_parent_and_orphans_are_reaped() -> None:
    program = (
        "import os, sys, time\n"
        "from services.renderer import processes\n"
        "processes.become_subreaper()\n"
        "group = processes.ProcessGroup(['sh', '-c', 'sleep 0.1 & sleep 0.1 & exec sleep 60'], {'PATH': '/bin'})\n"
        "orphan = processes.ProcessGroup(['sh', '-c', 'sleep 0.2 & exit 0'], {'PATH': '/bin'})\n"
        "time.sleep(0.6)\n"
        "print(processes.reap(), group.pid, flush=True)\n"
        "os.kill(os.getpid(), 9)\n"
    )
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", program], capture_output=True, text=True, check=False)
    inherited, pid = map(int, done.stdout.split())
    assert inherited == 1
    for _ in range(100):
        if processes.rss_bytes(pid) == 0:
            break
        time.sleep(0.01)
    assert processes.rss_bytes(pid) == 0


def test_abandoned_folders_are_removed_and_held_ones_kept(tmp_path: Path) -> None:
    abandoned = RunFolder(tmp_path)
    (abandoned.path / "leftover").write_text("x")
    with RunFolder(tmp_path) as held:
        assert abandoned.path.exists()
        # A killed process loses its lock and nothing else.
        abandoned._let_go()
        with RunFolder(tmp_path) as third:
            assert not abandoned.path.exists()
            assert held.path.exists()
            assert third.new_profile().parent == third.path
    assert list(tmp_path.iterdir()) == []
