"""`helm upgrade` to new images with a new migration, and `helm rollback`, while requests come in: none fails."""

import os
import time
from pathlib import Path

import pytest

from tests.cluster.kube import until
from tests.e2e.cluster.commands import CHARTS, RELEASE, Cluster
from tests.e2e.cluster.images import NEXT_VERSION, build_next, today
from tests.e2e.cluster.load import Load
from tests.e2e.cluster.visitors import API, still
from tests.fixtures.installation import Generous, say

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.skipif(
        not os.environ.get("FRACTAFRAG_E2E_BUILD"), reason="FRACTAFRAG_E2E_BUILD names the command that builds an image"
    ),
]

QUIET_SECONDS = 10


@pytest.fixture(scope="module")
def paths(generous: Generous) -> list[str]:
    """What visitors read."""
    work = generous.site.wait_ready(generous.site.publish(generous.accounts[0], still(3000)))
    return [
        "/",
        f"{API}/version",
        f"{API}/feed/new",
        f"{API}/shaders/{work['id']}",
        f"/s/{work['id']}",
        work["still_url"],
    ]


def _version(generous: Generous) -> str:
    return str(generous.site.ask("GET", f"{API}/version").json()["version"])


def _images(cluster: Cluster) -> set[str]:
    names = ("api", "mcp", "worker-default", "worker-render", "web", "renderer")
    found = [cluster.object("deployment", f"{RELEASE}-{name}") for name in names]
    assert all(each["status"].get("unavailableReplicas", 0) == 0 for each in found)
    return {each["spec"]["template"]["spec"]["containers"][0]["image"].rpartition(":")[2] for each in found}


def _finish(generous: Generous, load: Load, what: str, seconds: float) -> None:
    assert not load.failures, f"{len(load.failures)} of {load.summary()}:\n" + "\n".join(load.failures[:20])
    for work in load.published:
        generous.site.wait_ready(work, 300)
    attempts = generous.check_renders(load.published)
    say(f"{what} took {seconds:.0f} s; {load.summary()}; works by attempts: {attempts}")


def test_an_upgrade_with_a_migration_fails_no_request(
    generous: Generous, paths: list[str], tmp_path: Path
) -> None:  # fmt: skip
    cluster = generous.cluster
    tag = build_next(tmp_path)
    assert _version(generous) != NEXT_VERSION
    with Load(generous.site, generous.accounts[1], paths) as load:
        time.sleep(QUIET_SECONDS)
        begun = time.monotonic()
        cluster.helm(
            "upgrade", RELEASE, str(CHARTS / RELEASE), "--reuse-values", "--set-string", f"defaults.image.tag={tag}",
            "--wait", "--wait-for-jobs", "--timeout", "10m",
        )  # fmt: skip
        seconds = time.monotonic() - begun
        time.sleep(QUIET_SECONDS)
    assert _version(generous) == NEXT_VERSION
    assert _images(cluster) == {tag}
    assert cluster.sql("SELECT version_num FROM alembic_version;") == [["e2e0001"]]
    assert cluster.number("SELECT count(*) FROM e2e_migration_runs;") == 1
    _finish(generous, load, "helm upgrade", seconds)


def test_a_rollback_fails_no_request(generous: Generous, paths: list[str]) -> None:
    cluster = generous.cluster
    if _version(generous) != NEXT_VERSION:
        pytest.skip("there is nothing to go back from")
    with Load(generous.site, generous.accounts[2], paths) as load:
        time.sleep(QUIET_SECONDS)
        begun = time.monotonic()
        cluster.helm("rollback", RELEASE, "--wait", "--wait-for-jobs", "--timeout", "10m")
        seconds = time.monotonic() - begun
        time.sleep(QUIET_SECONDS)
    until("the old version", lambda: _version(generous) != NEXT_VERSION, seconds=30)
    assert _images(cluster) == {today()}
    assert cluster.sql("SELECT version_num FROM alembic_version;") == [["e2e0001"]], "a rollback leaves the schema"
    assert cluster.number("SELECT count(*) FROM e2e_migration_runs;") == 1
    _finish(generous, load, "helm rollback", seconds)
