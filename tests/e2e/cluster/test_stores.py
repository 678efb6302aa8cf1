"""The bundled stores: what they hold survives their pods, and while they are away the API says so and heals."""

import time
from collections import Counter

import httpx2
import pytest

from tests.cluster.kube import until
from tests.e2e.cluster.commands import RELEASE, Cluster
from tests.e2e.cluster.visitors import API, Account, Site, still
from tests.fixtures.installation import Generous, say

pytestmark = pytest.mark.e2e

SECONDS = 180


class Outage:
    """Asks the API again and again until it has failed and works again."""

    def __init__(self, site: Site, account: Account) -> None:
        self.answers: Counter[int] = Counter()
        self.unavailable: list[httpx2.Response] = []
        self._site, self._account = site, account
        self._begun = time.monotonic()

    def wait(self) -> float:
        """Seconds until a publish worked after at least one did not."""
        while time.monotonic() < self._begun + SECONDS:
            body = {"title": "During an outage", "source": still(7), "visibility": "private"}
            answer = self._site.client.post(f"{API}/shaders", json=body, headers=self._account.headers)
            self.answers[answer.status_code] += 1
            if answer.headers.get("content-type") == "application/problem+json" and answer.status_code == 503:
                self.unavailable.append(answer)
            if answer.status_code == 201 and self.unavailable:
                return time.monotonic() - self._begun
            time.sleep(0.2)
        raise AssertionError(f"no outage, or no end of it, in {SECONDS} s: {dict(self.answers)}")

    def check(self) -> None:
        """Refusals were the API's own and said when to come back, or the ingress controller's for want of a pod."""
        assert set(self.answers) <= {201, 502, 503, 504}, self.answers
        for answer in self.unavailable:
            assert answer.json()["code"] == "unavailable"
            assert int(answer.headers["Retry-After"]) > 0


@pytest.mark.parametrize("store", ["postgresql", "valkey"])
def test_a_store_that_restarts_loses_nothing(generous: Generous, store: str) -> None:
    cluster, site, account = generous.cluster, generous.site, generous.accounts[0]
    before = site.wait_ready(site.publish(account, still(2000)))
    me = site.ask("GET", f"{API}/users/me", headers=account.headers).json()
    pod = f"{RELEASE}-{store}-0"
    old = cluster.object("pod", pod)["metadata"]["uid"]
    outage = Outage(site, account)
    cluster.kubectl("delete", "pod", pod, "--wait=false")
    seconds = outage.wait()
    outage.check()
    until(f"a new {store}", lambda: _replaced(cluster, pod, old), seconds=60)
    until("a ready API", lambda: site.client.get(f"{API}/feed/new").status_code == 200, seconds=60)
    assert site.work(before["id"]) == before
    # The session is looked up in the store, so that it is still there says something of both.
    assert site.ask("GET", f"{API}/users/me", headers=account.headers).json() == me
    site.wait_ready(site.publish(account, still(2001)))
    say(f"{store} deleted: publishes work again after {seconds:.0f} s; answers meanwhile {dict(outage.answers)}")


def _replaced(cluster: Cluster, pod: str, old: str) -> bool:
    found = {each["metadata"]["uid"] for each in cluster.pods(pod.removeprefix(f"{RELEASE}-").removesuffix("-0"))}
    return bool(found) and old not in found
