"""The walk of docs/quickstart.md, typed as it stands there, against the whole site, which is then begun anew."""

import json
import re
import subprocess
import time
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.standalone.running import ACCOUNT_OF_THE_WALK, Running, running

ROOT = Path(__file__).parents[2]
DIALECTS = {
    "Slow tide": "shadertoy",
    "Ripples": "glsl-sandbox",
    "Blinds": "book-of-shaders",
    "Dusk": "es100",
    "Chequers": "es300",
}


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


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("quickstart") / "home"


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


@pytest.mark.slow
def test_the_walk_works_and_survives_a_restart(home: Path) -> None:
    with running(home) as site:
        said = walk(site)
        assert '"status":"ready"' in said
        assert "'line': 2, 'column': 39, 'token': 'glow', 'message': 'undeclared identifier'" in said
        before = settled_works(site.address())
        check_works(before)
        page = httpx2.get(f"{site.address()}/").text
        assert all(title in page for title in DIALECTS)
        assert site.stop() == 0
    with running(home) as site:
        after = works(site.address())
    assert comparable(after).splitlines() == comparable(before).splitlines()
