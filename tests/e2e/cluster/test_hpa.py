"""Requests that cost the API more CPU than one pod is asked to give make its HorizontalPodAutoscaler add pods."""

import time

import pytest

from tests.cluster.kube import until
from tests.e2e.cluster.commands import RELEASE, Cluster, Object
from tests.e2e.cluster.load import Load
from tests.e2e.cluster.visitors import API
from tests.fixtures.installation import Generous, say

pytestmark = pytest.mark.e2e

API_NAME = f"{RELEASE}-api"


def _status(cluster: Cluster) -> Object:
    found: Object = cluster.object("hpa", API_NAME)["status"]
    return found


def _cpu(status: Object) -> object:
    metrics = status.get("currentMetrics") or []
    return [each.get("containerResource", {}).get("current", {}).get("averageUtilization") for each in metrics]


def test_load_makes_the_api_grow(generous: Generous) -> None:
    cluster, site = generous.cluster, generous.site
    least = cluster.object("hpa", API_NAME)["spec"]["minReplicas"]
    until("an API at rest after earlier tests", lambda: _status(cluster)["desiredReplicas"] == least, 180, every=3)
    begun = time.monotonic()
    paths = [f"{API}/feed/new", f"{API}/version", f"{API}/users/{generous.accounts[0].handle}"]
    with Load(site, generous.accounts[0], paths, reads=60, publish_every=1e9) as load:
        until("a further pod of the API", lambda: _status(cluster)["desiredReplicas"] > least, seconds=150, every=3)
        wanted = _status(cluster)
        until("it serves", lambda: len(cluster.pods("api")) > least, seconds=120, every=2)
    assert not load.failures, load.failures[:10]
    conditions = {each["type"]: each["status"] for each in wanted["conditions"]}
    assert conditions["ScalingActive"] == "True"
    say(
        f"the API went from {least} to {wanted['desiredReplicas']} pods after"
        f" {time.monotonic() - begun:.0f} s, CPU {_cpu(wanted)} % of what is requested; {load.summary()}"
    )
