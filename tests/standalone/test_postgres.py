"""The embedded PostgreSQL: keeps its data, comes back where it was, and runs for root without being root."""

import contextlib
import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import asyncpg
import psutil
import pytest

from services.standalone.patience import StartError
from services.standalone.postgres import EmbeddedPostgres
from services.standalone.processes import command_as_owner, give_to_ordinary_user
from tests.standalone.running import wait


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A stopped cluster with one row in it, to be copied."""
    folder = tmp_path_factory.mktemp("cluster") / "postgres"
    server = EmbeddedPostgres(folder, options={"fsync": "off"})
    server.start()
    server.psql("CREATE TABLE kept AS SELECT 42 AS answer", "fractafrag")
    server.stop()
    return folder


@pytest.fixture
def copy(cluster: Path, tmp_path: Path) -> Path:
    """A copy of it, as a person makes one of a backup: all of it belongs to who copied."""
    return Path(shutil.copytree(cluster, tmp_path / "postgres"))


def answer(server: EmbeddedPostgres) -> str:
    return server.psql("SELECT answer FROM kept", "fractafrag").strip()


def test_a_copied_folder_comes_up_whoever_owns_it(copy: Path) -> None:
    server = EmbeddedPostgres(copy)
    server.start()
    assert answer(server) == "42"
    server.stop()


def test_its_log_quotes_no_row(copy: Path) -> None:
    server = EmbeddedPostgres(copy)
    server.start()
    server.psql("CREATE TABLE people (email text UNIQUE, age integer CHECK (age > 0))", "fractafrag")
    add = "INSERT INTO people VALUES ('ada@example.org', 1)"
    for statement in (add, add, add.replace("1)", "-1)")):
        with contextlib.suppress(StartError):
            server.psql(statement, "fractafrag")
    server.stop()
    log = (copy / "postgres.log").read_text()
    assert "duplicate key value violates unique constraint" in log
    assert "violates check constraint" in log
    errors = [line for line in log.splitlines() if "STATEMENT" not in line]
    assert "ada@example.org" not in "\n".join(errors)


def test_it_does_not_run_as_root(copy: Path) -> None:
    server = EmbeddedPostgres(copy)
    server.start()
    assert psutil.Process(server.pid).uids().effective != 0
    assert (copy / "data").stat().st_uid == psutil.Process(server.pid).uids().effective
    if os.geteuid() != 0:
        assert psutil.Process(server.pid).uids().effective == os.geteuid()
    server.stop()


def test_for_root_its_programs_may_lie_where_only_root_may_look(copy: Path, tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    program = closed / "program"
    program.write_text("#!/bin/sh\nexit 42\n")
    program.chmod(0o755)
    ask = "import os, sys; sys.exit(41 if os.access(sys.argv[1], os.X_OK) else 1)"
    give_to_ordinary_user(copy / "data")
    asking = command_as_owner([sys.executable, "-c", ask, program], copy / "data")
    assert subprocess.run(asking, check=False).returncode == 41
    assert subprocess.run(command_as_owner([program], copy / "data"), check=False).returncode == 42


def test_after_a_crash_it_comes_back_where_it_was(copy: Path) -> None:
    server = EmbeddedPostgres(copy)
    server.start()
    url = server.url()
    server.psql("INSERT INTO kept VALUES (43)", "fractafrag")
    psutil.Process(server.pid).kill()
    wait(lambda: not server.running)
    server.start()
    assert server.url() == url
    assert answer(server) == "42\n43"
    server.stop()


def test_children_of_a_killed_server_may_be_slow_to_end(copy: Path) -> None:
    server = EmbeddedPostgres(copy)
    server.start()
    postmaster = psutil.Process(server.pid)
    child = postmaster.children()[0]
    child.suspend()
    postmaster.kill()
    wait(lambda: not server.running)
    later = threading.Timer(0.8, child.resume)
    later.start()
    server.start()
    later.join()
    assert "pre-existing shared memory block" in (copy / "postgres.log").read_text()
    assert answer(server) == "42"
    server.stop()


def test_a_server_that_cannot_start_says_why_at_once(copy: Path) -> None:
    server = EmbeddedPostgres(copy, options={"shared_buffers": "nonsense"})
    with pytest.raises(StartError, match="nonsense"):
        server.start()


def test_a_mark_with_somebody_elses_number_is_forgotten(copy: Path) -> None:
    (copy / "data" / "postmaster.pid").write_text(f"{os.getpid()}\n{copy}/data\n1\n0\n\n\n\n")
    server = EmbeddedPostgres(copy)
    server.forget_last_run()
    server.start()
    assert answer(server) == "42"
    server.stop()


def test_a_kill_while_the_cluster_is_made_leaves_no_half_of_it(tmp_path: Path) -> None:
    (tmp_path / "postgres" / "data.part").mkdir(parents=True)
    (tmp_path / "postgres" / "data.part" / "PG_VERSION").write_text("16\n")
    server = EmbeddedPostgres(tmp_path / "postgres", options={"fsync": "off"})
    server.start()
    assert server.psql("SELECT 1").strip() == "1"
    server.stop()


async def test_nobody_comes_in_without_the_password(copy: Path) -> None:
    server = EmbeddedPostgres(copy)
    server.start()
    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(host=str(server.sockets), user="fractafrag", password="guess", database="postgres")
    server.stop()
    assert (copy / "password").stat().st_mode & 0o777 == 0o600


async def test_processes_come_in_as_a_role_that_owns_nothing_also_after_its_password_was_lost(copy: Path) -> None:
    (copy / "app-password").unlink()
    server = EmbeddedPostgres(copy)
    server.start()
    connection = await asyncpg.connect(server.app_url().replace("+asyncpg", ""))
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await connection.execute("DROP TABLE kept")
    rights = (
        "SELECT rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication FROM pg_roles WHERE rolname = current_user"
    )
    assert await connection.fetchval(rights) is False
    await connection.close()
    server.stop()
    assert (copy / "app-password").stat().st_mode & 0o777 == 0o600
