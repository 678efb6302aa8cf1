"""The life of a whole site: the walk of docs/quickstart.md, typed as it stands there, commands beside it, a kill.

One life, because each start takes ten seconds. tests/standalone/test_logs.py kills the parts of a site one by one.
"""

import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.standalone.running import ACCOUNT_OF_THE_WALK, Running, all_gone, running, wait

ROOT = Path(__file__).parents[2]
DIALECTS = {
    "Slow tide": "shadertoy",
    "Ripples": "glsl-sandbox",
    "Blinds": "book-of-shaders",
    "Dusk": "es100",
    "Chequers": "es300",
}
# With a run folder that nobody else may enter: as root there is no other user for Chromium then.
NOTHING_HOLDS_CHROMIUM = {"FRACTAFRAG_RENDERER_LANDLOCK": "false"}


def script(address: str) -> str:
    """All of its shell blocks, one after the other."""
    blocks = re.findall(r"^```sh\n(.*?)^```$", (ROOT / "docs" / "quickstart.md").read_text(), re.MULTILINE | re.DOTALL)
    assert len(blocks) > 5
    return "\n".join(blocks).replace("http://localhost:8000", address)


def works(address: str) -> dict[str, dict[str, Any]]:
    """The walker's works by title, each with its render, versions and pictures looked at."""
    with httpx2.Client(base_url=address, timeout=20) as client:
        login = client.post("/api/v1/auth/login", json=ACCOUNT_OF_THE_WALK).json()
        client.headers["Authorization"] = f"Bearer {login['access_token']}"
        found = {}
        for card in client.get("/api/v1/users/ada/shaders?limit=100").json()["items"]:
            work = client.get(f"/api/v1/shaders/{card['id']}").json()
            still = client.get(work["still_url"])
            assert still.headers["content-type"] == "image/webp"
            assert still.content[8:12] == b"WEBP"
            versions = client.get(f"/api/v1/shaders/{card['id']}/versions").json()["items"]
            found[work["title"]] = {**work, "versions": versions}
        return found


def settled_works(address: str) -> dict[str, dict[str, Any]]:
    """The same, once all that are published have the still that is kept, which is drawn after the first one."""
    until = time.monotonic() + 120
    while True:
        found = works(address)
        waiting = [title for title in DIALECTS if "/renders/kept/" not in found[title]["still_url"]]
        if not waiting:
            return found
        assert time.monotonic() < until, f"no kept still of {waiting}"
        time.sleep(1)


def comparable(found: dict[str, dict[str, Any]]) -> str:
    """What a restart leaves as it is: all but a date, and the signatures of links, which end with the hour."""
    same = {title: {**work, "updated_at": None} for title, work in sorted(found.items())}
    return re.sub(r"\?user=[^\"]+", "", json.dumps(same, sort_keys=True, indent=1))


def walk(site: Running) -> str:
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script(site.address())],
        capture_output=True, text=True, timeout=240, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def check_works(found: dict[str, dict[str, Any]]) -> None:
    assert {title: found[title]["dialect"] for title in DIALECTS} == DIALECTS
    assert {found[title]["render_status"] for title in DIALECTS} == {"ready"}
    fork = found["Slow tide at night"]
    assert fork["parent"] == {"id": found["Slow tide"]["id"], "version": 1}
    assert [version["version"] for version in fork["versions"]] == [3, 2, 1]
    assert [version["render_status"] for version in fork["versions"]] == ["ready", "failed", "ready"]
    assert fork["versions"][0]["restored_from"] == 1


def beside(home: Path, module: str, *arguments: str) -> tuple[int, str]:
    """Exit status and output of one of the supervisor's commands."""
    done = subprocess.run(
        [sys.executable, "-m", f"services.standalone.{module}", *arguments],
        env={**os.environ, "FRACTAFRAG_HOME": str(home)}, cwd=ROOT,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
    )  # fmt: skip
    return done.returncode, done.stdout


def check_commands(site: Running) -> None:
    """Commands beside a running site, and a second site on its folder."""
    home = site.home
    admin = ("command", "services.admin", "admin")
    assert beside(home, *admin, "role", "ada", "moderator") == (0, "ada has the role moderator\n")
    assert beside(home, *admin, "plan", "nobody-here", "pro") == (1, "There is no user nobody-here\n")
    assert beside(home, *admin, "dead-letters") == (0, "no dead letters\n")
    second = Running(home)
    assert second.process.wait(120) == 1
    assert f"in use by process {site.process.pid} ({site.address()})" in second.said()


@pytest.mark.slow
def test_the_walk_works_and_survives_a_kill_and_a_stop_is_clean(tmp_path: Path) -> None:
    home = tmp_path / "a home with spaces"
    with running(home) as site:
        said = walk(site)
        assert '"status":"ready"' in said
        assert "'line': 2, 'column': 39, 'token': 'glow', 'message': 'undeclared identifier'" in said
        check_commands(site)
        before = settled_works(site.address())
        check_works(before)
        page = httpx2.get(f"{site.address()}/").text
        assert all(title in page for title in DIALECTS)
        processes = site.tree()
        assert len(processes) > 4
        site.process.kill()
        site.process.wait()
    assert "WARNING" not in site.said()
    with running(home, **NOTHING_HOLDS_CHROMIUM, FRACTAFRAG_RENDERER_RUN_FOLDER=str(tmp_path / "run")) as again:
        after = works(again.address())
        wait(lambda: "\nWARNING: Chromium runs strangers' shaders with all rights" in again.said())
        wait(lambda: all_gone(processes))
        processes = again.tree()
        assert again.stop() == 0
        wait(lambda: all_gone(processes))
    assert comparable(after).splitlines() == comparable(before).splitlines()
    assert again.said().rstrip().endswith("Stopped.")
    assert not (home / "postgres" / "data" / "postmaster.pid").exists()
    assert beside(home, "command", "services.worker") == (1, f"No site runs on {home}; start it with `make run`.\n")
