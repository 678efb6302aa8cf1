"""A flood of publishes: the operator starts renderers, every picture is made once, and the renderers go again.

While they go, works still come in; one whose renderer was told to stop must not lose its picture or need a second try.
"""

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.e2e.cluster.commands import AUTOSCALER, RENDERER, Cluster, CommandError
from tests.e2e.cluster.visitors import slow, still
from tests.fixtures.installation import Generous, say

pytestmark = pytest.mark.e2e

WORKS = int(os.environ.get("FRACTAFRAG_E2E_WORKS", "150"))
DRAIN_SECONDS, QUIET_SECONDS = 900, 240
# About a second each, so that one renderer would take minutes.
LOOPS = 150


class Watch(threading.Thread):
    """Notes replicas and demand every few seconds."""

    def __init__(self, cluster: Cluster) -> None:
        super().__init__(daemon=True)
        self.lines: list[tuple[int, int, int, int]] = []
        self.stop = threading.Event()
        self._cluster = cluster

    def run(self) -> None:
        """Look until told to stop."""
        begun = time.monotonic()
        while not self.stop.wait(3):
            try:
                deployment = self._cluster.object("deployment", RENDERER)
                status = self._cluster.object(AUTOSCALER, RENDERER).get("status", {})
            except CommandError:
                continue
            ready = deployment["status"].get("readyReplicas", 0)
            seen = (deployment["spec"]["replicas"], ready, status.get("demand", 0))
            self.lines.append((int(time.monotonic() - begun), *seen))

    def table(self) -> str:
        """The moments at which replicas changed."""
        kept = [
            line for at, line in enumerate(self.lines) if not at or line[1:3] != self.lines[at - 1][1:3]
        ]  # fmt: skip
        return "\n".join(
            f"    {at:4} s  replicas {want}  ready {ready}  demand {demand}" for at, want, ready, demand in kept
        )


@contextmanager
def watched(cluster: Cluster) -> Iterator[Watch]:
    """Watch while the block runs."""
    watch = Watch(cluster)
    watch.start()
    yield watch
    watch.stop.set()
    watch.join()


def _wait_for_pictures(generous: Generous, first: str, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while open_ := generous.cluster.number("SELECT count(*) FROM renders WHERE status IN ('pending', 'rendering');"):
        assert time.monotonic() < deadline, f"{open_} pictures are missing after {seconds} s, {first} was the first"
        time.sleep(3)


def test_a_flood_is_drawn_by_more_renderers_which_go_again(generous: Generous) -> None:
    cluster, site = generous.cluster, generous.site
    with watched(cluster) as watch:
        begun = time.monotonic()
        works = site.publish_many(generous.accounts, [slow(LOOPS + number) for number in range(WORKS)])
        published = time.monotonic() - begun
        _wait_for_pictures(generous, works[0], DRAIN_SECONDS)
        drained = time.monotonic() - begun
        late = _trickle_until_one(generous)
        quiet = time.monotonic() - begun
        _wait_for_pictures(generous, late[0] if late else "", QUIET_SECONDS)
    most, ready = max(line[1] for line in watch.lines), max(line[2] for line in watch.lines)
    attempts = generous.check_renders([*works, *late])
    say(
        f"{WORKS} works published in {published:.0f} s, all drawn after {drained:.0f} s, up to {ready} renderers ready"
        f" of {most}, one again after {quiet:.0f} s, {len(late)} works meanwhile; works by attempts: {attempts}\n"
        f"{watch.table()}"
    )
    assert ready > 1, "no renderer was added"
    # In the flood itself a node without a free CPU may cost some a second attempt; a renderer that goes must not.
    assert set(generous.check_renders(late)) == {"1"}, "a renderer that went took a picture with it"


def _trickle_until_one(generous: Generous) -> list[str]:
    """Works published while the renderers go; ends when one is left."""
    works: list[str] = []
    deadline = time.monotonic() + QUIET_SECONDS
    while time.monotonic() < deadline:
        works.append(generous.site.publish(generous.accounts[0], still(1000 + len(works))))
        status = generous.cluster.object("deployment", RENDERER)["status"]
        if status.get("replicas") == status.get("readyReplicas") == 1:
            return works
        time.sleep(3)
    raise AssertionError(f"more than one renderer is left after {QUIET_SECONDS} s")
