"""Both charts in one namespace as their READMEs say: what one renders is what the other's operator works on."""

from collections.abc import Iterator

import pytest

from services.standalone.valkey import EmbeddedValkey
from tests.cluster.kube import path, until
from tests.cluster.queue import RenderQueue
from tests.cluster.rig import Autoscaled, Rig
from tests.fixtures.control_plane import CHARTS, ControlPlane

RELEASE, RENDERER = "fractafrag", "fractafrag-renderer"


@pytest.fixture
def site(
    control_plane: ControlPlane, definitions: str, valkey: EmbeddedValkey, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Autoscaled]:
    """A site with default values, and an operator with those of its chart."""
    assert definitions
    rig = Rig(control_plane, valkey, tmp_path_factory.mktemp("site"), targets=(RENDERER,))
    control_plane.helm("install", RELEASE, CHARTS / RELEASE, namespace=rig.namespace)
    rig.operator()
    queue = RenderQueue(valkey.url(), "dramatiq")
    yield Autoscaled(rig, RENDERER, queue)
    queue.clear()
    queue.close()
    rig.stop()


def test_the_site_is_scaled_and_an_upgrade_leaves_that_alone(site: Autoscaled) -> None:
    site.becomes("Ready", "True", "Scaling")
    most = site.kube.need(site.where())["spec"]["maxReplicas"]
    site.queue.add(1000)
    site.reaches(most)
    until("all answer", lambda: site.said("readyReplicas") == most)
    fields = site.kube.need(path("apps/v1", "deployments", site.rig.namespace, RENDERER))["metadata"]["managedFields"]
    helm = [one["fieldsV1"]["f:spec"] for one in fields if one["manager"] == "helm"]
    assert helm
    assert not [one for one in helm if "f:replicas" in one], "helm would fight for the number"
    changed = ("--set", "site.logLevel=DEBUG", "--set", "renderer.slots=2")
    done = site.rig.plane.helm("upgrade", RELEASE, CHARTS / RELEASE, *changed, namespace=site.rig.namespace)
    assert "warn" not in done.errors.lower(), done.errors
    assert site.replicas == most
    site.running(most)
