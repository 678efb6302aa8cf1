"""Pods that vanish without a word, as when a node dies: renderer and worker in mid-job, and the operator."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.cluster.kube import steady, until
from tests.e2e.cluster.commands import AUTOSCALER, OPERATOR, PODS, RENDERER, Cluster, CommandError
from tests.e2e.cluster.visitors import slow
from tests.fixtures.installation import Generous, say

pytestmark = pytest.mark.e2e

WORKS, LOOPS = 6, 500
# A kept still is drawn while nothing else is, so a renderer would be busy, and die, before it gets what is published.
UNKEPT = (
    "SELECT count(*) FROM renders r JOIN shaders s ON s.id = r.shader_id AND s.rendered_version = r.version"
    " WHERE s.kept_width IS NULL AND s.deleted_at IS NULL AND r.kept_status IN ('pending', 'rendering');"
)
SETTLE_SECONDS = 5


def kill(cluster: Cluster, pod: str) -> None:
    """No signal that it could heed."""
    cluster.kubectl("delete", "pod", pod, "--grace-period=0", "--force", "--wait=false")


def die_when_busy(cluster: Cluster, pod: str) -> None:
    """The renderer in a pod is gone the moment that it draws; then the pod is gone too."""
    code = (PODS / "die_when_busy.py").read_text()
    try:
        cluster.kubectl("exec", "--stdin", pod, "--", "python", "-", given=code)
    except CommandError as error:
        # The script may end with its container, of which kubectl tells with 137 and no words of Python's.
        if "Traceback" in str(error):
            raise
    kill(cluster, pod)


def _publish_slow(generous: Generous) -> list[str]:
    return generous.site.publish_many(generous.accounts, [slow(LOOPS + each) for each in range(WORKS)])


def test_a_renderer_killed_in_mid_job_loses_nothing(generous: Generous) -> None:
    cluster, site = generous.cluster, generous.site
    until("no kept still to be drawn", lambda: cluster.number(UNKEPT) == 0, seconds=600)
    victims = [str(pod["metadata"]["name"]) for pod in cluster.pods("renderer")]
    with ThreadPoolExecutor(len(victims)) as pool:
        dying = [pool.submit(die_when_busy, cluster, victim) for victim in victims]
        time.sleep(SETTLE_SECONDS)
        works = _publish_slow(generous)
        begun = time.monotonic()
        for each in dying:
            each.result()
    for work in works:
        site.wait_ready(work, 240)
    seconds = time.monotonic() - begun
    attempts = generous.check_renders(works)
    say(f"{victims} killed: {WORKS} works ready {seconds:.0f} s later, once each; works by attempts: {attempts}")
    assert set(attempts) != {"1"}, "nothing was being drawn when the renderer was killed"


def test_a_worker_killed_in_mid_job_loses_nothing(generous: Generous) -> None:
    cluster, site = generous.cluster, generous.site
    works = _publish_slow(generous)
    drawing = "SELECT count(*) FROM renders WHERE shader_id = ANY (:'works') AND status = 'rendering';"
    until("a claimed render", lambda: cluster.number(drawing, works), seconds=60, every=0.05)
    victim = cluster.pod("worker", "render")
    begun = time.monotonic()
    kill(cluster, victim)
    for work in works:
        site.wait_ready(work, 240)
    attempts = generous.check_renders(works)
    say(
        f"{victim} killed: {WORKS} works ready {time.monotonic() - begun:.0f} s later, once each;"
        f" works by attempts: {attempts}"
    )


def _last_tick(cluster: Cluster) -> str:
    status = cluster.object(AUTOSCALER, RENDERER).get("status", {})
    return str(status.get("memory", {}).get("lastTickAt", ""))


def test_the_operator_killed_changes_no_replicas(generous: Generous) -> None:
    cluster = generous.cluster

    def wanted() -> int:
        return int(cluster.object("deployment", RENDERER)["spec"]["replicas"])

    until("a single renderer", lambda: wanted() == 1, seconds=240, every=3)
    victim = cluster.pod("operator")
    kill(cluster, victim)
    killed = time.monotonic()
    before = _last_tick(cluster)
    steady("one renderer", lambda: wanted() == 1, seconds=10, every=2)
    until("an operator that works", lambda: _last_tick(cluster) > before, seconds=120, every=1)
    assert wanted() == 1
    events = cluster.object("lease", OPERATOR)["spec"]
    assert events["holderIdentity"] != victim
    say(f"{victim} killed: the next one decides {time.monotonic() - killed:.0f} s later, replicas stayed 1")
