"""What fails around the operator: its twin, its Redis, the API server. Until it knows more the renderers stay."""

import json
import os
import signal
import time
from collections.abc import Iterator
from datetime import datetime

import pytest

from services.standalone.ports import held_port
from services.standalone.valkey import EmbeddedValkey
from tests.cluster.kube import Object, steady, until
from tests.cluster.rig import Rig
from tests.fixtures.control_plane import ControlPlane
from tests.fixtures.processes import Process

LEASE_SECONDS, TAKEN_OVER_SECONDS = 15, 20


@pytest.fixture(scope="module")
def own_valkey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedValkey]:
    """A Valkey that may be killed."""
    server = EmbeddedValkey(tmp_path_factory.mktemp("valkey"), port=held_port())
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def rig(
    control_plane: ControlPlane, definitions: str, own_valkey: EmbeddedValkey, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Rig]:
    """A namespace; two operators, of which the second starts in the first test."""
    assert definitions
    made = Rig(control_plane, own_valkey, tmp_path_factory.mktemp("failures"))
    yield made
    made.stop()


def scalings(process: Process) -> list[Object]:
    """What this operator has scaled, by its log."""
    lines = [json.loads(line) for line in process.text().splitlines() if line.startswith("{")]
    return [line for line in lines if line["event"] == "scaled"]


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def test_when_the_leader_is_killed_the_other_goes_on(rig: Rig) -> None:
    first, second = rig.operator("operator-1"), rig.operator("operator-2", start=False)
    rig.lead("operator-1")
    second.start()
    site = rig.autoscaled()
    site.queue.add(4)
    site.reaches(2)
    second.wait_for('"started"')
    assert scalings(second) == []
    first.kill()
    last = moment(rig.lease()["renewTime"])
    site.queue.add(4)
    steady("nobody decides while the Lease lasts", lambda: site.replicas == 2, 5)
    rig.lead("operator-2")
    lease = rig.lease()
    silence = (moment(lease["acquireTime"]) - last).total_seconds()
    assert LEASE_SECONDS <= silence <= TAKEN_OVER_SECONDS, silence
    assert lease["leaseTransitions"] == 1
    site.reaches(4)
    first.start()
    site.queue.add(4)
    site.reaches(6)
    until("it is told", lambda: len(scalings(second)) == 2)
    # One step after the other, each by one of them: the Deployment has had no other change.
    steps = [(one["before"], one["after"]) for one in scalings(first) + scalings(second)]
    assert steps == [(0, 2), (2, 4), (4, 6)]
    deployment = rig.kube.need(rig.path("apps/v1", "deployments", site.target))
    assert deployment["metadata"]["generation"] == 1 + len(steps)
    assert first.running


def test_a_leader_that_is_told_to_stop_gives_way_at_once(rig: Rig) -> None:
    first, second = rig.processes[:2]
    assert second.stop(60) == 0
    stopped = time.monotonic()
    rig.lead("operator-1")
    assert time.monotonic() - stopped < LEASE_SECONDS
    assert first.running


def test_without_redis_the_number_is_held_and_then_the_fallback_counts(rig: Rig, own_valkey: EmbeddedValkey) -> None:
    rig.lead("operator-1")
    busy = rig.autoscaled(fallback={"afterSeconds": 3})
    floor = rig.autoscaled(fallback={"afterSeconds": 3, "behavior": "floor", "replicas": 3})
    busy.queue.add(8)
    busy.reaches(4)
    until("both are known", lambda: floor.condition("Ready") == ("True", "Scaling"))
    assert floor.replicas == 0
    os.kill(own_valkey.pid, signal.SIGKILL)
    own_valkey.stop()
    busy.becomes("Ready", "False", "SourceFailed")
    busy.becomes("FallbackActive", "True", "FallbackHold")
    floor.becomes("FallbackActive", "True", "FallbackFloor")
    floor.reaches(3)
    steady("held", lambda: busy.replicas == 4, 3)
    failing = busy.status()["health"]
    assert failing["failingSince"]
    assert own_valkey.password not in json.dumps(busy.status())
    own_valkey.start()
    busy.becomes("Ready", "True", "Scaling")
    busy.becomes("FallbackActive", "False", "SourceHealthy")
    # It is another server for all that the operator knows: its empty queue is not believed at once.
    busy.queue.clear()
    until("why nothing goes", lambda: busy.said("limitedBy") == "SourceChanged")
    steady("held for a while", lambda: busy.replicas == 4, 3)
    busy.queue.add(16)
    busy.reaches(8)


def test_the_api_server_may_go_and_come_back(rig: Rig, control_plane: ControlPlane) -> None:
    site = rig.autoscaled()
    site.queue.add(2)
    site.reaches(1)
    operator = rig.processes[0]
    control_plane.end("kube-apiserver", signal.SIGKILL)
    site.queue.add(6)
    operator.wait_for("tick skipped")
    assert operator.running
    control_plane.run("kube-apiserver")
    control_plane.wait_for_api()
    site.reaches(4, 120)
    assert operator.running
    # The watch is alive again too: a change of the resource is seen well before the next listing.
    rig.kube.merge(site.where(), {"spec": {"minReplicas": 6}})
    site.reaches(6)
