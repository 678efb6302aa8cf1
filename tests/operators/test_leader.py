"""The Lease: who leads, who waits, and who wins a race, on a server that holds writers to their resourceVersion."""

import asyncio
from typing import Any

import httpx2
import pytest

from operators.renderer.client import KubernetesClient
from operators.renderer.leader import Leader, Times
from tests.fixtures.operator import NAMESPACE, ApiServer, Clock

PATH = f"/apis/coordination.k8s.io/v1/namespaces/{NAMESPACE}/leases/operator"


@pytest.fixture
def clock() -> Clock:
    return Clock()


def candidate(kube: KubernetesClient, clock: Clock, identity: str) -> Leader:
    return Leader(kube, name="operator", identity=identity, clock=clock)


def spec(api_server: ApiServer) -> dict[str, Any]:
    stored: dict[str, Any] = api_server.objects[PATH]["spec"]
    return stored


class TestStep:
    async def test_the_first_one_leads(self, api_server: ApiServer, kube: KubernetesClient, clock: Clock) -> None:
        leader = candidate(kube, clock, "a")
        assert not leader.leads
        await leader.step()
        assert leader.leads
        assert (spec(api_server)["holderIdentity"], spec(api_server)["leaseDurationSeconds"]) == ("a", 15)

    async def test_the_second_one_waits(self, kube: KubernetesClient, clock: Clock) -> None:
        first, second = candidate(kube, clock, "a"), candidate(kube, clock, "b")
        await first.step()
        for _ in range(20):
            await first.step()
            await second.step()
            clock.seconds += 2
        assert first.leads
        assert not second.leads

    async def test_who_cannot_renew_stops_before_another_starts(
        self, api_server: ApiServer, kube: KubernetesClient, clock: Clock
    ) -> None:
        first, second = candidate(kube, clock, "a"), candidate(kube, clock, "b")
        await first.step()
        await second.step()
        both = []
        for _ in range(16):
            clock.seconds += 1
            await second.step()
            both.append((first.leads, second.leads))
        assert (True, True) not in both
        assert both[8] == (True, False)
        assert both[9] == (False, False)
        assert both[-1] == (False, True)
        assert spec(api_server)["leaseTransitions"] == 1

    async def test_another_clock_is_not_believed(
        self, api_server: ApiServer, kube: KubernetesClient, clock: Clock
    ) -> None:
        first, second = candidate(kube, clock, "a"), candidate(kube, clock, "b")
        await first.step()
        spec(api_server)["renewTime"] = "2001-01-01T00:00:00.000001Z"
        await second.step()
        assert not second.leads, "a Lease that looks old may be that of a machine whose clock is slow"
        clock.seconds += 14
        await second.step()
        assert not second.leads
        clock.seconds += 1
        await second.step()
        assert second.leads

    async def test_a_lost_race_for_the_first_lease(
        self, api_server: ApiServer, kube: KubernetesClient, clock: Clock
    ) -> None:
        first, second = candidate(kube, clock, "a"), candidate(kube, clock, "b")
        await asyncio.gather(first.step(), second.step())
        await asyncio.gather(first.step(), second.step())
        assert [first.leads, second.leads].count(True) == 1

    async def test_a_lost_race_for_a_free_lease(
        self, api_server: ApiServer, kube: KubernetesClient, clock: Clock
    ) -> None:
        winner, loser = candidate(kube, clock, "a"), candidate(kube, clock, "b")
        await winner.step()
        await winner.release()
        seen: list[str] = []

        def slip_in(method: str, _: str) -> None:
            # Between the loser's look and its write somebody else takes the Lease.
            if method == "GET" and not seen:
                seen.append("once")
                api_server.objects[PATH]["spec"]["holderIdentity"] = "c"
                api_server.objects[PATH]["metadata"]["resourceVersion"] = "99999"

        api_server.after = slip_in
        await loser.step()
        assert not loser.leads
        assert spec(api_server)["holderIdentity"] == "c"

    async def test_a_conflict_while_leading_ends_the_lead(
        self, api_server: ApiServer, kube: KubernetesClient, clock: Clock
    ) -> None:
        leader = candidate(kube, clock, "a")
        await leader.step()
        api_server.fail = lambda method, _: 409 if method == "PUT" else None
        await leader.step()
        assert not leader.leads
        api_server.fail = lambda *_: None
        await leader.step()
        assert leader.leads

    @pytest.mark.parametrize("failure", [500, 403, httpx2.ConnectError("no"), httpx2.ReadTimeout("no")])
    async def test_a_failing_server_is_survived_until_the_deadline(
        self, api_server: ApiServer, kube: KubernetesClient, clock: Clock, failure: int | Exception
    ) -> None:
        leader = candidate(kube, clock, "a")
        await leader.step()
        api_server.fail = lambda *_: failure
        clock.seconds += 9
        await leader.step()
        assert leader.leads
        clock.seconds += 1
        await leader.step()
        assert not leader.leads

    async def test_times_are_written_with_six_digits(
        self, api_server: ApiServer, kube: KubernetesClient, clock: Clock
    ) -> None:
        await candidate(kube, clock, "a").step()
        assert len(spec(api_server)["renewTime"]) == len("2026-01-01T00:00:00.000001Z")


class TestRelease:
    async def test_the_next_one_starts_at_once(self, kube: KubernetesClient, clock: Clock) -> None:
        first, second = candidate(kube, clock, "a"), candidate(kube, clock, "b")
        await first.step()
        await second.step()
        await first.release()
        assert not first.leads
        await second.step()
        assert second.leads

    async def test_who_does_not_lead_releases_nothing(
        self, api_server: ApiServer, kube: KubernetesClient, clock: Clock
    ) -> None:
        first, second = candidate(kube, clock, "a"), candidate(kube, clock, "b")
        await first.step()
        await second.release()
        assert spec(api_server)["holderIdentity"] == "a"

    async def test_a_failing_server_does_not_keep_the_process(
        self, api_server: ApiServer, kube: KubernetesClient, clock: Clock
    ) -> None:
        leader = candidate(kube, clock, "a")
        await leader.step()
        api_server.fail = lambda *_: httpx2.ConnectError("no")
        await leader.release()
        assert not leader.leads


async def test_run_tries_again_and_again(api_server: ApiServer, kube: KubernetesClient) -> None:
    times = Times(duration=3, deadline=2, retry=0.01)
    leader = Leader(kube, name="operator", identity="a", times=times)
    task = asyncio.create_task(leader.run())
    await asyncio.sleep(0.2)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert leader.leads
    assert len(api_server.writes()) > 3
